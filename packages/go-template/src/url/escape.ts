import { percentEncode } from '../texts/escape.ts'
import { quote } from '../texts/quote.ts'

/** Parts of a URL, each with the characters that stand there as they are. */
export type UrlPart = 'path' | 'fragment' | 'userinfo' | 'host' | 'zone'

const KEPT: Record<UrlPart, RegExp> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  fragment: /[A-Za-z0-9\-_.~!$&()*+,/:;=?@]/,
  userinfo: /[A-Za-z0-9\-_.~$&+,;=]/,
  host: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  zone: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/
}
/** Why a text is no URL, as Go words it. */
export class UrlProblem extends Error {}

/** Escapes a part of a URL. */
export function escapePart (text: string, part: UrlPart): string {
  return percentEncode(text, KEPT[part])
}

/**
 * Resolves the escapes of a part, given and returned as one character per byte.
 *
 * @throws {UrlProblem}
 */
export function unescapePart (binary: string, part: UrlPart): string {
  for (let at = 0; at < binary.length; at++) {
    const character = binary[at]!
    if (character === '%') {
      checkEscape(binary.slice(at, at + 3), part)
      at += 2
    } else if ((part === 'host' || part === 'zone') && character < '\u0080' && !KEPT[part].test(character)) {
      throw new UrlProblem(`invalid character ${quote(character)} in host name`)
    }
  }
  return binary.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** In a host only bytes beyond ASCII are escaped, and the percent sign before a zone. */
function checkEscape (escape: string, part: UrlPart): void {
  const problem = () => new UrlProblem(`invalid URL escape ${quote(escape)}`)
  if (!/^%[0-9A-Fa-f]{2}$/.test(escape)) throw problem()
  if (escape === '%25') return
  const character = String.fromCharCode(parseInt(escape.slice(1), 16))
  if (part === 'host' && character < '\u0080') throw problem()
  if (part === 'zone' && character !== ' ' && !KEPT.host.test(character)) throw problem()
}
