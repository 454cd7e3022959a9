import type { Query } from '@floodgate/core'
import { decodePercent, encodePercent } from '@floodgate/go'

const PLAIN = /^[\w.~-]*$/
const SURROGATE = /[\ud800-\udfff]/

/** Without Object's prototype, so that any name is just a name. */
const Fields = function () {} as unknown as new () => Record<string, string[]>
Fields.prototype = Object.create(null)

/**
 * Creates what reads the query parameters that may pass from a request's address: `['*']` = all, none = null without
 * looking. As Go's url.ParseQuery: `+` is a space, pairs with a broken escape or a semicolon are left out, names are
 * told apart by case, values of one name stay in their order. Null when nothing passes.
 */
export function createQueryReader (names: readonly string[]): (url: string) => Query | null {
  if (names.length === 0) return () => null
  if (names.includes('*')) return (url) => readQuery(url, null)
  const allowed: ReadonlySet<string> = new Set(names)
  return (url) => readQuery(url, allowed)
}

/** Writes a query as Go's url.Values.Encode: sorted by name in order of bytes, spaces as `+`. */
export function encodeQuery (query: Query): string {
  const names = Object.keys(query)
  if (names.length > 1) sortByBytes(names)
  let text = ''
  for (const name of names) {
    const prefix = `${encodeComponent(name)}=`
    for (const value of query[name]!) text += `${text === '' ? '' : '&'}${prefix}${encodeComponent(value)}`
  }
  return text
}

function readQuery (url: string, allowed: ReadonlySet<string> | null): Query | null {
  const start = url.indexOf('?') + 1
  if (start === 0 || start === url.length) return null
  let query: Record<string, string[]> | null = null
  for (let from = start; from <= url.length;) {
    const end = url.indexOf('&', from)
    const pair = end < 0 ? url.slice(from) : url.slice(from, end)
    from = end < 0 ? url.length + 1 : end + 1
    if (pair === '' || pair.includes(';')) continue
    const equals = pair.indexOf('=')
    const name = decodeComponent(equals < 0 ? pair : pair.slice(0, equals))
    if (name === null || (allowed !== null && !allowed.has(name))) continue
    const value = equals < 0 ? '' : decodeComponent(pair.slice(equals + 1))
    if (value === null) continue
    query ??= new Fields()
    const values = query[name]
    if (values === undefined) query[name] = [value]
    else values.push(value)
  }
  return query
}

function decodeComponent (text: string): string | null {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

function encodeComponent (text: string): string {
  return PLAIN.test(text) ? text : encodePercent(text).replaceAll('%20', '+')
}

/** The order of UTF-16 units is that of UTF-8 bytes, but for characters beyond the basic plane. */
function sortByBytes (names: string[]): void {
  if (names.length > 2) names.sort()
  else if (names[0]! > names[1]!) names.reverse()
  if (names.some((name) => SURROGATE.test(name))) names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
