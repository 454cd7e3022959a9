import { Stream, type Readable } from 'node:stream'
import type { FastifyReplyFromOptions } from '@fastify/reply-from'
import { askStep, Fault, type Body, type Headers, type Step } from '@floodgate/core'
import { createExchange, isStream, passageOf, type ExchangeOptions } from '@floodgate/engine'
import type { Client } from '@floodgate/http-client'
import { callOf, type Asking } from './call.ts'

/** What reply-from takes for a dispatcher of its own copy of undici. */
export type Requestable = Extract<NonNullable<FastifyReplyFromOptions['undici']>, { request: unknown }>
interface Asked extends Asking {
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: Readable | Uint8Array | string
}
type Callback = (error: Error | null, answer?: { statusCode: number, headers: Headers, body: Readable }) => void

/**
 * Creates what reply-from gets as `undici`: the dispatcher of a client, whose calls end with those of `reply.from()`.
 * Header fields of one connection pass in neither direction, and gzip is requested and decompressed as Go's client does it.
 * Redirects, TLS and forward proxies are the client's.
 */
export function createDispatcher ({ dispatcher, settings }: Pick<Client, 'dispatcher' | 'settings'>): Requestable {
  const options: ExchangeOptions = { dispatcher, mode: 'pass', gzip: !settings.transport.disableCompression }
  const alone = createExchange(options)

  function request (asked: Asked, callback: Callback): void {
    const { core, uses, hosts, fail } = callOf(asked)
    const exchange = hosts === null ? alone : createExchange({ ...options, hosts })
    core.method = asked.method
    core.headers = withoutUndefined(asked.headers)
    if (uses.address) {
      core.origin = asked.origin
      core.target = asked.path
    }
    if (uses.body) core.body = toBody(asked.body)

    /** What a hook of the call throws has no other caller that would answer. */
    const answer: Callback = (error, response) => {
      try {
        callback(error, response)
      } catch (thrown) {
        response?.body.destroy()
        fail(thrown)
      }
    }
    askStep(exchange as Step, core, ({ status, headers, body }) => {
      const stream = isStream(body) ? body : passageOf(body)
      // As Go's server: a 304 has no headers about a body (net/http, suppressedHeaders304).
      if (status === 304) delete headers['content-type']
      if (status <= 599) { answer(null, { statusCode: status, headers, body: stream }); return }
      stream.destroy()
      answer(
        new Fault(
          'backend',
          'FG_ERR_PROXY_STATUS',
          'invalid status code',
          { detail: `the backend answered with the status ${status}, which Fastify cannot send` }
        )
      )
    }, (fault) => {
      // The client has disconnected: there is no response to send, and no failure to log.
      if (core.call.reason?.kind === 'abort') fail(core.call.reason)
      else answer(fault as Error)
    })
  }

  return { request: request as unknown as Requestable['request'] }
}

/** reply-from sets fields to undefined that it does not pass on. */
function withoutUndefined (headers: Asked['headers']): Headers {
  const given: Headers = {}
  for (const name in headers) if (headers[name] !== undefined) given[name] = headers[name]
  return given
}

function toBody (body: Asked['body']): Body {
  if (body === undefined || body === '') return null
  return body instanceof Stream || Buffer.isBuffer(body) ? body : Buffer.from(body)
}
