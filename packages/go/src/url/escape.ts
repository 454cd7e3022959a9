import { fromBinary } from '../text/go-string.ts'
import { quote } from '../quote/quote.ts'
import { encodePercent } from './percent.ts'

/**
 * Parts of a URL, each with the characters that are written there as they are. `value` is a value in a path: its
 * slashes are escaped.
 */
export type UrlPart = 'path' | 'value' | 'fragment' | 'userinfo' | 'host'

/** What has to be escaped (net/url, `shouldEscape`). */
const SPECIAL: Readonly<Record<UrlPart, RegExp>> = {
  path: /[^\w\-.~$&+,/:;=@]+/g,
  value: /[^\w\-.~$&+,:;=@]+/g,
  fragment: /[^\w\-.~!$&()*+,/:;=?@]+/g,
  userinfo: /[^\w\-.~$&+,;=]+/g,
  host: /[^\w\-.~!"$&'()*+,:;<=>[\]]+/g
}
const IN_HOST = /[\w\-.~!"$&'()*+,:;<=>[\]]/

/** Why a text is not a URL, as Go words it. */
export class UrlProblem extends Error {}

/** Escapes a part of a URL. */
export function escapePart (text: string, part: UrlPart): string {
  return text.replace(SPECIAL[part], encodePercent)
}

/** Escapes a name or value of a query as Go's url.QueryEscape: spaces become `+`, only letters, digits and `-_.~` stay. */
export function escapeQuery (text: string): string {
  return encodePercent(text).replaceAll('%20', '+')
}

/**
 * Resolves the escapes of a part, given and returned as one character per byte.
 *
 * @throws {UrlProblem}
 */
export function unescapePart (binary: string, part: 'path' | 'fragment' | 'userinfo' | 'host' | 'zone'): string {
  const isHost = part === 'host' || part === 'zone'
  if (!isHost && !binary.includes('%')) return binary
  for (let at = 0; at < binary.length; at++) {
    const character = binary[at]!
    if (character === '%') {
      checkEscape(binary.slice(at, at + 3), part)
      at += 2
    } else if (isHost && character < '\u0080' && !IN_HOST.test(character)) {
      throw new UrlProblem(`invalid character ${quote(character)} in host name`)
    }
  }
  return binary.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** In a host only bytes beyond ASCII are escaped, and the percent sign before a zone. */
function checkEscape (escape: string, part: string): void {
  const problem = () => new UrlProblem(`invalid URL escape ${quote(fromBinary(escape))}`)
  if (!/^%[0-9A-Fa-f]{2}$/.test(escape)) throw problem()
  if (escape === '%25') return
  const character = String.fromCharCode(parseInt(escape.slice(1), 16))
  if (part === 'host' && character < '\u0080') throw problem()
  if (part === 'zone' && character !== ' ' && !IN_HOST.test(character)) throw problem()
}
