import { isHeaderName } from '@floodgate/go/header'
import { stringify } from 'node:querystring'
import type { RequestHeaders } from '../call/request-headers.ts'

/** What a request head is written from. */
export interface HeadSource {
  readonly method: string
  readonly path: string
  readonly query?: Record<string, unknown> | undefined
  readonly headers: RequestHeaders
  /** Protocol to change to; null or absent = none. */
  readonly upgrade?: unknown
}

/** The head of a request as text, and what it says about the body. */
export interface RequestHead {
  readonly text: string
  /** Bytes of the body; 0 = none, -1 = it goes in chunks. */
  readonly length: number
  /** The server is asked whether it wants the body. */
  readonly expectsContinue: boolean
}

const invalidPath = /[^\x21-\xff]/
const invalidValue = /[^\t\x20-\x7e\x80-\xff]/
const usualMethods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
const usualNames = new Set([
  'accept', 'accept-encoding', 'accept-language', 'authorization', 'cache-control', 'content-encoding', 'content-type', 'cookie',
  'origin', 'referer', 'user-agent', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-via',
  'x-krakend-completed', 'x-request-id', 'traceparent', 'tracestate', 'if-none-match', 'if-modified-since', 'range'
])
/** Methods whose request says that it has no body (RFC 9110, 8.6). */
const announcesNothing = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])

/** A request that cannot be sent as it is. */
export class InvalidRequest extends Error {
  readonly code = 'UND_ERR_INVALID_ARG'
}

/**
 * Writes request line and headers, with all the checks that undici makes (lib/core/request.js).
 *
 * @param host of the origin, unless the caller sets another one
 * @param bodyLength 0 = no body, -1 = not known
 * @param type the content type of the body, where the headers have none
 * @throws {InvalidRequest}
 */
export function writeRequestHead (
  source: HeadSource,
  host: string,
  bodyLength: number,
  closes: boolean,
  type: string | null = null
): RequestHead {
  const { method, headers, upgrade } = source
  if (!usualMethods.has(method) && (typeof method !== 'string' || !isHeaderName(method))) {
    throw new InvalidRequest('its method is not a token')
  }
  let path = source.path
  if (typeof path !== 'string') throw new InvalidRequest('its path is not a string')
  if (source.query !== undefined && source.query !== null) {
    if (path.includes('?') || path.includes('#')) throw new InvalidRequest('its path already contains a query')
    const query = stringify(source.query as Record<string, string>)
    if (query !== '') path += `?${query}`
  }
  if (path.charCodeAt(0) !== 47 && method !== 'CONNECT' && !(path === '*' && method === 'OPTIONS') && !/^https?:\/\//.test(path)) {
    throw new InvalidRequest('its path does not begin with a slash')
  }
  if (invalidPath.test(path)) {
    throw new InvalidRequest('its path contains a blank, a control character, or a character that must be escaped')
  }
  const written: Written = { fields: '', host: null, length: null, expectsContinue: false, hasType: false }
  writeFields(headers, written)
  let length = bodyLength
  if (written.length !== null) {
    if (!/^\d{1,15}$/.test(written.length)) throw new InvalidRequest('its Content-Length is not a number')
    const announced = Number(written.length)
    // Without a body it is the length of one that its sender does not send: none is announced.
    if (bodyLength > 0 && announced !== bodyLength) {
      throw new InvalidRequest(`its Content-Length is ${announced}, but its body has ${bodyLength} bytes`)
    }
    length = bodyLength < 0 ? announced : bodyLength
  }
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${written.host ?? host}\r\n`
  if (upgrade) text += `connection: upgrade\r\nupgrade: ${checkValue('upgrade', String(upgrade))}\r\n`
  else if (closes) text += 'connection: close\r\n'
  else text += 'connection: keep-alive\r\n'
  text += written.fields
  if (type !== null && !written.hasType) text += `content-type: ${checkValue('content-type', type)}\r\n`
  if (length > 0 || (length === 0 && (bodyLength < 0 || announcesNothing.has(method)))) text += `content-length: ${length}\r\n`
  else if (length < 0) text += 'transfer-encoding: chunked\r\n'
  return { text: `${text}\r\n`, length, expectsContinue: written.expectsContinue && bodyLength !== 0 }
}

interface Written {
  fields: string
  host: string | null
  length: string | null
  expectsContinue: boolean
  hasType: boolean
}

function writeFields (headers: RequestHeaders, written: Written): void {
  if (headers === null || headers === undefined) return
  if (Array.isArray(headers)) {
    if (headers.length % 2 !== 0) throw new InvalidRequest('its list of headers has a name without a value')
    if (Array.isArray(headers[0])) for (const pair of headers as unknown as [string, unknown][]) writePair(pair, written)
    else for (let i = 0; i < headers.length; i += 2) writeField(headers[i] as string, headers[i + 1], written)
  } else if (typeof headers === 'object') {
    if (Symbol.iterator in headers) for (const pair of headers as Iterable<[string, unknown]>) writePair(pair, written)
    else for (const name of Object.keys(headers)) writeField(name, (headers as Record<string, unknown>)[name], written)
  } else {
    throw new InvalidRequest('its headers are neither an object nor a list')
  }
}

function writePair (pair: unknown, written: Written): void {
  if (!Array.isArray(pair) || pair.length !== 2) throw new InvalidRequest('its headers are not pairs')
  writeField(pair[0] as string, pair[1], written)
}

function writeField (name: string, value: unknown, written: Written): void {
  if (value === undefined) return
  if (!usualNames.has(name)) {
    if (typeof name !== 'string' || !isHeaderName(name)) throw new InvalidRequest('the name of a header is not a token')
    switch (name.length) {
      case 4:
        if (name.toLowerCase() !== 'host') break
        if (written.host !== null || typeof value !== 'string') throw new InvalidRequest('it does not have exactly one Host')
        written.host = checkValue(name, value)
        return
      case 6:
        if (name.toLowerCase() !== 'expect') break
        // The only one there is (RFC 9110, 10.1.1).
        if (String(value).toLowerCase() !== '100-continue') throw new InvalidRequest('its Expect is not 100-continue')
        written.expectsContinue = true
        break
      case 12:
        if (name.toLowerCase() === 'content-type') written.hasType = true
        break
      case 14:
        if (name.toLowerCase() !== 'content-length') break
        if (written.length !== null) throw new InvalidRequest('it has several Content-Length headers')
        written.length = String(value)
        return
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') throw new InvalidRequest('it has its own Transfer-Encoding header')
        break
    }
  } else if (name === 'content-type') written.hasType = true
  if (typeof value === 'string') {
    if (invalidValue.test(value)) throw refuseValue(name)
    written.fields += `${name}: ${value}\r\n`
  } else if (Array.isArray(value)) {
    for (const one of value) written.fields += `${name}: ${checkValue(name, toText(name, one))}\r\n`
  } else {
    written.fields += `${name}: ${checkValue(name, toText(name, value))}\r\n`
  }
}

function toText (name: string, value: unknown): string {
  switch (typeof value) {
    case 'string': return value
    case 'number': case 'boolean': case 'bigint': return String(value)
    default:
      if (value === null || value === undefined) return ''
      throw new InvalidRequest(`the header ${name} has a value that is not a string`)
  }
}

function checkValue (name: string, value: string): string {
  if (invalidValue.test(value)) throw refuseValue(name)
  return value
}

function refuseValue (name: string): InvalidRequest {
  return new InvalidRequest(`the header ${name} contains a control character, or one beyond Latin-1`)
}
