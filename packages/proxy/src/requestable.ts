import type { FastifyReplyFromOptions } from '@fastify/reply-from'
import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Body, CoreRequest, Exchange, Headers } from '@floodgate/core'
import { discard } from '@floodgate/engine'
import { passageOf } from '@floodgate/engine'

/** Key of a call on the headers that reply-from hands to its client: the only thing that survives the way there. */
export const callKey = Symbol('floodgate.call')

/** One call through reply-from. */
export interface ReplyFromCall {
  /** Request to send; method and headers are taken from what reply-from made of it. */
  readonly core: CoreRequest
  readonly exchange: Exchange
  /** Takes the address from reply-from (`getUpstream`, `queryString`, a hand-written source), not from `core`. */
  readonly addressed: boolean
  /** Takes the body from reply-from, not from `core`. */
  readonly bodied: boolean
  /** Wants every body as a stream; otherwise whoever sends the answer takes `body`. */
  readonly streams: boolean
  /** Status of the answer: reply-from refuses those above 599. */
  status: number
  body: Body
  /** The reply that its answer's headers are set on. */
  readonly reply?: FastifyReply
  /** Hears of a failure in place of reply-from. */
  fail? (error: unknown): void
}

interface RequestOptions {
  origin: string
  path: string
  method: string
  headers: Headers & { [callKey]?: ReplyFromCall }
  body?: unknown
}

interface Answer { statusCode: number, headers: Headers, body: Readable }

/** The part of an undici dispatcher that reply-from uses, of its own copy of undici. */
export type Requestable = Extract<NonNullable<FastifyReplyFromOptions['undici']>, { request: unknown }>

/**
 * Creates what reply-from takes for an undici dispatcher. It sends each request through the exchange of its call, and so
 * gives reply-from the same deadlines, aborts and bodies as the step engine has.
 */
export function createRequestable (): Requestable {
  function request (options: RequestOptions, callback: (error: unknown, answer?: Answer) => void): void {
    const call = options.headers[callKey]
    if (call === undefined) {
      callback(new Error('reply.from() was called outside the scope that was made for it'))
      return
    }
    const { core } = call
    core.method = options.method
    core.headers = options.headers
    if (call.addressed) {
      core.origin = options.origin
      core.target = options.path
    }
    if (call.bodied) core.body = toBody(options.body)
    const fail = call.fail ?? ((error: unknown) => { failSafely(error, core, callback) })
    call.exchange(core).then(({ status, headers, body }) => {
      call.status = status
      call.body = body
      // In place of a body that is sent as a Buffer an empty one: reply-from destroys it when the client has gone.
      const stream = body !== null && !Buffer.isBuffer(body) ? body : passageOf(call.streams ? body : null)
      try {
        callback(null, { statusCode: status > 599 ? 599 : status, headers, body: stream })
      } catch (error) {
        discard(body)
        fail(error)
      }
    }, fail)
  }
  return { request: request as unknown as Requestable['request'] }
}

/** What a handler's own `onError` throws has no caller to go to, and must not end the process. */
function failSafely (error: unknown, { incoming }: CoreRequest, callback: (error: unknown) => void): void {
  try {
    callback(error)
  } catch (thrown) {
    incoming.log.error({ err: thrown }, 'reply.from() failed, and so did telling of it')
    incoming.raw.destroy()
  }
}

function toBody (body: unknown): CoreRequest['body'] {
  if (body === undefined || body === null || body === '') return null
  if (typeof body === 'string') return Buffer.from(body)
  return body as Buffer | Readable
}
