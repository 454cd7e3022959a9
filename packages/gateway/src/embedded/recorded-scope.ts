import type { FastifyInstance, RouteOptions } from 'fastify'
import { createFacade, passesReceiver } from '@floodgate/router'
import { recordedScope, wildcardTaken } from '../errors.ts'
import { bindHooks, type PayloadHook, type PlainHook } from './hook-chain.ts'
import { createRouteIndex, type RouteIndex } from './route-index.ts'
import type { Wildcard } from './wildcard.ts'

/** Hooks of requests that can be recorded; those that features of the gateway have. */
const PHASES = ['onRequest', 'preValidation', 'preHandler', 'onSend', 'onResponse', 'onRequestAbort'] as const
/** Hooks of an app's life that have a counterpart in the life of a configuration. */
const EVENTS = ['onReady', 'onListen', 'onClose'] as const
const METHODS = ['get', 'head', 'trace', 'delete', 'options', 'patch', 'put', 'post'] as const
/** What would change the host's app for good. */
const REFUSED = [
  'register', 'decorate', 'decorateRequest', 'decorateReply', 'setErrorHandler', 'addSchema', 'setSchemaController', 'setSchemaErrorFormatter',
  'setValidatorCompiler', 'setSerializerCompiler', 'setReplySerializer', 'setChildLoggerFactory', 'setGenReqId', 'addConstraintStrategy',
  'addHttpMethod', 'listen', 'ready', 'close'
] as const

type Phase = typeof PHASES[number]
type LifeEvent = typeof EVENTS[number]

/** A route of a configuration, with the hooks of its scope before its own. Null: it has none of that phase. */
export interface RecordedRoute {
  readonly onRequest: readonly PlainHook[] | null
  readonly preValidation: readonly PlainHook[] | null
  readonly preHandler: readonly PlainHook[] | null
  readonly onSend: readonly PayloadHook[] | null
  readonly onResponse: readonly PlainHook[] | null
  readonly onRequestAbort: readonly PlainHook[] | null
  readonly handler: PlainHook
  /** What differs from the host's route in `request.routeOptions`. */
  readonly options: Readonly<Record<string, unknown>>
}

/** What was recorded. */
export interface Recording {
  /** For `mount`. */
  readonly scope: FastifyInstance
  /** Routes as they were added, in this order. */
  readonly added: readonly { readonly method: string, readonly url: string, readonly config: RouteOptions['config'] }[]
  /** Completes the routes: they have all hooks of the scope, in whatever order they were added. */
  finish (): RouteIndex<RecordedRoute>
  /** Runs hooks of the configuration's life; the last one first when it closes. */
  run (event: LifeEvent): Promise<void>
}

export interface RecordOptions {
  /** Longest parameter of a path. */
  readonly maxParamLength: number
  /** Sends a request once more through the host's router, to the same configuration. */
  readonly routing: FastifyInstance['routing']
  readonly wildcard: Wildcard
}

/**
 * Creates a scope that records what a configuration adds to it, hooks and routes, while everything else is the host's. Fastify
 * cannot take routes or hooks away again: a record can be replaced.
 *
 * @throws {FG_ERR_GATEWAY_RECORDED_SCOPE} what cannot be recorded is called
 * @throws {FG_ERR_GATEWAY_WILDCARD_TAKEN} a route's requests would all be the host's
 */
export function recordScope (host: FastifyInstance, { maxParamLength, routing, wildcard }: RecordOptions): Recording {
  const hooks = Object.fromEntries(PHASES.map((name) => [name, []])) as unknown as Record<Phase, unknown[]>
  const events: Record<LifeEvent, (() => unknown)[]> = { onReady: [], onListen: [], onClose: [] }
  const added: { method: string, url: string, config: RouteOptions['config'], options: RouteOptions }[] = []
  const base = host.prefix.replace(/\/$/, '')
  const places = new Set<string>()
  let notFound: unknown = null

  function addHook (name: string, hook: unknown): FastifyInstance {
    if (isOne(PHASES, name)) hooks[name].push(hook)
    else if (isOne(EVENTS, name)) events[name].push(hook as () => unknown)
    else throw recordedScope(`addHook('${name}')`, [...PHASES, ...EVENTS].join(', '))
    return scope
  }

  function route (options: RouteOptions): FastifyInstance {
    if (Object.keys(options.constraints ?? {}).length > 0) throw recordedScope('a route with constraints', 'hooks and routes without')
    for (const method of [options.method].flat()) add(method.toUpperCase(), options.url, options)
    return scope
  }

  const { isTaken } = wildcard
  function add (method: string, path: string, options: RouteOptions): void {
    const url = `${base}${path}`
    if (wildcard.hidden.has(method)) {
      // What serves every method does without one.
      if (['debug', 'echo'].includes(options.config?.floodgate?.kind ?? '')) return
      throw wildcardTaken(`${method} ${url}`, `${method} ${base}/*`)
    }
    if (places.has(`${method} ${url}`) || isTaken(method, url)) {
      throw Object.assign(new Error(`Method '${method}' already declared for route '${url}'`), { code: 'FST_ERR_DUPLICATED_ROUTE' })
    }
    places.add(`${method} ${url}`)
    added.push({ method, url, config: options.config, options })
    // As Fastify: below a prefix, its root is served with and without the slash.
    if (path === '/' && base !== '') add(method, '', options)
  }

  function complete (own: Partial<RouteOptions>, handler: unknown, options: RecordedRoute['options']): RecordedRoute {
    const chain = <Hook extends PlainHook | PayloadHook>(phase: Phase): Hook[] | null =>
      bindHooks<Hook>([...hooks[phase], ...[(own as Partial<Record<Phase, unknown>>)[phase] ?? []].flat()], host)
    return {
      onRequest: chain('onRequest'),
      preValidation: chain('preValidation'),
      preHandler: chain('preHandler'),
      onSend: chain('onSend'),
      onResponse: chain('onResponse'),
      // They get no reply.
      onRequestAbort: chain<PlainHook>('onRequestAbort')?.map((hook) => (request, _reply, done) => hook(request, done as never, done)) ?? null,
      handler: (handler as PlainHook).bind(host) as PlainHook,
      options
    }
  }

  const server = createFacade(host.server)
  // Its requests are rewritten before they are routed, as on the gateway's own server.
  passesReceiver(server)
  const own: Partial<Record<string, unknown>> = {
    server,
    routing,
    addHook,
    route,
    hasRoute: ({ method, url }: { method: string, url: string }) => places.has(`${method} ${url}`) || isTaken(method, url),
    setNotFoundHandler (handler: unknown) {
      notFound = handler
      return scope
    },
    // Bodies are left as they are: the host's scope has the parser.
    removeAllContentTypeParsers () {},
    addContentTypeParser: () => scope,
    ...Object.fromEntries(REFUSED.map((name) => [name, () => { throw recordedScope(`${name}()`, 'hooks and routes') }])),
    ...Object.fromEntries(METHODS.map((name) => [name, (url: string, options: object, handler = options) =>
      route({ ...(handler === options ? {} : options), method: name.toUpperCase(), url, handler } as RouteOptions)]))
  }
  const scope = Object.create(host, Object.getOwnPropertyDescriptors(own)) as FastifyInstance

  return {
    scope,
    added,
    finish () {
      const routes = added.map(({ method, url, options }) => ({
        method,
        url,
        value: complete(options, options.handler, {
          method,
          url,
          handler: options.handler,
          config: { ...options.config, url, method },
          schema: options.schema
        })
      }))
      const without = { method: undefined, url: undefined, handler: notFound, config: {}, schema: undefined }
      const unmatched = notFound === null ? null : complete({}, notFound, without)
      return createRouteIndex(routes, unmatched, maxParamLength)
    },
    async run (event) {
      const failures: unknown[] = []
      for (const hook of event === 'onClose' ? [...events[event]].reverse() : events[event]) {
        try {
          await hook.call(host)
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    }
  }
}

function isOne <Name extends string> (names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name)
}
