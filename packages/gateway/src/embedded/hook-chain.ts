import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A Fastify hook of any phase that does not change a payload, with `this` bound. */
export type PlainHook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => unknown
/** An `onSend` hook, with `this` bound. */
export type PayloadHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error?: Error | null, payload?: unknown) => void
) => unknown

/** Binds hooks as Fastify does it when an app is ready. Null if there are none. */
export function bindHooks <Hook extends PlainHook | PayloadHook> (hooks: readonly unknown[], scope: FastifyInstance): Hook[] | null {
  return hooks.length === 0 ? null : hooks.map((hook) => (hook as (...args: unknown[]) => unknown).bind(scope) as Hook)
}

/**
 * Runs hooks one after the other, as Fastify runs those of a route: with a callback or a promise; a failure, and a reply that
 * has been sent, end the row. After a reply `done` is not called.
 *
 * @param endsAtReply `false`: they run after the reply
 */
export function runHooks (
  hooks: readonly PlainHook[],
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
  endsAtReply = true
): void {
  let next = 0
  function run (error?: Error | null): void {
    if (error) { done(error); return }
    if (next === hooks.length) { done(); return }
    if (endsAtReply && reply.sent) return
    let result: unknown
    try {
      result = hooks[next++]!(request, reply, run)
    } catch (thrown) {
      done(thrown as Error)
      return
    }
    if (isThenable(result)) result.then(() => { run() }, (thrown) => { done(thrown ?? nothingThrown()) })
  }
  run()
}

/** The same for hooks that may replace the payload. */
export function runPayloadHooks (
  hooks: readonly PayloadHook[],
  request: FastifyRequest,
  reply: FastifyReply,
  first: unknown,
  done: (error: Error | null, payload?: unknown) => void
): void {
  let next = 0
  let payload = first
  function run (error?: Error | null, changed?: unknown): void {
    if (error) { done(error); return }
    if (changed !== undefined) payload = changed
    if (next === hooks.length) { done(null, payload); return }
    let result: unknown
    try {
      result = hooks[next++]!(request, reply, payload, run)
    } catch (thrown) {
      done(thrown as Error)
      return
    }
    if (isThenable(result)) result.then((changed) => { run(null, changed) }, (thrown) => { done(thrown ?? nothingThrown()) })
  }
  run()
}

function isThenable (value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function nothingThrown (): Error {
  return new Error('a hook was rejected without an error')
}
