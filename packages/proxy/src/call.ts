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

/** What a dispatcher that reply-from asks finds of the call. */
export interface Asking {
  readonly headersTimeout: unknown
}

/**
 * Makes the options of `reply.from()` for a call: those of the route, and what holds for every call, which is how bodies and
 * failures end it, and what is never repeated.
 */
export function createHooks (call: ReplyFromCall, hooks: FastifyReplyFromHooks): FastifyReplyFromHooks {
  const { core, reply, failure, fail } = call
  return {
    ...hooks,
    // The one option that reply-from hands on to its dispatcher, with every attempt and unread. The dispatcher knows the call by it.
    timeout: call as unknown as number,
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

/** The call for which reply-from asks its dispatcher. */
export function callOf (asked: Asking): ReplyFromCall {
  return asked.headersTimeout as ReplyFromCall
}
