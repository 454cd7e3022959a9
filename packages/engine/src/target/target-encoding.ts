import { encodePercent, escapePart, findBrokenEscape } from '@floodgate/go/url'

/** Characters that Go sends unchanged in a path (net/url, validEncoded); escapes are complete here. */
const PLAIN_PATH = /^[\w.~!$&'()*+,;=:@[\]/%-]*$/
const PLAIN_VALUE = /^[\w.~!$&'()*+,;=:@[\]-]*$/
const PLAIN_REST = /^[\w.~!$&'()*+,;=:@[\]/-]*$/
/** Characters of a query except separators and spaces: harmless ones that the reference sends unchanged. */
const PLAIN_QUERY_VALUE = /^[\w.~!$'()*,:@/?-]*$/

const CONTROL = /[\0-\x1f\x7f]/ // eslint-disable-line no-control-regex

/** Encoding of one kind of values in a path: unchanged if `isPlain`, otherwise encoded. */
export interface ValueEncoding {
  isPlain (value: string): boolean
  encode (value: string): string
}

/** A parameter: always within one segment. */
export const segmentValue: ValueEncoding = {
  isPlain: (value) => PLAIN_VALUE.test(value),
  encode: (value) => escapePart(value, 'value')
}

/** The part matched by a wildcard: slashes are kept. Values with dot segments are refused earlier. */
export const restValue: ValueEncoding = {
  isPlain: (rest) => PLAIN_REST.test(rest),
  encode: (rest) => escapePart(rest, 'path')
}

/** Returns whether a configured path is sent unchanged. */
export function isPlainPath (text: string): boolean {
  return PLAIN_PATH.test(text)
}

/** Encodes a configured path as Go does if it is not plain; its slashes and escapes are kept. */
export function encodePath (text: string): string {
  return text.replace(/(%[0-9A-Fa-f]{2})|[^\w.~$&+,/:;=@%-]+|%/g, (piece, escape?: string) => escape ?? encodePercent(piece))
}

/** Encodes a value inside a query. */
export function encodeQueryValue (value: string): string {
  return PLAIN_QUERY_VALUE.test(value) ? value : value.replace(/[^\w.~!$'()*,:@/?-]+/g, encodePercent)
}

/** Encodes characters that are not allowed in a request line; all others in a configured query are kept. */
export function encodeQueryText (text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, encodePercent)
}

/** Converts an address without its host to a request target, as Go's url.Parse does; null if that refuses it. */
export function readAddress (text: string): string | null {
  if (CONTROL.test(text)) return null
  const whole = before(text, '#')
  const path = before(whole, '?')
  if (findBrokenEscape(path) !== null) return null
  return (isPlainPath(path) ? path : encodePath(path)) + encodeQueryText(whole.slice(path.length))
}

function before (text: string, character: string): string {
  const at = text.indexOf(character)
  return at < 0 ? text : text.slice(0, at)
}
