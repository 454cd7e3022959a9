import type { Headers } from '@floodgate/core'

/**
 * Fields of one connection (RFC 9110, section 7.6.1), of the forward proxy's own dialogue, and what only undici may
 * write; `content-length` is the body's and decided with it.
 */
const notToBackend = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings',
  'proxy-authorization', 'expect', 'content-length'
])

const notToClient = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** Fields that mean nothing twice: the first one counts. Others that come twice become a list. */
const single = new Set(['content-type', 'content-length', 'location', 'etag', 'last-modified', 'retry-after'])

/** Names as servers write them → lower case; '' = not passed on. Saves the conversion for what nearly every answer has. */
const usual = new Map<string, string>()
for (const name of [
  'Accept-Ranges', 'Access-Control-Allow-Origin', 'Age', 'Allow', 'Cache-Control', 'Content-Disposition', 'Content-Encoding',
  'Content-Language', 'Content-Length', 'Content-Type', 'Date', 'ETag', 'Expires', 'Last-Modified', 'Link', 'Location', 'Pragma',
  'Server', 'Set-Cookie', 'Strict-Transport-Security', 'Vary', 'Via', 'X-Content-Type-Options', 'X-Powered-By',
  'X-Request-Id', 'Keep-Alive', 'Transfer-Encoding', 'Trailer', 'Upgrade'
]) {
  const lower = name.toLowerCase()
  const passed = notToClient.has(lower) ? '' : lower
  usual.set(name, passed)
  usual.set(lower, passed)
}

/**
 * Lists a request's headers for undici, name after value, without those of the client's connection and those that its
 * `connection` header names.
 */
export function listRequestHeaders (headers: Readonly<Headers>): (string | string[])[] {
  const list: (string | string[])[] = []
  const named = headers.connection === undefined ? null : namedByConnection(headers.connection)
  for (const name in headers) {
    if (notToBackend.has(name) || name.charCodeAt(0) === 58 /* a pseudo header of HTTP/2 */ || named?.has(name)) continue
    list.push(name, headers[name]!)
  }
  return list
}

/**
 * Reads the raw headers of an answer: names in lower case, several values of one name as a list, without those of the
 * backend's connection and those that its `connection` header names.
 */
export function readResponseHeaders (raw: readonly Buffer[]): Headers {
  const headers: Headers = {}
  let connection: string[] | null = null
  for (let i = 1; i < raw.length; i += 2) {
    const written = raw[i - 1]!.toString('latin1')
    const name = usual.get(written) ?? written.toLowerCase()
    if (name === '') continue
    if (name === 'connection') { (connection ??= []).push(raw[i]!.toString('latin1')); continue }
    if (notToClient.has(name) || name === '__proto__') continue
    const before = headers[name]
    const value = raw[i]!.toString('latin1')
    if (before === undefined) headers[name] = value
    else if (typeof before !== 'string') before.push(value)
    else if (!single.has(name)) headers[name] = [before, value]
  }
  if (connection !== null) for (const name of namedByConnection(connection) ?? []) delete headers[name]
  return headers
}

/** Whether the raw headers of an answer have a field, without reading the others. */
export function hasField (raw: readonly Buffer[], name: string): boolean {
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]!.length === name.length && raw[i]!.toString('latin1').toLowerCase() === name) return true
  }
  return false
}

/** Names that a `connection` header lists, in lower case; null when there is nothing beyond the usual words. */
function namedByConnection (value: string | readonly string[]): Set<string> | null {
  const text = (typeof value === 'string' ? value : value.join(',')).toLowerCase()
  if (text === 'keep-alive' || text === 'close') return null
  const names = new Set<string>()
  for (const name of text.split(',')) names.add(name.trim())
  return names
}
