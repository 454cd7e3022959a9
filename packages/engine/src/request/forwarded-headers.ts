import type { FastifyRequest } from 'fastify'
import { asText, createClientIp, headerLines, isCgiAlias, userAgent, type Endpoint, type Headers, type Service } from '@floodgate/core'
import { forwardedIdHeader } from './request-id.ts'

/**
 * Headers that are never passed on: fields of one connection (RFC 9110, section 7.6.1), credentials for a proxy,
 * `expect` (answered by the gateway) and `host` (the backend's is sent).
 */
const stopped: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings',
  'proxy-authenticate', 'proxy-authorization', 'expect', 'host'
])

/** Headers that the gateway sets itself. */
const own = ['user-agent', 'x-forwarded-for', 'x-forwarded-via', 'x-forwarded-host']

/** Selects the headers for the backends; `hasBody` decides on Content-Length. Names are in lower case. */
export type PickHeaders = (request: FastifyRequest, hasBody: boolean) => Headers

/**
 * Creates the function that selects the headers of an endpoint's requests: `input_headers` (none = only Content-Type,
 * `*` = all), and the gateway's own. X-Forwarded-For is the client's address and X-Forwarded-Host its Host, regardless
 * of the client's own; User-Agent is the gateway's unless the client's is accepted, then X-Forwarded-Via names the
 * gateway. Several lines of one name stay separate. With `*`, a name that a backend may treat as one of the gateway's
 * own headers (`x_forwarded_for`) is not passed on.
 */
export function createHeaderPicker (endpoint: Endpoint, service: Service): PickHeaders {
  const clientIp = createClientIp(service)
  const idHeader = forwardedIdHeader(service)
  const { inputHeaders } = endpoint
  const pick = inputHeaders.includes('*') ? pickAll : createListPicker(inputHeaders.length === 0 ? ['content-type'] : inputHeaders)

  return function pickHeaders (request, hasBody) {
    const sent = request.headers as Headers
    const headers = pick(headerLines(request))
    const { connection } = sent
    if (connection !== undefined) dropNamed(headers, connection)
    if (!hasBody && headers['content-length'] !== undefined) delete headers['content-length']
    headers['x-forwarded-for'] = clientIp(request)
    headers['x-forwarded-host'] = sent.host ?? sent[':authority'] ?? ''
    if (idHeader !== null) headers[idHeader] = asText(request.id)
    const agent = headers['user-agent']
    if (agent === undefined) headers['user-agent'] = userAgent
    else {
      headers['x-forwarded-via'] = userAgent
      // Go's client does not send an empty one.
      if (agent === '') delete headers['user-agent']
    }
    return headers
  }
}

/**
 * Creates the function that restricts the headers for one backend to its own `input_headers`, including X-Forwarded-For
 * and -Host; null if the backend has no list and receives them all. `*` is a name like any other there, as on the
 * reference. A User-Agent that is not accepted is replaced by the gateway's, as Go's client does.
 */
export function createHeaderFilter (inputHeaders: readonly string[]): ((headers: Readonly<Headers>) => Headers) | null {
  if (inputHeaders.length === 0) return null
  const pick = createListPicker(inputHeaders)
  return function filterHeaders (sent) {
    const headers = pick(sent)
    headers['user-agent'] ??= userAgent
    return headers
  }
}

function createListPicker (names: readonly string[]): (sent: Readonly<Headers>) => Headers {
  const allowed = [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => name !== '' && !stopped.has(name))
  return function pickListed (sent) {
    const headers: Headers = {}
    for (const name of allowed) {
      const value = sent[name]
      if (value !== undefined) headers[name] = value
    }
    return headers
  }
}

function pickAll (sent: Readonly<Headers>): Headers {
  const headers: Headers = {}
  for (const name in sent) {
    const value = sent[name]
    if (value === undefined || stopped.has(name) || name.charCodeAt(0) === 58 /* a pseudo header of HTTP/2 */ || isCgiAliasOfOwn(name)) {
      continue
    }
    headers[name] = value
  }
  return headers
}

function isCgiAliasOfOwn (name: string): boolean {
  // The lengths of those names: other lengths need not be compared.
  if (name.length !== 10 && name.length !== 15 && name.length !== 16) return false
  return own.some((one) => isCgiAlias(name, one))
}

/** Drops the headers that the client's Connection header names in addition to the usual words. */
function dropNamed (headers: Headers, connection: string | string[]): void {
  if (connection === 'keep-alive' || connection === 'close') return
  for (const name of String(connection).toLowerCase().split(',')) delete headers[name.trim()]
}
