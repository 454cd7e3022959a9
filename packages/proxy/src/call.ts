import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyReplyFromHooks } from '@fastify/reply-from'
import type { FastifyReply } from 'fastify'
import { ignoreRejection, type CoreRequest } from '@floodgate/core'
import { isStream, type Failure } from '@floodgate/engine'
import type { HostGroup } from '@floodgate/http-client'

/** One call of `reply.from()`. */
export interface ReplyFromCall {
  /** What is sent; it ends with the endpoint's timeout, and when the client disconnects. */
  readonly core: CoreRequest
  readonly reply: FastifyReply
  /** Hosts that can take the place of the one in the address; null = there are none. */
  readonly hosts: HostGroup | null
  /** Whether the address that reply-from made is called, and its body sent, instead of those of `core`. */
  readonly uses: { readonly address: boolean, readonly body: boolean }
  /** Logs what ends the body of a response early. */
  readonly failure: Failure
  /** Answers with a failure that reply-from does not report. */
  readonly fail: (error: unknown) => void
}

/** Calls that may be repeated, which reply-from does from a timer. Not in use, it costs nothing. */
const repeatable = new AsyncLocalStorage<ReplyFromCall>()
// eslint-disable-next-line no-restricted-syntax -- set only while `reply.from()` runs, which asks its dispatcher before it returns
let current: ReplyFromCall | null = null

/**
 * Runs `reply.from()` for a call. reply-from hands on nothing else by which a dispatcher could know it (ADR 0009).
 *
 * @param hooks those of the route
 * @param from calls `reply.from()` with them and what holds for every call
 */
export function runCall (call: ReplyFromCall, hooks: FastifyReplyFromHooks, from: (hooks: FastifyReplyFromHooks) => unknown): void {
  const guarded = guardHooks(hooks, call)
  // Only then reply-from may ask its dispatcher again later.
  if (hooks.retryDelay !== undefined) { repeatable.run(call, from, guarded); return }
  current = call
  try {
    from(guarded)
  } finally {
    current = null
  }
}

/** The call that reply-from asks its dispatcher for. */
export function askedCall (): ReplyFromCall {
  return current ?? repeatable.getStore()!
}

/** Adds what holds for every call: how bodies and failures end it, and what is never repeated. */
function guardHooks (hooks: FastifyReplyFromHooks, { core, reply, failure, fail }: ReplyFromCall): FastifyReplyFromHooks {
  return {
    ...hooks,
    onResponse (request, same, response) {
      failure.watch(response.stream, reply)
      if (hooks.onResponse === undefined) reply.send(response.stream)
      else hooks.onResponse(request, same, response)
    },
    onError (same, { error }) {
      if (hooks.onError === undefined) fail(error.cause ?? error)
      else hooks.onError(same, { error })
    },
    // reply-from itself repeats a GET that was answered 503, up to ten times. A stream cannot be sent again.
    retryDelay (details) {
      if (hooks.retryDelay === undefined || core.call.reason !== null || isStream(core.body)) return null
      const delay: unknown = hooks.retryDelay(details)
      ignoreRejection(delay)
      if (typeof delay !== 'number' || !(delay > 0)) return null
      // reply-from drops it unread.
      const answer = details.res as { stream?: { destroy (): void } } | undefined
      answer?.stream?.destroy()
      // Otherwise the client would be answered only after the delay.
      core.call.listen((reason) => { if (!reply.sent) fail(reason) })
      return delay
    }
  }
}
