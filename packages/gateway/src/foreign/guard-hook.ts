import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  asError, describeKind, foreignFault, isAnswer, isThenable, withoutQuery, type Endpoint, type Fault, type Foreign, type RouteHooks,
  type ServiceHooks
} from '@floodgate/core'
import { timerTime } from '@floodgate/go/duration'
import { hookIsNone } from '../errors.ts'

/** Answers a request whose hook failed, and logs why. */
export type FailHook = (fault: Fault, request: FastifyRequest, reply: FastifyReply) => void

export interface HookGuardOptions {
  readonly who: string
  /** The endpoint that a request is for; null = none. */
  endpointOf (request: FastifyRequest): Endpoint | null
  readonly fail: FailHook
  /** Whether what a hook throws is for the host's own error handler to answer. Called when it is needed. */
  hostAnswers (): boolean
}

type Hook = (this: unknown, ...parameters: any[]) => unknown
type Hooks = RouteHooks & ServiceHooks

const before = ['onRequest', 'preHandler'] as const
const after = ['onResponse', 'onRequestAbort'] as const

/** How long a hook may take on a request that is for no endpoint, in ms. */
const UNMATCHED = 2_000

/** When the first of a request's guarded hooks began, by `performance.now()`: what they take, the endpoint has no more. */
// eslint-disable-next-line no-restricted-syntax -- by request: none can reach another's
const begun = new WeakMap<FastifyRequest, number>()

/** How much of a timeout is left after the guarded hooks of a request, in ms, at least 1; 0 = no timeout. */
export function timeLeft (request: FastifyRequest, timeout: number): number {
  if (timeout === 0) return 0
  const start = begun.get(request)
  if (start !== undefined) return Math.max(1, timeout - (performance.now() - start))
  begun.set(request, performance.now())
  return timeout
}

/**
 * Guards hooks of external code: a hook that throws an error without a status, never ends, or ends twice only fails its
 * request, in time.
 *
 * @throws {FG_ERR_GATEWAY_FOREIGN_HOOK} one is not a function
 */
export function guardHooks <Given extends RouteHooks | ServiceHooks> (hooks: Given, options: HookGuardOptions): Given {
  const guarded: Record<string, unknown> = { ...hooks }
  for (const name of [...before, 'onSend', ...after] as const) {
    const hook: unknown = (hooks as Hooks)[name]
    if (hook === undefined) continue
    guarded[name] = Array.isArray(hook) ? hook.map((one) => guard(one, name, options)) : guard(hook, name, options)
  }
  return guarded as Given
}

function guard (hook: unknown, name: string, options: HookGuardOptions) {
  if (typeof hook !== 'function') throw hookIsNone(options.who, name, describeKind(hook))
  if (name === 'onSend') return guardSend(hook as Hook, name, options)
  return (before as readonly string[]).includes(name) ? guardBefore(hook as Hook, name, options) : guardAfter(hook as Hook, name, options)
}

function guardBefore (hook: Hook, name: string, options: HookGuardOptions) {
  return function guardedHook (this: unknown, request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    run(hook, name, options, this, request, reply, [], (thrown) => {
      if (thrown === undefined) return done()
      if (isAnswer(thrown)) return done(thrown as Error)
      const fault = describe(name, options, request, thrown)
      if (!options.hostAnswers()) return options.fail(fault, request, reply)
      request.log.error({ err: asError(thrown), code: fault.code }, `endpoint failed: ${fault.detail}`)
      done(asError(thrown))
    }, () => { options.fail(late(name, options, request), request, reply) })
  }
}

function guardSend (hook: Hook, name: string, options: HookGuardOptions) {
  return function guardedSend (
    this: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void
  ): void {
    const fail = (fault: Fault): void => {
      request.log.error({ ...fault.cause !== undefined && { err: fault.cause }, code: fault.code }, `endpoint failed: ${fault.detail}`)
      ;(payload as { destroy?: () => void } | null)?.destroy?.()
      answerBare(reply)
    }
    run(hook, name, options, this, request, reply, [payload], (thrown, given) => {
      if (thrown !== undefined) fail(describe(name, options, request, thrown))
      else if (isPayload(given)) done(null, given)
      else {
        fail(
          foreignFault(place(name, options, request), `gave ${describeKind(given)}: expected a string, a Buffer, a stream, null or undefined`)
        )
      }
    }, () => { fail(late(name, options, request)) })
  }
}

/** Nothing is left to answer. */
function guardAfter (hook: Hook, name: string, options: HookGuardOptions) {
  return function guardedEnd (this: unknown, request: FastifyRequest, ...rest: unknown[]): void {
    const done = rest.pop() as () => void
    const [reply] = rest as [FastifyReply | undefined]
    const end = once((thrown?: unknown) => {
      if (thrown !== undefined) request.log.error({ err: asError(thrown) }, `${describe(name, options, request, thrown).detail}`)
      done()
    })
    call(hook, this, reply === undefined ? [request] : [request, reply], end)
  }
}

function run (
  hook: Hook,
  name: string,
  options: HookGuardOptions,
  self: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  more: unknown[],
  then: (thrown?: unknown, given?: unknown) => void,
  expire: () => void
): void {
  const endpoint = options.endpointOf(request)
  const timeout = endpoint === null ? UNMATCHED : endpoint.timeout
  let timer: NodeJS.Timeout | undefined
  const end = once((thrown?: unknown, given?: unknown) => {
    clearTimeout(timer)
    then(thrown, given)
  })
  if (timeout > 0) {
    // A hook that has answered by itself need not end.
    const isAnswered = (): boolean => name !== 'onSend' && reply.sent
    timer = setTimeout(() => { if (!isAnswered()) end.instead(expire) }, timerTime(timeLeft(request, timeout))).unref()
  }
  call(hook, self, [request, reply, ...more], end)
}

function call (hook: Hook, self: unknown, parameters: unknown[], end: (thrown?: unknown, given?: unknown) => void): void {
  let given: unknown
  try {
    // `done(error, payload)`: null is not an error.
    given = hook.call(self, ...parameters, (error?: unknown, payload?: unknown) => { end(error ?? undefined, payload) })
  } catch (thrown) {
    end(thrown ?? asError(thrown))
    return
  }
  if (isThenable(given)) {
    Promise.resolve(given).then((payload) => { end(undefined, payload) }, (thrown: unknown) => { end(thrown ?? asError(thrown)) })
  }
}

/** A function that only the first call reaches, or what is called in its place. */
function once (then: (thrown?: unknown, given?: unknown) => void): ((thrown?: unknown, given?: unknown) => void) & {
  instead (other: () => void): void
} {
  let over = false
  const first = (): boolean => over ? false : (over = true)
  return Object.assign((thrown?: unknown, given?: unknown) => { if (first()) then(thrown, given) }, {
    instead (other: () => void) { if (first()) other() }
  })
}

function place (name: string, { who, endpointOf }: HookGuardOptions, request: FastifyRequest): Foreign {
  const endpoint = endpointOf(request)
  return {
    who: `${who} (${name})`,
    where: endpoint === null ? `${request.method} ${withoutQuery(request.url)}` : `${endpoint.method} ${endpoint.path}`
  }
}

function describe (name: string, options: HookGuardOptions, request: FastifyRequest, thrown: unknown): Fault {
  return foreignFault(place(name, options, request), `failed: ${asError(thrown).message}`, thrown)
}

function late (name: string, options: HookGuardOptions, request: FastifyRequest): Fault {
  return foreignFault(place(name, options, request), 'had not ended at the timeout')
}

function isPayload (payload: unknown): boolean {
  if (payload === undefined || payload === null || typeof payload === 'string' || Buffer.isBuffer(payload)) return true
  const { pipe, getReader } = payload as { pipe?: unknown, getReader?: unknown }
  return typeof pipe === 'function' || typeof getReader === 'function' || Object.prototype.toString.call(payload) === '[object Response]'
}

/** Answers 500 without any further hook, or cuts what has begun. */
export function answerBare (reply: FastifyReply): void {
  const { raw } = reply
  reply.hijack()
  if (raw.headersSent || raw.destroyed) raw.destroy()
  else {
    raw.writeHead(
      500,
      {
        'content-length': 0,
        'x-krakend-completed': 'false',
        ...reply.request.raw.httpVersionMajor === 1 && reply.request.raw.complete === false && { connection: 'close' }
      }
    ).end()
  }
}
