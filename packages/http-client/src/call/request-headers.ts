import type { Dispatcher } from 'undici'

/** Headers of a request in any form that undici takes. */
export type RequestHeaders = Dispatcher.DispatchOptions['headers']

/** Name in lower case and value, or values. */
export type HeaderField = readonly [name: string, value: string | string[]]

const connectionHeaders = new Set([
  'connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'keep-alive', 'proxy-authorization', 'proxy-connection'
])

/**
 * Returns the headers without those that belong to one connection (RFC 9110, 7.6.1), to the message's framing or to
 * the proxy: the client writes these itself. `Host` and `Expect: 100-continue` stay. Nearly always there is none, and the
 * very same headers come back.
 *
 * @param headers an object's names are in lower case; a list's may be written in any way
 */
export function dropConnectionHeaders (headers: RequestHeaders): RequestHeaders {
  if (headers == null) return headers
  if (Array.isArray(headers)) {
    for (let i = 0; i < headers.length; i += 2) {
      if (isConnectionHeader(headers[i]) || isOddExpect(headers[i], headers[i + 1])) return flatten(readFields(headers))
    }
    return headers
  }
  if (Symbol.iterator in headers) return flatten(readFields(headers))
  const fields = headers as Record<string, unknown>
  // Measured: ten absent properties cost a fifth of walking eight headers.
  return fields['connection'] !== undefined || fields['transfer-encoding'] !== undefined ||
    fields['te'] !== undefined || fields['trailer'] !== undefined || fields['upgrade'] !== undefined ||
    fields['keep-alive'] !== undefined || fields['expect'] !== undefined || fields['proxy-authorization'] !== undefined ||
    fields['proxy-connection'] !== undefined
    ? flatten(readFields(headers))
    : headers
}

/** Lists the headers, names in lower case, without those {@link dropConnectionHeaders} drops. */
export function readFields (headers: RequestHeaders): HeaderField[] {
  const fields: HeaderField[] = []
  for (const [name, value] of entriesOf(headers)) {
    if (value != null && !isConnectionHeader(name) && !isOddExpect(name, value)) fields.push([name.toLowerCase(), value])
  }
  return fields
}

/** The stated length of the body, in bytes; 0 = there is none, or none that is a number. */
export function readLength (headers: RequestHeaders): number {
  const length = readFields(headers).find(([name]) => name === 'content-length')?.[1]
  return Number(length) || 0
}

/** Writes fields the way undici reads them fastest: name, value, name, value… */
export function flatten (fields: readonly HeaderField[]): string[] {
  // undici takes lists as values; its types do not say so.
  return fields.flat(1) as string[]
}

/** Lists names and values one after the other, as they are written. */
export function listHeaders (headers: RequestHeaders): unknown[] {
  return Array.isArray(headers) ? [...headers] : [...entriesOf(headers)].filter(([, value]) => value != null).flat(1)
}

function * entriesOf (headers: RequestHeaders): Generator<readonly [string, string | string[] | null | undefined]> {
  if (headers == null) return
  if (Array.isArray(headers)) {
    for (let i = 0; i + 1 < headers.length; i += 2) yield [headers[i] as string, headers[i + 1]]
  } else if (Symbol.iterator in headers) {
    yield * headers as Iterable<[string, string | string[] | undefined]>
  } else {
    yield * Object.entries(headers) as Iterable<[string, string | string[] | undefined]>
  }
}

function isConnectionHeader (name: unknown): boolean {
  if (typeof name !== 'string') return false
  switch (name.length) {
    case 2: case 7: case 10: case 16: case 17: case 19:
      return connectionHeaders.has(name.toLowerCase())
    default:
      return false
  }
}

/** There is one expectation only (RFC 9110, 10.1.1), which the connection fulfils itself. */
function isOddExpect (name: unknown, value: unknown): boolean {
  return typeof name === 'string' && name.length === 6 && name.toLowerCase() === 'expect' && String(value).toLowerCase() !== '100-continue'
}
