import type { Http2ServerRequest } from 'node:http2'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { CoreRequest, type Body, type Call, type Endpoint, type Service } from '@floodgate/core'
import { createHeaderPicker } from './forwarded-headers.ts'
import { createQueryReader } from './query.ts'
import { createClientGuard } from './segment-guard.ts'

/**
 * Creates what makes an endpoint's request of the client's: the headers and query parameters that the endpoint lets in,
 * the gateway's own headers, and the body as it arrives. `content-length` is there only where it is let in and there
 * is a body: who replaces the body drops it.
 *
 * What it returns throws a Fault of status 400 where a path parameter, the wildcard or a claim would climb out of its place
 * in the path of any backend.
 *
 * @throws {TypeError} at boot, when `trusted_proxies` holds something else than addresses and CIDR ranges
 * @example
 * const coreRequest = createCoreRequest(endpoint, model)
 * const handler = (request, reply) => {
 *   const call = new Call(endpoint.timeout)
 *   return step(coreRequest(request, request.params, call))
 * }
 */
export function createCoreRequest (endpoint: Endpoint, service: Service): (request: FastifyRequest, params: Readonly<Record<string, string>>, call: Call) => CoreRequest {
  const pickHeaders = createHeaderPicker(endpoint, service)
  const readQuery = createQueryReader(endpoint.inputQueryStrings)
  const guardPath = createClientGuard(endpoint)

  return function coreRequest (request, params, call) {
    if (guardPath !== null) guardPath(params)
    const { raw } = request
    const body = bodyOf(request)
    return new CoreRequest(request, call, raw.method!, params, pickHeaders(request, body !== null), readQuery(raw.url!), body)
  }
}

/** The body as a hook left it, or as it arrives: a parser that hands its stream on, or none (GET). */
function bodyOf ({ raw, body }: FastifyRequest): Body {
  if (Buffer.isBuffer(body)) return body
  if (!hasBody(raw)) return null
  return body instanceof Readable ? body : raw
}

/** Whether a request comes with a body. */
export function hasBody (raw: FastifyRequest['raw']): boolean {
  const { headers } = raw
  const length = headers['content-length']
  if (length !== undefined) return length !== '0'
  if (headers['transfer-encoding'] !== undefined) return true
  // A frame says so, not a header (RFC 9113, section 8.1).
  return raw.httpVersionMajor === 2 && !(raw as unknown as Http2ServerRequest).stream.endAfterHeaders
}
