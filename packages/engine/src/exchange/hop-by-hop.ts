import type { Headers } from '@floodgate/core'

/**
 * Fields of one connection (RFC 9110, section 7.6.1), fields for a forward proxy, and fields that only undici may
 * write; `content-length` is decided with the body.
 */
const notToBackend: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings',
  'proxy-authorization', 'expect', 'content-length'
])

const notToClient: ReadonlySet<string> = new Set(
  ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']
)

/** Fields that may appear only once: the first line is used. Other repeated fields become a list. */
const single: ReadonlySet<string> = new Set(['content-type', 'content-length', 'location', 'etag', 'last-modified', 'retry-after'])

/** Fields of nearly every response, in their usual spelling. */
const usual = [
  'Accept-Ranges', 'Access-Control-Allow-Origin', 'Age', 'Allow', 'Cache-Control', 'Connection', 'Content-Disposition',
  'Content-Encoding', 'Content-Language', 'Content-Length', 'Content-Type', 'Date', 'ETag', 'Expires', 'Keep-Alive',
  'Last-Modified', 'Link', 'Location', 'Pragma', 'Server', 'Set-Cookie', 'Strict-Transport-Security', 'Trailer',
  'Transfer-Encoding', 'Upgrade', 'Vary', 'Via', 'X-Content-Type-Options', 'X-Powered-By', 'X-Request-Id'
]
/** The lower-case name by the name as written; null if the field is not passed on. */
const knownNames: ReadonlyMap<string, string | null> = new Map(usual.flatMap((written) => {
  const name = written.toLowerCase()
  const passes = notToClient.has(name) ? null : name
  return [[written, passes], [name, passes]]
}))

/** An object without a prototype: a backend may send a field `constructor`, or `__proto__`. A single class keeps it fast. */
const NoHeaders = function NoHeaders () {} as unknown as new () => Headers
NoHeaders.prototype = Object.freeze(Object.create(null)) as object

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
 *
 * @param raw name, value, name, value…
 */
export function readResponseHeaders (raw: readonly string[]): Headers {
  const headers = new NoHeaders()
  let connection: string[] | null = null
  for (let i = 0; i < raw.length; i += 2) {
    const written = raw[i]!
    let name = knownNames.get(written)
    if (name === undefined) {
      name = written.toLowerCase()
      if (notToClient.has(name)) name = null
    }
    const value = raw[i + 1]!
    if (name === null) {
      if (written.length === 10 && value !== 'keep-alive' && value !== 'close' && written.toLowerCase() === 'connection') {
        (connection ??= []).push(value)
      }
      continue
    }
    const before = headers[name]
    if (before === undefined) headers[name] = value
    else if (typeof before !== 'string') before.push(value)
    else if (!single.has(name)) headers[name] = [before, value]
  }
  if (connection !== null) for (const name of namedByConnection(connection) ?? []) delete headers[name]
  return headers
}

/** Converts headers by name to raw ones; null if there are none. */
export function listFields (headers: Readonly<Record<string, string | string[] | undefined>>): string[] | null {
  let fields: string[] | null = null
  for (const name in headers) {
    fields ??= []
    const value = headers[name]
    if (Array.isArray(value)) for (const one of value) fields.push(name, one)
    else if (value !== undefined) fields.push(name, value)
  }
  return fields
}

/** Returns whether the raw headers of a response have a field, without parsing the others. */
export function hasField (raw: readonly string[], name: string): boolean {
  for (let i = 0; i < raw.length; i += 2) if (raw[i]!.length === name.length && raw[i]!.toLowerCase() === name) return true
  return false
}

/** Returns the names in a `connection` header, in lower case; null if there are only the usual words. */
function namedByConnection (value: string | readonly string[]): Set<string> | null {
  const text = (typeof value === 'string' ? value : value.join(',')).toLowerCase()
  if (text === 'keep-alive' || text === 'close') return null
  const names = new Set<string>()
  for (const name of text.split(',')) names.add(name.trim())
  return names
}
