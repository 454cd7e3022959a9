import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyReply } from 'fastify'
import { ignoreRejection } from '@floodgate/core'
import { backendFault, type Failure } from '@floodgate/engine'
import type { ReplyFromCall } from './calls.ts'

type RetryDelay = NonNullable<FastifyReplyFromHooks['retryDelay']>

/** The failure behind an error of reply-from's. */
export function faultOf (call: ReplyFromCall, error: Error): Error {
  return backendFault(error.cause ?? error, call, false)
}

/** Has a body that breaks off break the client's connection too, and logs why; headers do not wait for the first of it. */
export function watchBody (call: ReplyFromCall, reply: FastifyReply, body: Parameters<Failure['watch']>[0], fail: Failure): void {
  const { raw } = reply
  raw.once('pipe', () => { setImmediate(() => { if (!raw.headersSent && !raw.destroyed) raw.flushHeaders() }) })
  // undici reports an unused body as aborted.
  fail.watch(body, reply, (error) => raw.writableEnded ? null : call.reason ?? backendFault(error, call, true))
}

/**
 * Creates the `retryDelay` of one call: nothing is repeated unless the route's own asks for it (reply-from itself
 * repeats a GET that was answered 503, up to ten times), never what was sent as a stream, and never after the deadline
 * or the client's leaving.
 */
export function createRetryDelay (asked: RetryDelay | undefined, call: ReplyFromCall, reply: FastifyReply): RetryDelay {
  return function retryDelay (details) {
    if (asked === undefined || call.aborted || call.isSpent) return null
    const delay: unknown = asked(details)
    ignoreRejection(delay)
    if (typeof delay !== 'number' || !(delay > 0)) return null
    // reply-from lets go of it without reading it.
    const answer = details.res as { stream?: { destroy (): void } } | undefined
    answer?.stream?.destroy()
    // It would tell the client only after the delay.
    call.call.listen((reason) => { if (!reply.sent) call.fail(reason) })
    return delay
  }
}
