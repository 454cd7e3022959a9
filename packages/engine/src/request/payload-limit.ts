import { Transform, type Readable, type TransformCallback } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { payloadTooLarge, type Body, type Call, type Endpoint, type Fault, type Service } from '@floodgate/core'

/** Limits the body of a request: refuses it, or returns the body to use. Throws a Fault with status 413. */
export type LimitBody = (body: Body, raw: FastifyRequest['raw'], call: Call) => Body

/**
 * Creates the limit of `router.max_payload` or, for the endpoint, `proxy.max_payload` (bytes; 0 = none); null without
 * one. A length stated by the client is checked immediately, and Node ensures that no more arrives; other bodies are
 * counted while they stream. Nothing is buffered for it.
 */
export function createPayloadLimit (endpoint: Pick<Endpoint, 'extra'>, service: Pick<Service, 'extra'>): LimitBody | null {
  const own = maxPayload(endpoint.extra?.['proxy'])
  const limit = own ?? maxPayload(service.extra['router']) ?? 0
  if (limit === 0) return null
  const setting = own === undefined ? 'router.max_payload' : 'proxy.max_payload'
  return function limitBody (body, raw, call) {
    if (body === null) return null
    const stated = Number(raw.headers['content-length'] ?? NaN)
    if (stated > limit || (Buffer.isBuffer(body) && body.length > limit)) throw payloadTooLarge(limit, setting)
    if (Buffer.isBuffer(body) || (body as unknown === raw && stated <= limit)) return body
    return countBytes(body, new ByteCounter(limit, (fault) => { call.cancel(fault) }, setting))
  }
}

/** Returns `max_payload` of `router` or `proxy`; undefined if it is not set. */
export function maxPayload (settings: unknown): number | undefined {
  const limit = (settings as { max_payload?: unknown } | undefined)?.max_payload
  return typeof limit === 'number' && limit >= 0 ? limit : undefined
}

/** Passes bytes on until the limit is exceeded; then it fails and ends the request's call. */
export class ByteCounter extends Transform {
  readonly #limit: number
  readonly #setting: string
  readonly #exceeded: (fault: Fault) => void
  #left: number

  constructor (limit: number, exceeded: (fault: Fault) => void, setting: string) {
    super({ highWaterMark: 65536 })
    this.#limit = this.#left = limit
    this.#setting = setting
    this.#exceeded = exceeded
    // From the beginning: there may be no other listener yet when a client aborts.
    this.on('error', () => {})
  }

  override _transform (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#left -= chunk.length
    if (this.#left >= 0) { done(null, chunk); return }
    const fault = payloadTooLarge(this.#limit, this.#setting)
    this.#exceeded(fault)
    done(fault)
  }
}

/** Not `pipeline`: that would destroy the client's request, and with it the connection for the response. */
function countBytes (body: Readable, counter: ByteCounter): Readable {
  body.on('error', (error) => { counter.destroy(error) })
  body.on('close', () => { if (!body.readableEnded) counter.destroy(new Error('The client aborted its request')) })
  // Later data is discarded, because otherwise the client might never read the response.
  counter.on('close', () => { body.unpipe(counter); if (!body.readableEnded && !body.destroyed) body.resume() })
  return body.pipe(counter)
}
