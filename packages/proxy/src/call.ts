import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyReply } from 'fastify'
import { ignoreRejection, type CoreRequest } from '@floodgate/core'
import type { Failure } from '@floodgate/engine'
import type { HostGroup } from '@floodgate/http-client'

/** One call of `reply.from()`. */
export interface ReplyFromCall {
  /** What is sent; it ends with the endpoint's timeout, and when the client disconnects. */
  readonly core: CoreRequest
  /** Hosts that can take the place of the one in the address; null = there are none. */
  readonly hosts: HostGroup | null
  /** Whether the address that reply-from made is called, and its body sent, instead of those of `core`. */
  readonly uses: { readonly address: boolean, readonly body: boolean }
  /** Answers with a failure that reply-from does not report. */
  readonly fail: (error: unknown) => void
  /** A stream was sent, which cannot be sent again. */
  isSpent?: boolean
}

/** Calls that may be repeated, which reply-from does from a timer. Not in use, it costs nothing. */
const repeatable = new AsyncLocalStorage<ReplyFromCall>()
// eslint-disable-next-line no-restricted-syntax -- set only while `reply.from()` runs, which asks its dispatcher before it returns
let current: ReplyFromCall | null = null

/**
 * Runs `reply.from()` for a call. reply-from hands on nothing else by which a dispatcher could know it (ADR 0009).
 *
 * @param mayRepeat whether reply-from may ask its dispatcher again later
 */
export function runCall<Result> (call: ReplyFromCall, mayRepeat: boolean, from: () => Result): Result {
  if (mayRepeat) return repeatable.run(call, from)
  current = call
  try {
    return from()
  } finally {
    current = null
  }
}

/** The call that reply-from asks its dispatcher for. */
export function askedCall (): ReplyFromCall {
  return current ?? repeatable.getStore()!
}

/** Adds to the hooks of a call what holds for every call: how bodies and failures end it, and what is never repeated. */
export function guardHooks (
  hooks: FastifyReplyFromHooks,
  call: ReplyFromCall,
  reply: FastifyReply,
  failure: Failure
): FastifyReplyFromHooks {
  return {
    ...hooks,
    onResponse (request, same, response) {
      failure.watch(response.stream, reply)
      if (hooks.onResponse === undefined) reply.send(response.stream)
      else hooks.onResponse(request, same, response)
    },
    onError (same, { error }) {
      if (hooks.onError === undefined) call.fail(error.cause ?? error)
      else hooks.onError(same, { error })
    },
    // reply-from itself repeats a GET that was answered 503, up to ten times.
    retryDelay (details) {
      const { core, isSpent } = call
      if (hooks.retryDelay === undefined || core.call.reason !== null || isSpent) return null
      const delay: unknown = hooks.retryDelay(details)
      ignoreRejection(delay)
      if (typeof delay !== 'number' || !(delay > 0)) return null
      // reply-from drops it unread.
      const answer = details.res as { stream?: { destroy (): void } } | undefined
      answer?.stream?.destroy()
      // Otherwise the client would be answered only after the delay.
      core.call.listen((reason) => { if (!reply.sent) call.fail(reason) })
      return delay
    }
  }
}
