import type { FastifyInstance, FastifyRequest, HTTPMethods, onRequestHookHandler, RouteHandlerMethod, RouteOptions } from 'fastify'
import type { Endpoint, Service } from '@floodgate/core'
import { addTogether } from './add-together.ts'
import { createLookup } from '../table/lookup.ts'
import { createFragmentHook, createParamsHook, type Divert } from '../table/params.ts'
import { guardScope } from '../front/scope.ts'
import { receives } from '../front/receive.ts'
import { leaveBodiesRaw, restoreType, tolerateAnyType, tolerateUnmatched } from './raw-body.ts'
import { registeredPath } from './routed.ts'
import { listRoutes, type Route } from '../table/route-table.ts'
import { routerSettings } from '../router-settings.ts'
import { isSkipped, skippedRoute } from './skipped-route.ts'
import { debugHandler, echoHandler, healthHandler } from './system-endpoints.ts'
import { createUnmatched } from './unmatched.ts'

/** What serves an endpoint: a handler, and any hooks and options of a Fastify route. */
export type EndpointRoute = Omit<RouteOptions, 'method' | 'url' | 'path' | 'exposeHeadRoute' | 'prefixTrailingSlash' | 'bodyLimit'>

export interface RouteRegistration {
  /**
   * Whether the scope answers what matches no route: paths in another spelling, wrong methods, 404. Default: yes, unless
   * the app has a not-found handler for these paths already. Without it, redirects, 405 and 404 are the app's, and so
   * are requests whose path only fits when it is decoded as the reference does it (`%2F` as a slash).
   */
  notFound?: boolean
  /**
   * Scope of the health endpoint, which the hooks of the other routes' scope do not concern; null = registered by
   * somebody else. Default: the scope of the other routes.
   */
  healthScope?: FastifyInstance | null
}

/** A route as it was registered. */
export interface RegisteredRoute {
  readonly kind: Route['kind']
  readonly method: string
  /** As configured. */
  readonly path: string
  /** As Fastify knows it, below the scope's prefix. */
  readonly url: string
  readonly endpoint: Endpoint | null
}

const kindOfRoute = Symbol('floodgate.route')
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const HANDLERS: Readonly<Partial<Record<Route['kind'], RouteHandlerMethod>>> = { debug: debugHandler, echo: echoHandler, health: healthHandler }

/**
 * Registers a service's routes in a scope: one per endpoint, the health endpoint, and those that the configuration
 * switches on (`debug_endpoint`, `echo_endpoint`, `auto_options`). Bodies are not parsed: a handler reads
 * `request.body` (or `request.raw` of a GET) as a stream. `request.params` holds parameters by their configured names,
 * decoded and checked; `*` is what a wildcard matched.
 *
 * Call it before the scope is ready, once per scope; hooks may be added to the scope before or after.
 *
 * @param routeFor gives what serves an endpoint; undefined = it is not there
 * @example
 * await app.register(async (scope) => {
 *   registerRoutes(scope, model, (endpoint) => ({
 *     onRequest: authenticate,
 *     handler: serve({ endpoint, step: stepOf(endpoint), coreRequest: createCoreRequest(endpoint, model) })
 *   }))
 * }, { prefix: '/api' })
 */
export function registerRoutes (scope: FastifyInstance, service: Service, routeFor: (endpoint: Endpoint) => EndpointRoute | undefined, { notFound, healthScope = scope }: RouteRegistration = {}): RegisteredRoute[] {
  const { disable_path_decoding: undecoded, remove_extra_slash: cleans } = routerSettings(service)
  const served = new Map(service.endpoints.map((endpoint) => [endpoint, isSkipped(endpoint) ? skippedRoute : routeFor(endpoint)]))
  const routes = listRoutes(service, (endpoint) => served.get(endpoint) !== undefined)
  const prefix = scope.prefix.replace(/\/$/, '')
  const unmatched = createUnmatched(scope, service, { lookup: createLookup(service, routes, prefix), prefix })
  guardScope(scope)
  leaveBodiesRaw(scope)
  const answers = notFound !== false && takeOver(scope, unmatched, notFound === true)
  if (answers) scope.addHook('onRequest', tolerateUnmatched)
  const divert: Divert = answers ? unmatched : (_request, reply) => { reply.callNotFound() }
  // On a server of ours `rewriteUrl` has seen to it.
  const fragments = receives(scope.server) ? [] : [createFragmentHook(divert)]

  const registered: RegisteredRoute[] = []
  addTogether(scope, () => {
    for (const route of routes) {
      const { kind, method, endpoint, pattern } = route
      const { path: url, isAlias } = registeredPath(route)
      const into = kind === 'health' ? healthScope : scope
      registered.push({ kind, method, path: pattern.path, url, endpoint })
      // A CONNECT never gets here: Node has an event of its own for it.
      if (into === null || method === 'CONNECT') continue
      const params = createParamsHook(route, isAlias, { checked: !undecoded, cleans }, divert)
      const own = endpoint === null ? { handler: HANDLERS[kind] ?? createOptionsHandler(route), config: { [kindOfRoute]: kind } as object } : served.get(endpoint)!
      const bodied = WITH_BODY.has(method)
      const onRequest = [...fragments, ...params === null ? [] : [params], ...bodied ? [tolerateAnyType] : [], ...hooksOf(own)]
      into.route({ ...own, method: method as HTTPMethods, url, exposeHeadRoute: false, onRequest, ...bodied && { preValidation: [restoreType, ...[own.preValidation ?? []].flat()] } })
    }
  })
  return registered
}

/** Tells whether a request is served by the health endpoint. */
export function isHealthRequest (request: FastifyRequest): boolean {
  return (request.routeOptions.config as { [kindOfRoute]?: Route['kind'] } | undefined)?.[kindOfRoute] === 'health'
}

/** Fastify takes one not-found handler per prefix: whether ours is the one. */
function takeOver (scope: FastifyInstance, handler: ReturnType<typeof createUnmatched>, insist: boolean): boolean {
  try {
    scope.setNotFoundHandler(handler)
    return true
  } catch (error) {
    if (insist) throw error
    return false
  }
}

function hooksOf ({ onRequest = [] }: { onRequest?: EndpointRoute['onRequest'] }): onRequestHookHandler[] {
  return (Array.isArray(onRequest) ? onRequest : [onRequest]) as onRequestHookHandler[]
}

/** Tells the methods of a path: `auto_options`. */
function createOptionsHandler ({ allow }: Route): RouteHandlerMethod {
  return function options (_request, reply) {
    reply.header('allow', allow).send()
  }
}
