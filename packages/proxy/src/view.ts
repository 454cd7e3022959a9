import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyReplyFromOptions } from '@fastify/reply-from'
import { Fault, type Headers } from '@floodgate/core'
import { asksForGzip, listFields, listRequestHeaders, readResponseHeaders, unzip, Upload } from '@floodgate/engine'
import type { Client } from '@floodgate/http-client'
import { calls, type ReplyFromCall } from './calls.ts'

/** What reply-from takes for an undici dispatcher of its own copy of undici. */
type Requestable = Extract<NonNullable<FastifyReplyFromOptions['undici']>, { request: unknown }>
interface RequestOptions {
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly headers: Headers
  readonly body?: unknown
}
type Callback = (error: Error | null, answer?: { statusCode: number, headers: Headers, body: Readable }) => void

/**
 * Creates the view of a client's dispatcher that reply-from gets as `undici`: requests end with the call of
 * `reply.from()`, header fields of one connection pass in neither direction, and gzip is asked for and unzipped as Go's
 * client does it. Redirects, TLS and forward proxies are the client's.
 */
export function createView ({ dispatcher, settings }: Pick<Client, 'dispatcher' | 'settings'>): Requestable {
  const gzip = !settings.transport.disableCompression

  function request (given: RequestOptions, callback: Callback): void {
    const call = calls.getStore()!
    const { address, hosts, body = given.body || null } = call.configured
    call.method = given.method
    call.origin = address?.origin ?? given.origin
    call.target = address?.target ?? given.path
    // The client has disconnected: there is no response to send, and no failure to log.
    if (call.reason?.kind === 'abort') { call.fail(call.reason); return }
    if (call.reason !== null) { callback(call.reason); return }

    for (const name in given.headers) if (given.headers[name] === undefined) delete given.headers[name]
    const asks = gzip && asksForGzip(given)
    const options = {
      ...given,
      origin: call.origin,
      path: call.target,
      headers: headersOf(given.headers, asks, body),
      body: toSend(body, call),
      signal: call,
      hosts
    }
    dispatcher.request(options as unknown as Parameters<typeof dispatcher.request>[0], (error, answer) => {
      if (error !== null) {
        if (call.reason?.kind === 'abort') call.fail(call.reason)
        else settle(call, callback, error)
        return
      }
      const { statusCode, body } = answer
      body.on('error', ignore)
      const headers = readResponseHeaders(listFields(answer.headers) ?? [])
      if (statusCode === 204 || statusCode === 304) delete headers['content-length']
      if (statusCode > 599) {
        body.destroy()
        settle(
          call,
          callback,
          new Fault(
            'backend',
            'FG_ERR_PROXY_STATUS',
            'invalid status code',
            { detail: `the backend answered with the status ${statusCode}, which Fastify cannot send` }
          )
        )
      } else if (asks && String(headers['content-encoding']).toLowerCase() === 'gzip') {
        unzip(
          { status: statusCode, headers, body },
          call,
          Infinity,
          (plain) => { settle(call, callback, null, { statusCode, headers: plain.headers, body: plain.body as Readable }) },
          (fault) => { settle(call, callback, fault) }
        )
      } else {
        settle(call, callback, null, { statusCode, headers, body })
      }
    })
  }

  return { request: request as unknown as Requestable['request'] }
}

/** What a route's own functions throw on the way has no caller that would answer. */
function settle (call: ReplyFromCall, callback: Callback, ...[error, answer]: Parameters<Callback>): void {
  try {
    callback(error, answer)
  } catch (thrown) {
    answer?.body.destroy()
    call.fail(thrown)
  }
}

function headersOf (headers: Headers, asks: boolean, body: unknown): (string | string[])[] {
  const list = listRequestHeaders(headers)
  if (asks) list.push('accept-encoding', 'gzip')
  // Of other bodies the client knows the length.
  const length = body instanceof IncomingMessage ? body.headers['content-length'] : headers['content-length']
  if (body instanceof Readable && length !== undefined) list.push('content-length', length)
  return list
}

/** undici destroys a stream that it stops sending, and a client's request must stay to be answered. */
function toSend (body: unknown, call: ReplyFromCall): unknown {
  if (!(body instanceof Readable)) return body
  call.isSpent = true
  return new Upload(body)
}

function ignore (): void {}
