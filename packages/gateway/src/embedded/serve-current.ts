import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { idleOnSend } from '@floodgate/engine'
import { forgetSent, guardScope, leaveBodiesRaw, wasSent } from '@floodgate/router'
import type { Lifetime } from '../reload/lifetime.ts'
import { runHooks, runPayloadHooks, type PlainHook } from './hook-chain.ts'
import type { RecordedRoute } from './recorded-scope.ts'
import type { RouteIndex } from './route-index.ts'
import { addWildcard, type Wildcard } from './wildcard.ts'

/** A configuration that requests of a host's scope are passed to. */
export interface Serving extends Pick<Lifetime, 'enter'> {
  readonly routes: RouteIndex<RecordedRoute>
  /** The address that a request is routed by. */
  rewrite (raw: FastifyRequest['raw']): string
}

/** The configuration that serves a request; without a route, the host answers it. */
interface Taken {
  readonly serving: Serving
  readonly route: RecordedRoute | null
  readonly params: object
  /** The address that it was found by. */
  readonly url: string
  /** Whether the configuration knows of the request, so that it stays. */
  isCounted: boolean
}

const TAKEN = Symbol('floodgate.taken')
const SENT_BY = Symbol('floodgate.sent-by')

type Raw = FastifyRequest['raw'] & { [SENT_BY]?: Serving }
interface Marked { [TAKEN]: Taken | null, [idleOnSend]: number }

export interface ServeCurrentOptions {
  current (): Serving
  /** Whether requests of any method that match nothing are the gateway's to answer. */
  readonly unmatched: boolean
}

/**
 * Adds one route for all paths to a host's scope, behind which configurations can replace each other. The host's own hooks,
 * request and reply are those of every request; a request stays with the configuration that it began with.
 *
 * Call it once, before the scope has hooks of its own.
 */
export function serveCurrent (scope: FastifyInstance, { current, unmatched }: ServeCurrentOptions): Wildcard {
  guardScope(scope)
  leaveBodiesRaw(scope)
  describeRequests(scope, current)

  scope.addHook('onRequest', function takeRequest (request, reply, done) {
    const taken = begin(request, current)
    const { serving, route, params } = taken
    if (route === null) { reply.callNotFound(); return }
    taken.isCounted = true
    serving.enter(reply.raw)
    request.params = params
    if (route.onSend === null) (request as unknown as Marked)[idleOnSend] = 1
    if (route.onRequestAbort !== null) watchAbort(request, reply, route.onRequestAbort)
    if (route.onRequest === null) done()
    else runHooks(route.onRequest, request, reply, done)
  } satisfies onRequestHookHandler)
  for (const phase of ['preValidation', 'preHandler', 'onResponse'] as const) {
    scope.addHook(phase as 'preHandler', function runPhase (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) {
      const hooks = routeOf(request)?.[phase] ?? null
      if (hooks === null) done()
      else runHooks(hooks, request, reply, done, phase !== 'onResponse')
    })
  }
  scope.addHook('onSend', function runOnSend (request, reply, payload, done) {
    const hooks = routeOf(request)?.onSend ?? null
    if (hooks === null) done(null, payload)
    else runPayloadHooks(hooks, request, reply, payload, done as (error: Error | null, payload?: unknown) => void)
  })

  if (unmatched) {
    scope.setNotFoundHandler(function serveUnmatched (request, reply) {
      return begun(request).serving.routes.unmatched!.handler(request, reply, () => {}) as void
    })
  }
  return addWildcard(scope, function serveTaken (request, reply) {
    return begun(request).route!.handler(request, reply, () => {}) as void
  })
}

/** Passes a request once more to the configuration that has sent it to another address, by the host's router. */
export function sendAgain (scope: FastifyInstance, serving: () => Serving): FastifyInstance['routing'] {
  return (raw, response) => {
    (raw as Raw)[SENT_BY] = serving()
    scope.routing(raw, response)
  }
}

/** Shows hooks of the host the endpoint's route in place of the one for all paths, from their first moment. */
function describeRequests (scope: FastifyInstance, current: () => Serving): void {
  scope.decorateRequest(TAKEN as unknown as string, null)
  scope.decorateRequest(idleOnSend as unknown as string, 0)
  const describe = (name: 'routeOptions' | 'is404', own: (request: FastifyRequest, inherited: unknown) => unknown): void => {
    let inherited: (() => unknown) | undefined
    function getter (this: FastifyRequest): unknown {
      inherited ??= findInherited(this, name, getter)
      return own(this, inherited.call(this))
    }
    scope.decorateRequest(name, { getter } as never)
  }
  describe('routeOptions', (request, inherited) => {
    const { route } = take(request, current)
    return route === null ? inherited : { ...inherited as object, ...route.options }
  })
  describe('is404', (request, inherited) => {
    const { route, serving } = take(request, current)
    return route === null ? inherited : route === serving.routes.unmatched
  })
}

/** A hook that throws `null` ends the row of hooks, and has not failed, to Fastify: then the gateway's own have not run. */
function begun (request: FastifyRequest): Taken {
  const taken = (request as unknown as Marked)[TAKEN]
  if (taken?.isCounted !== true) throw new Error('an onRequest hook of the app threw no error: the hooks of the gateway have not run')
  return taken
}

function findInherited (request: object, name: string, own: () => unknown): () => unknown {
  let holder = Object.getPrototypeOf(request) as object
  for (;;) {
    const get = Object.getOwnPropertyDescriptor(holder, name)?.get
    if (get !== undefined && get !== own) return get as () => unknown
    holder = Object.getPrototypeOf(holder) as object
  }
}

function routeOf (request: FastifyRequest): RecordedRoute | null {
  return (request as unknown as Marked)[TAKEN]?.route ?? null
}

/** The configuration that is to serve a request, as far as it can be known before its first hook. */
function take (request: FastifyRequest, current: () => Serving): Taken {
  const marked = request as unknown as Marked
  return marked[TAKEN] ?? (marked[TAKEN] = find(request.raw, current))
}

/** The configuration that serves a request. What was found for a hook of the host's may have been replaced since. */
function begin (request: FastifyRequest, current: () => Serving): Taken {
  const marked = request as unknown as Marked
  const { raw }: { raw: Raw } = request
  const before = marked[TAKEN]
  if (before !== null && before.serving === (raw[SENT_BY] ?? current()) && before.url === raw.url) return before
  const taken = find(raw, current)
  marked[TAKEN] = taken
  return taken
}

function find (raw: Raw, current: () => Serving): Taken {
  const serving = raw[SENT_BY] ?? current()
  if (raw[SENT_BY] === undefined && wasSent(raw)) forgetSent(raw)
  const url = raw[SENT_BY] === undefined ? serving.rewrite(raw) : raw.url!
  const found = serving.routes.find(raw.method!, url)
  if (found === null) return { serving, route: null, params: {}, url: raw.url!, isCounted: false }
  if (url !== raw.url && !wasSent(raw)) {
    // As Fastify's `rewriteUrl`.
    Object.assign(raw, { originalUrl: raw.url, url })
  }
  return { serving, route: found.value, params: found.params, url: raw.url!, isCounted: false }
}

/** As Fastify: the client has disconnected before its request was complete. */
function watchAbort (request: FastifyRequest, reply: FastifyReply, hooks: readonly PlainHook[]): void {
  request.raw.on('close', () => {
    if (!request.raw.aborted) return
    runHooks(hooks, request, reply, (err) => {
      if (err) request.log.error({ err }, 'onRequestAborted hook failed')
    }, false)
  })
}
