import type { Http2ServerRequest } from 'node:http2'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { CoreRequest, defaultMaxHeldBody, type Body, type Call, type Endpoint, type ExtraConfig, type Service } from '@floodgate/core'
import { createHeaderPicker } from './forwarded-headers.ts'
import { createPayloadLimit } from './payload-limit.ts'
import { createQueryReader } from './query.ts'
import { createInflater } from './inflate-body.ts'
import { leftBody, wasRead } from './already-read-body.ts'
import { describeReplaced } from './replaced-body.ts'
import { createRequestValues } from './request-values.ts'
import { createClientGuard } from './segment-guard.ts'

/**
 * Creates the function that converts a client's request to an endpoint's: the headers and query parameters that the
 * endpoint accepts, the gateway's own headers, and the body as it arrives. `content-length` is only present if it is
 * accepted and there is a body; code that replaces the body must remove it.
 *
 * The returned function throws a Fault with status 400 if a path parameter, the wildcard or a claim would leave its
 * place in the path of any backend, 413 if the body is larger than `max_payload` allows, and 500 if the host's hooks
 * have read the body and not kept it. A body that a hook has replaced is sent without the client's `content-length`,
 * and without its `content-encoding` if that is no longer correct. A gzip body is decompressed where that is configured.
 *
 * @throws {TypeError} at boot, if an entry of `trusted_proxies` is neither an address nor a CIDR range
 * @example const coreRequest = createCoreRequest(endpoint, model) const handler = (request, reply) => { const call =
 * new Call(endpoint.timeout) return step(coreRequest(request, request.params, call)) }
 */
export function createCoreRequest (endpoint: Endpoint, service: Service): (
  request: FastifyRequest,
  params: Readonly<Record<string, string>>,
  call: Call
) => CoreRequest {
  const pickHeaders = createHeaderPicker(endpoint, service)
  const readQuery = createQueryReader(endpoint.inputQueryStrings)
  const addValues = createRequestValues(endpoint)
  const guardPath = createClientGuard(endpoint)
  const limitBody = createPayloadLimit(endpoint, service)
  const maxHeldBody = maxRequestBody(endpoint.extra) ?? maxRequestBody(service.extra) ?? defaultMaxHeldBody
  const inflateBody = createInflater(endpoint, service, maxHeldBody)

  return function coreRequest (request, pathParams, call) {
    const params = addValues === null ? pathParams : addValues(request, pathParams)
    if (guardPath !== null) guardPath(params)
    const { raw } = request
    const body = bodyOf(request)
    const core = new CoreRequest(request, call, raw.method!, params, pickHeaders(request, body !== null), readQuery(raw.url!), body)
    core.maxHeldBody = maxHeldBody
    // It reads the first bytes, so it must run before they are counted.
    if (body !== null && body as unknown !== raw) describeReplaced(core, body)
    // The limit is for the decompressed body.
    if (inflateBody !== null && inflateBody(core, raw, call)) return core
    if (limitBody !== null) core.body = limitBody(body, raw, call)
    return core
  }
}

/** Returns the size limit of bodies held in memory: `floodgate.max_request_body` of an endpoint or the service. */
function maxRequestBody (extra: ExtraConfig | undefined): number | undefined {
  const own = extra?.['floodgate'] as { max_request_body?: number } | undefined
  return own?.max_request_body
}

/** Returns the body as a hook left it, or as it arrives: from a parser that passes its stream on, or without one (GET). */
function bodyOf (request: FastifyRequest): Body {
  const { raw, body } = request
  if (Buffer.isBuffer(body)) return body
  if (body instanceof Readable && body as unknown !== raw) return intact(body, request)
  return hasBody(raw) ? intact(raw, request) : null
}

/** Returns an unread body (null for an empty one), otherwise the body that its reader has kept. */
function intact (body: Readable, request: FastifyRequest): Body {
  if (!wasRead(body)) return body.readableEnded ? null : body
  return leftBody(request)
}

/** Returns whether a request has a body. */
export function hasBody (raw: FastifyRequest['raw']): boolean {
  const { headers } = raw
  const length = headers['content-length']
  if (length !== undefined) return length !== '0'
  if (headers['transfer-encoding'] !== undefined) return true
  // Determined by a frame, not by a header (RFC 9113, section 8.1).
  return raw.httpVersionMajor === 2 && !(raw as unknown as Http2ServerRequest).stream.endAfterHeaders
}
