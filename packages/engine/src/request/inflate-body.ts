import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { defaultMaxHeldBody, Fault, type Body, type Call, type CoreRequest, type Endpoint, type Service } from '@floodgate/core'
import { ByteCounter, maxPayload } from './payload-limit.ts'
import { dropBodyHeaders, isCoded } from './replaced-body.ts'

/** Decompresses the body of a request if it is gzip; returns false if it is left as it is. */
export type InflateBody = (core: CoreRequest, raw: FastifyRequest['raw'], call: Call) => boolean

/**
 * Creates the decompression of request bodies: `router.decompress_gzip` (bytes after decompression; 0 = off), and for the
 * endpoint `proxy.decompress_gzip`; null if it is off. A body with `Content-Encoding: gzip` and no other coding is
 * decompressed while it streams, without its headers of coding, length and digest. The limit is the smallest of
 * `router.decompress_gzip` and `max_payload`, otherwise `floodgate.max_request_body`: beyond it the request ends with 413,
 * and nothing more is decompressed. A body that is not gzip ends the request with 400.
 */
export function createInflater (
  endpoint: Pick<Endpoint, 'extra'>,
  service: Pick<Service, 'extra'>,
  maxHeldBody = defaultMaxHeldBody
): InflateBody | null {
  const atRouter = (service.extra['router'] as { decompress_gzip?: number } | undefined)?.decompress_gzip ?? 0
  const { decompress_gzip: own } = (endpoint.extra?.['proxy'] ?? {}) as { decompress_gzip?: boolean }
  if (!(own ?? atRouter > 0)) return null
  const [limit, setting] = smallest([
    // `true` is read as 1: on, without a limit of its own.
    [atRouter === 1 ? 0 : atRouter, 'router.decompress_gzip'],
    [maxPayload(endpoint.extra?.['proxy']) ?? maxPayload(service.extra['router']) ?? 0, 'max_payload']
  ]) ?? [maxHeldBody, 'floodgate.max_request_body']
  return function inflateBody (core, raw, call) {
    const { body } = core
    const coding = raw.headers['content-encoding']
    if (body === null || coding === undefined || !isGzip(coding)) return false
    // A hook may have decompressed it.
    if (body as unknown !== raw && !isCoded('gzip', body)) return false
    core.headers = dropBodyHeaders(core.headers)
    core.body = inflate(body, new ByteCounter(limit, (fault) => { call.cancel(fault) }, setting), call)
    return true
  }
}

function smallest (limits: readonly (readonly [number, string])[]): readonly [number, string] | undefined {
  return limits.filter(([bytes]) => bytes > 0).sort(([a], [b]) => a - b)[0]
}

/** Several codings are not all gzip, `identity` is none. */
function isGzip (coding: string): boolean {
  const codings = coding.toLowerCase().split(',').map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  return codings.length === 1 && (codings[0] === 'gzip' || codings[0] === 'x-gzip')
}

/** Not `pipeline`: that would destroy the client's request, and with it the connection for the response. */
function inflate (body: NonNullable<Body>, counter: ByteCounter, call: Call): Readable {
  const source = Buffer.isBuffer(body) ? Readable.from([body]) : body
  const gunzip = createGunzip()
  gunzip.on('error', (cause) => {
    const fault = notGzip(cause)
    call.cancel(fault)
    counter.destroy(fault)
  })
  source.on('error', (error) => { counter.destroy(error) })
  source.on('close', () => { if (!source.readableEnded) counter.destroy(new Error('The client aborted its request')) })
  counter.on('close', () => {
    source.unpipe(gunzip)
    gunzip.destroy()
    // Otherwise the client might never read the response.
    if (!source.readableEnded && !source.destroyed) source.resume()
  })
  return source.pipe(gunzip).pipe(counter)
}

function notGzip (cause: Error): Fault {
  return new Fault('request', 'FG_ERR_PROXY_BODY_GZIP', 'the request body is not valid gzip', {
    status: 400,
    detail: `the request body cannot be decompressed: ${cause.message}`,
    cause
  })
}
