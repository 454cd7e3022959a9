import type {
  FastifyInstance, FastifyRequest, HTTPMethods, onRequestHookHandler, onSendHookHandler, RouteHandlerMethod, RouteOptions
} from 'fastify'
import type { Endpoint, Pause, Service } from '@floodgate/core'
import { addRoutesInOneStep, addRoutesInSlices } from './add-routes-in-one-step.ts'
import type { EndpointRoute } from './endpoint-route.ts'
import { routeTaken } from '../errors.ts'
import { createHostLookup } from '../table/host-lookup.ts'
import { createFragmentHook, createParamsHook, type Divert } from '../table/params.ts'
import { guardScope } from '../front/scope.ts'
import { receives } from '../front/receive.ts'
import { noteRoute } from './later-clashes.ts'
import { leaveBodiesRaw, restoreType, tolerateAnyType, tolerateUnmatched } from './raw-body.ts'
import { registeredPath } from './routed.ts'
import { listRoutes, type Route } from '../table/route-table.ts'
import { routerSettings } from '../router-settings.ts'
import { isSkipped, skippedRoute } from './skipped-route.ts'
import { createHealthHandler, debugHandler, echoHandler, healthHandler, type HealthDetail } from './system-endpoints.ts'
import { requireHooks } from './require-hooks.ts'
import { createUnmatched } from './unmatched.ts'
import { createHostRoutes } from './host-routes.ts'

export interface RouteRegistration {
  /**
   * Whether the scope answers requests that match no route: misspelled paths, wrong methods, 404. Default: true, unless
   * the app already has a not-found handler for these paths. Otherwise the app handles redirects, 405 and 404, and
   * requests whose path only matches when it is decoded as on the reference (`%2F` as a slash).
   */
  notFound?: boolean
  /**
   * Scope of the health endpoint, so that the hooks of the other routes do not apply to it; null = registered
   * elsewhere. Default: the scope of the other routes.
   */
  healthScope?: FastifyInstance | null
  /** What the health endpoint says beside what KrakenD's does. Default: nothing. */
  health?: HealthDetail | null
  /** Sends the answers after all other `onSend` hooks (`loadCompression`). Default: none. */
  compress?: onSendHookHandler | null
}

/** A registered route. */
export interface RegisteredRoute {
  readonly kind: Route['kind']
  readonly method: string
  /** As configured. */
  readonly path: string
  /** As registered in Fastify, below the scope's prefix. */
  readonly url: string
  readonly endpoint: Endpoint | null
}

const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const HANDLERS: Readonly<Partial<Record<Route['kind'], RouteHandlerMethod>>> = {
  debug: debugHandler,
  echo: echoHandler,
  health: healthHandler
}

/** The routes of one service, registered in one scope or in several. */
export interface Routing {
  /**
   * Registers what is not an endpoint: health, debug, echo, OPTIONS, and the handler of what matches no route. Call it
   * once, before endpoints are added.
   */
  addService (scope: FastifyInstance, options?: Omit<RouteRegistration, 'compress'>): RegisteredRoute[]
  /**
   * Registers endpoints in a scope with the prefix of the service's.
   *
   * @param routeFor returns the handler of an endpoint; undefined = it is not registered, or another scope has it
   * @throws {FG_ERR_ROUTER_ROUTE_TAKEN} the app already has another route at its place
   */
  addEndpoints (scope: FastifyInstance, routeFor: (endpoint: Endpoint) => EndpointRoute | undefined): RegisteredRoute[]
  /** The same, one endpoint after the other. */
  addEach (scope: FastifyInstance, routeFor: (endpoint: Endpoint) => EndpointRoute | undefined): Iterable<RegisteredRoute>
}

/**
 * Registers a service's routes in a scope: one per endpoint, the health endpoint, and those that the configuration
 * enables (`debug_endpoint`, `echo_endpoint`, `auto_options`). Bodies are not parsed: a handler reads `request.body`
 * (or `request.raw` of a GET) as a stream. `request.params` has the parameters by their configured names, decoded and
 * checked; `*` is the part that a wildcard matched. `request.routeOptions.config.floodgate` names the endpoint.
 *
 * Call it before the scope is ready, once per scope; hooks may be added to the scope before or after.
 *
 * @param routeFor returns the handler of an endpoint; undefined = it is not registered
 * @throws {FG_ERR_ROUTER_ROUTE_TAKEN} the app already has another route at its place
 * @example await app.register(async (scope) => { registerRoutes(scope, model, (endpoint) => ({
 *     onRequest: authenticate,
 *     handler: serve({ endpoint, step: stepOf(endpoint), coreRequest: createCoreRequest(endpoint, model) })
 *   })) }, { prefix: '/api' })
 */
export function registerRoutes (
  scope: FastifyInstance,
  service: Service,
  routeFor: (endpoint: Endpoint) => EndpointRoute | undefined,
  options: RouteRegistration = {}
): RegisteredRoute[] {
  const served = new Map(service.endpoints.map((endpoint) => [endpoint, isSkipped(endpoint) ? skippedRoute : routeFor(endpoint)]))
  const routing = createRouting(service, (endpoint) => served.get(endpoint) !== undefined, options.compress)
  let registered: RegisteredRoute[] = []
  addRoutesInOneStep(scope, () => {
    registered = [...routing.addService(scope, options), ...routing.addEndpoints(scope, (endpoint) => served.get(endpoint))]
  })
  return registered
}

/**
 * Registers a service's routes as `registerRoutes` does, with pauses between the endpoints.
 *
 * @throws {FG_ERR_ROUTER_ROUTE_TAKEN} the app already has another route at its place
 */
export async function registerRoutesInSlices (
  scope: FastifyInstance,
  service: Service,
  routeFor: (endpoint: Endpoint) => EndpointRoute | undefined,
  { pause, ...options }: RouteRegistration & { pause: Pause }
): Promise<void> {
  const served = new Map<Endpoint, EndpointRoute | undefined>()
  for (const endpoint of service.endpoints) {
    served.set(endpoint, isSkipped(endpoint) ? skippedRoute : routeFor(endpoint))
    await pause()
  }
  const routing = createRouting(service, (endpoint) => served.get(endpoint) !== undefined, options.compress)
  await addRoutesInSlices(scope, pause, async () => {
    routing.addService(scope, options)
    const routes = routing.addEach(scope, (endpoint) => served.get(endpoint))[Symbol.iterator]()
    while (routes.next().done !== true) await pause()
  })
}

/**
 * Prepares the routes of a service for those who register its endpoints in scopes of their own.
 *
 * @param isServed whether an endpoint is served by anybody
 * @param compress as of {@link RouteRegistration}
 */
export function createRouting (
  service: Service,
  isServed: (endpoint: Endpoint) => boolean = () => true,
  compress: onSendHookHandler | null = null
): Routing {
  const { disable_path_decoding: undecoded, remove_extra_slash: cleans } = routerSettings(service)
  const routes = listRoutes(service, isServed)
  let unmatched: Divert = (_request, reply) => { reply.callNotFound() }
  const divert: Divert = (request, reply) => { unmatched(request, reply) }
  const divertFragment = createFragmentHook(divert)
  const hostRoutes = createHostRoutes(service, routes)

  function addService (
    scope: FastifyInstance,
    { notFound, healthScope = scope, health = null }: RouteRegistration = {}
  ): RegisteredRoute[] {
    const prefix = scope.prefix.replace(/\/$/, '')
    const handler = createUnmatched(scope, service, { lookup: createHostLookup(service, routes, prefix), prefix })
    prepare(scope)
    if (compress !== null) scope.addHook('onSend', onOtherRoutes(compress))
    if (notFound !== false && takeOver(scope, handler, notFound === true)) {
      scope.addHook('onRequest', tolerateUnmatched)
      unmatched = handler
    }
    const handlerOf = (route: Route): RouteHandlerMethod => route.kind === 'health' && health !== null
      ? createHealthHandler(health)
      : HANDLERS[route.kind] ?? createOptionsHandler(route)
    return routes.filter(({ endpoint }) => endpoint === null).map((route) =>
      add(route.kind === 'health' ? healthScope : scope, route, { handler: handlerOf(route) }))
  }

  function * addEach (scope: FastifyInstance, routeFor: (endpoint: Endpoint) => EndpointRoute | undefined): Iterable<RegisteredRoute> {
    prepare(scope)
    for (const route of routes) {
      const own = route.endpoint === null ? undefined : routeFor(route.endpoint)
      if (own !== undefined) yield add(scope, route, own)
    }
  }

  /** @param scope null = it is registered elsewhere */
  function add (scope: FastifyInstance | null, route: Route, own: EndpointRoute): RegisteredRoute {
    const { kind, method, endpoint, pattern } = route
    const { path: url, isAlias } = registeredPath(route)
    const registered: RegisteredRoute = { kind, method, path: pattern.path, url, endpoint }
    // A CONNECT never arrives here: Node emits a separate event for it.
    if (scope === null || method === 'CONNECT') return registered
    const isForeign = !receives(scope.server)
    const hosts = isForeign ? hostRoutes : null
    const bodied = WITH_BODY.has(method)
    const register = (url: string, route: Route, isAlias: boolean, constraints?: RouteOptions['constraints']): void => {
      const params = createParamsHook(route, isAlias, { checked: !undecoded, cleans }, divert)
      const onRequest = [
        // On the gateway's own server, `rewriteUrl` has done this.
        ...isForeign ? [divertFragment] : [],
        ...hosts !== null && route.host === null ? [hosts.divert(scope)] : [],
        ...params === null ? [] : [params],
        ...bodied ? [tolerateAnyType] : [],
        ...hooksOf(own)
      ]
      const described = describeRoute(route)
      // Hooks of a host run before these.
      const required = isForeign && endpoint !== null
        ? requireHooks(described, { onRequest, preHandler: [own.preHandler ?? []].flat(), handler: own.handler })
        : { onRequest }
      try {
        scope.route({
          ...own,
          ...required,
          method: method as HTTPMethods,
          url,
          exposeHeadRoute: false,
          ...compress !== null && { onSend: [...[own.onSend ?? []].flat(), compress] as onSendHookHandler[] },
          config: { ...own.config, floodgate: { kind, endpoint } },
          ...constraints !== undefined && { constraints },
          // An address that only the gateway itself sends requests to.
          ...isAlias && { schema: { ...own.schema, hide: true } as EndpointRoute['schema'] & object },
          ...bodied && { preValidation: [restoreType, ...[own.preValidation ?? []].flat()] }
        })
      } catch (error) {
        throw (error as { code?: unknown }).code === 'FST_ERR_DUPLICATED_ROUTE'
          ? routeTaken(described, describeTaken(scope, method, url), error)
          : error
      }
    }
    register(url, route, isAlias)
    noteRoute(scope, method, url, describeRoute(route))
    const natural = hosts?.natural(route) ?? null
    if (natural !== null) register(natural.url, { ...route, pattern: route.host!.pattern }, false, natural.constraints)
    return registered
  }

  return { addService, addEach, addEndpoints: (scope, routeFor) => [...addEach(scope, routeFor)] }
}

function prepare (scope: FastifyInstance): void {
  guardScope(scope)
  leaveBodiesRaw(scope)
}

/** Its place in the configuration. */
function describeRoute ({ method, pattern, endpoint }: Route): string {
  return `${method} ${pattern.path}${endpoint === null ? '' : ` (endpoints.${endpoint.index})`}`
}

/** The host's route, with the names that the host has given its parameters. */
function describeTaken (scope: FastifyInstance, method: string, url: string): string {
  const below = `${scope.prefix.replace(/\/$/, '')}${url}`
  const names = Object.keys(scope.findRoute({ method: method as HTTPMethods, url: below })?.params ?? {})
  return `${method} ${below.replace(/:(?!:)(\w+)/g, (own) => { const name = names.shift(); return name === undefined ? own : `:${name}` })}`
}

/** Returns whether a request is served by the health endpoint. */
export function isHealthRequest (request: FastifyRequest): boolean {
  return request.routeOptions.config.floodgate?.kind === 'health'
}

/** Fastify accepts one not-found handler per prefix: returns whether ours can be set. */
function takeOver (scope: FastifyInstance, handler: ReturnType<typeof createUnmatched>, insist: boolean): boolean {
  try {
    scope.setNotFoundHandler(handler)
    return true
  } catch (error) {
    if (insist) throw error
    return false
  }
}

/** Runs a hook for what has no route here: the routes have it themselves, after their own. */
function onOtherRoutes (hook: onSendHookHandler): onSendHookHandler {
  return function onSendElsewhere (request, reply, payload, done) {
    if (request.routeOptions.config.floodgate === undefined) return hook.call(this, request, reply, payload, done)
    done(null, payload)
  }
}

function hooksOf ({ onRequest = [] }: { onRequest?: EndpointRoute['onRequest'] }): onRequestHookHandler[] {
  return (Array.isArray(onRequest) ? onRequest : [onRequest]) as onRequestHookHandler[]
}

/** Returns the methods of a path: `auto_options`. */
function createOptionsHandler ({ allow }: Route): RouteHandlerMethod {
  return function options (_request, reply) {
    reply.header('allow', allow).send()
  }
}
