import { compareText } from '../text/go-string.ts'
import { escapeQuery } from './escape.ts'
import { decodePercent } from './percent.ts'

/** Values of a query by name, in their order. */
export type QueryValues = Record<string, string[]>

const PLAIN = /^[\w.~-]*$/
const SURROGATE = /[\ud800-\udfff]/

/** Without Object's prototype, so that any name is just a name. */
const Fields = function () {} as unknown as new () => QueryValues
Fields.prototype = Object.create(null)

/**
 * Reads a query as Go's url.ParseQuery: `+` is a space, pairs with a broken escape or a semicolon are left out, names are
 * told apart by case, values of one name stay in their order.
 *
 * @param start where the query begins in the text, after its question mark
 * @param allowed names that are read; null = all
 * @returns an object without prototype; null if nothing is read
 */
export function readQuery (text: string, start = 0, allowed: ReadonlySet<string> | null = null): QueryValues | null {
  let query: QueryValues | null = null
  for (let from = start; from < text.length;) {
    const end = text.indexOf('&', from)
    const pair = end < 0 ? text.slice(from) : text.slice(from, end)
    from = end < 0 ? text.length : end + 1
    if (pair === '' || pair.includes(';')) continue
    const equals = pair.indexOf('=')
    const name = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals))
    if (name === null || (allowed !== null && !allowed.has(name))) continue
    const value = equals < 0 ? '' : unescapeQuery(pair.slice(equals + 1))
    if (value === null) continue
    query ??= new Fields()
    const values = query[name]
    if (values === undefined) query[name] = [value]
    else values.push(value)
  }
  return query
}

/** Writes a query as Go's url.Values.Encode: sorted by name in order of bytes, spaces as `+`. */
export function encodeQuery (query: Readonly<Record<string, readonly string[]>>): string {
  const names = Object.keys(query)
  if (names.length > 1) {
    // The order of UTF-16 units is that of UTF-8 bytes, but for characters beyond the basic plane.
    if (names.some((name) => SURROGATE.test(name))) names.sort(compareText)
    else names.sort()
  }
  let text = ''
  for (const name of names) {
    const prefix = `${encode(name)}=`
    for (const value of query[name]!) text += `${text === '' ? '' : '&'}${prefix}${encode(value)}`
  }
  return text
}

function unescapeQuery (text: string): string | null {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

function encode (text: string): string {
  return PLAIN.test(text) ? text : escapeQuery(text)
}
