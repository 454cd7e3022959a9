import { decode, ESCAPED_BYTE } from '../text/go-string.ts'

const NOT_ASCII = /[^\0-\x7f]/
const TO_DECODE = /[%\x80-\uffff]/
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * Decodes the %XX escapes of a part of an address; null when an escape is broken (`%zz`). No byte is lost: what is
 * not UTF-8 comes out as lone surrogates, which `encodePercent` turns back into the same bytes. Raw characters from
 * U+0080 to U+00FF are taken for bytes, as Node's HTTP parser hands them over.
 */
export function decodePercent (text: string): string | null {
  if (!TO_DECODE.test(text)) return text
  const ascii = !NOT_ASCII.test(text)
  if (BROKEN_ESCAPE.test(text)) return null
  if (ascii) {
    try {
      return decodeURIComponent(text)
    } catch { /* not UTF-8 */ }
  }
  return decode(bytesOf(text))
}

/** Finds the first percent sign that begins no escape, with up to two characters after it; null if there is none. */
export function findBrokenEscape (text: string): string | null {
  const at = text.search(BROKEN_ESCAPE)
  return at < 0 ? null : text.slice(at, at + 3)
}

/** Escapes percent signs that begin no escape. */
export function mendEscapes (text: string): string {
  return BROKEN_ESCAPE.test(text) ? text.replace(/%(?![0-9A-Fa-f]{2})/g, '%25') : text
}

/** Encodes all but letters, digits and `-_.~` as %XX of their UTF-8 bytes. */
export function encodePercent (text: string): string {
  try {
    return encodeRest(encodeURIComponent(text))
  } catch {
    let encoded = ''
    let from = 0
    for (const match of text.matchAll(LONE_SURROGATE)) {
      encoded += encodeRest(encodeURIComponent(text.slice(from, match.index))) + encodeLone(match[0].charCodeAt(0))
      from = match.index + 1
    }
    return encoded + encodeRest(encodeURIComponent(text.slice(from)))
  }
}

/** Encodes what encodeURIComponent leaves beyond RFC 3986's unreserved characters. */
function encodeRest (encoded: string): string {
  return encoded.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function encodeLone (unit: number): string {
  const byte = unit - ESCAPED_BYTE
  return byte >= 0x80 && byte <= 0xff ? `%${byte.toString(16).toUpperCase()}` : '%EF%BF%BD'
}

function bytesOf (text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x25) {
      bytes[length++] = Number.parseInt(text.slice(i + 1, i + 3), 16)
      i += 2
    } else {
      bytes[length++] = unit
    }
  }
  return bytes.subarray(0, length)
}
