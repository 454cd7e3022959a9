import type { Headers } from '@floodgate/core'

/**
 * Fields of one connection (RFC 9110, section 7.6.1), of the forward proxy's own dialogue, and what only undici may
 * write; `content-length` is the body's and decided with it.
 */
const notToBackend: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings',
  'proxy-authorization', 'expect', 'content-length'
])

const notToClient: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** Fields that mean nothing twice: the first one counts. Others that come twice become a list. */
const single: ReadonlySet<string> = new Set(['content-type', 'content-length', 'location', 'etag', 'last-modified', 'retry-after'])

/** What nearly every answer has, and what need not be the same in the next one. */
const usual = [
  'accept-ranges', 'access-control-allow-origin', 'age', 'allow', 'cache-control', 'connection', 'content-encoding',
  'content-language', 'content-length', 'content-type', 'date', 'expires', 'keep-alive', 'last-modified', 'pragma', 'server',
  'strict-transport-security', 'trailer', 'transfer-encoding', 'upgrade', 'vary', 'via', 'x-content-type-options', 'x-powered-by'
]
const changing = ['content-disposition', 'etag', 'link', 'location', 'set-cookie', 'x-request-id']

/** A header field that is known by its bytes, so that its texts are made once and not for every answer. */
interface KnownField {
  /** In lower case. */
  readonly name: string
  readonly passes: boolean
  /** The value it had last; null = not to be kept. */
  value: string | null
}

/** A longer value is not compared with the one before. */
const maxKeptValue = 64

/** By length, less than 32, and first letter of their names. */
const knownFields: (KnownField[] | undefined)[] = Array.from({ length: 1024 })
for (const name of [...usual, ...changing]) {
  const key = fieldKey(name.length, name.charCodeAt(0))
  ;(knownFields[key] ??= []).push({ name, passes: !notToClient.has(name), value: changing.includes(name) ? null : '' })
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
    const written = raw[i - 1]!
    const known = findKnown(written)
    if (known?.passes === false) {
      if (known.name === 'connection') {
        const value = readValue(known, raw[i]!)
        if (value !== 'keep-alive' && value !== 'close') (connection ??= []).push(value)
      }
      continue
    }
    const name = known === undefined ? written.toString('latin1').toLowerCase() : known.name
    if (known === undefined && (notToClient.has(name) || name === '__proto__')) continue
    const value = known === undefined ? raw[i]!.toString('latin1') : readValue(known, raw[i]!)
    const before = headers[name]
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

function fieldKey (length: number, first: number): number {
  return length << 5 | (first & 31)
}

function findKnown (written: Buffer): KnownField | undefined {
  const { length } = written
  const candidates = length < 32 ? knownFields[fieldKey(length, written[0]!)] : undefined
  if (candidates === undefined) return undefined
  for (const known of candidates) {
    const { name } = known
    let i = 0
    // Names are tokens: but for letters, none of their bytes becomes another token's by this bit.
    while (i < length && (written[i]! | 32) === name.charCodeAt(i)) i++
    if (i === length) return known
  }
  return undefined
}

function readValue (known: KnownField, written: Buffer): string {
  const { value } = known
  if (value === null || written.length > maxKeptValue) return written.toString('latin1')
  const { length } = written
  if (length === value.length) {
    // What changes, changes at its end.
    let i = length - 1
    while (i >= 0 && written[i] === value.charCodeAt(i)) i--
    if (i < 0) return value
  }
  known.value = written.toString('latin1')
  return known.value
}

/** Names that a `connection` header lists, in lower case; null when there is nothing beyond the usual words. */
function namedByConnection (value: string | readonly string[]): Set<string> | null {
  const text = (typeof value === 'string' ? value : value.join(',')).toLowerCase()
  if (text === 'keep-alive' || text === 'close') return null
  const names = new Set<string>()
  for (const name of text.split(',')) names.add(name.trim())
  return names
}
