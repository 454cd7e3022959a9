import { encodePercent, escapePart, findBrokenEscape } from '@floodgate/go'

/** What Go sends as it is in a path (net/url, validEncoded); escapes are whole where this is used. */
const PLAIN_PATH = /^[\w.~!$&'()*+,;=:@[\]/%-]*$/
const PLAIN_VALUE = /^[\w.~!$&'()*+,;=:@[\]-]*$/
const PLAIN_REST = /^[\w.~!$&'()*+,;=:@[\]/-]*$/
/** What a query may hold that is no separator and no space: what the reference sends as it is, and is harmless. */
const PLAIN_QUERY_VALUE = /^[\w.~!$'()*,:@/?-]*$/

const CONTROL = /[\0-\x1f\x7f]/ // eslint-disable-line no-control-regex

/** How values of one kind stand in a path: as they are when `isPlain`, otherwise encoded. */
export interface ValueEncoding {
  isPlain (value: string): boolean
  encode (value: string): string
}

/** A parameter: never more than a part of one segment. */
export const segmentValue: ValueEncoding = {
  isPlain: (value) => PLAIN_VALUE.test(value),
  encode: (value) => escapePart(value, 'value')
}

/** What a wildcard matched: slashes are meant. Rests with dot segments do not get here. */
export const restValue: ValueEncoding = {
  isPlain: (rest) => PLAIN_REST.test(rest),
  encode: (rest) => escapePart(rest, 'path')
}

/** Whether a configured path is sent as it is. */
export function isPlainPath (text: string): boolean {
  return PLAIN_PATH.test(text)
}

/** Encodes a configured path as Go does with one that is not plain; its slashes and escapes are meant. */
export function encodePath (text: string): string {
  return text.replace(/(%[0-9A-Fa-f]{2})|[^\w.~$&+,/:;=@%-]+|%/g, (piece, escape?: string) => escape ?? encodePercent(piece))
}

/** Encodes a value inside a query. */
export function encodeQueryValue (value: string): string {
  return PLAIN_QUERY_VALUE.test(value) ? value : value.replace(/[^\w.~!$'()*,:@/?-]+/g, encodePercent)
}

/** Encodes what cannot stand in a request line; all else in a configured query is meant. */
export function encodeQueryText (text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, encodePercent)
}

/** Makes a request target of an address without its host, as Go's url.Parse sees it; null for what that refuses. */
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
