import { isUtf8 } from 'node:buffer'

/*
 * A Go string is a sequence of bytes. Ours is a JavaScript string in which a lone surrogate U+DC80..U+DCFF stands for a
 * byte that is not part of valid UTF-8 (half of a character cut by `trunc`), so that such strings can be put together
 * again.
 */
const ANY_SURROGATE = /[\ud800-\udfff]/
const LONE_SURROGATE = /\p{Surrogate}/u
const LONE_SURROGATES = /\p{Surrogate}/gu
const NOT_ASCII = /[^\u0000-\u007f]/ // eslint-disable-line no-control-regex
/** First of the code units that stand for bytes outside UTF-8: U+DC00 + byte, as Python's surrogateescape has it. */
export const ESCAPED_BYTE = 0xdc00
const REPLACEMENT = '\ufffd'

/** Returns whether every character is one byte, so that indices of characters and bytes agree. */
export function isAscii (text: string): boolean {
  return !NOT_ASCII.test(text)
}

/** Replaces what is not Unicode in a text that comes from outside, as Go's JSON decoder does. */
export function wellFormed (text: string): string {
  return isBroken(text) ? text.replace(LONE_SURROGATES, REPLACEMENT) : text
}

/** Returns the UTF-8 bytes of a Go string. */
export function encode (text: string): Buffer {
  if (!isBroken(text)) return Buffer.from(text, 'utf8')
  const parts: Buffer[] = []
  let from = 0
  for (const { 0: unit, index } of text.matchAll(LONE_SURROGATES)) {
    parts.push(Buffer.from(text.slice(from, index), 'utf8'), Buffer.of(unit.charCodeAt(0) & 0xff))
    from = index + 1
  }
  parts.push(Buffer.from(text.slice(from), 'utf8'))
  return Buffer.concat(parts)
}

/** Returns the Go string of bytes that may not be valid UTF-8. */
export function decode (bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isUtf8(buffer)) return buffer.toString('utf8')
  let text = ''
  let valid = 0
  for (let i = 0; i < buffer.length;) {
    const size = runeSize(buffer, i)
    if (size === 0) {
      text += buffer.toString('utf8', valid, i) + String.fromCharCode(ESCAPED_BYTE | buffer[i]!)
      valid = i + 1
    }
    i += size || 1
  }
  return text + buffer.toString('utf8', valid)
}

/** Joins characters again that were cut into bytes. */
export function rejoin (text: string): string {
  return isBroken(text) ? decode(encode(text)) : text
}

/** Joins cut characters again and replaces the bytes that stay invalid, for text that leaves the engine. */
export function toUnicode (text: string): string {
  return wellFormed(rejoin(text))
}

/** Counts the bytes of a Go string. */
export function byteLength (text: string): number {
  if (!isBroken(text)) return Buffer.byteLength(text, 'utf8')
  return encode(text).length
}

/** Cuts a Go string at byte positions, which the caller has checked. */
export function sliceBytes (text: string, start: number, end: number): string {
  if (isAscii(text)) return text.slice(start, end)
  return decode(encode(text).subarray(start, end))
}

/** Counts the characters (runes) of a Go string. */
export function runeCount (text: string): number {
  let count = text.length
  if (isAscii(text)) return count
  for (let i = 0; i < text.length; i++) {
    if (text.codePointAt(i)! > 0xffff) { i++; count-- }
  }
  return count
}

/** Orders two Go strings by their bytes. */
export function compareText (a: string, b: string): number {
  if (a === b) return 0
  if (ANY_SURROGATE.test(a) || ANY_SURROGATE.test(b)) return Buffer.compare(encode(a), encode(b))
  return a < b ? -1 : 1
}

/** Returns whether there are bytes that are not UTF-8. Most texts have no surrogates at all, which is known faster. */
function isBroken (text: string): boolean {
  return ANY_SURROGATE.test(text) && LONE_SURROGATE.test(text)
}

/** Size of the valid character that starts at `i`, 0 when there is none. */
function runeSize (bytes: Buffer, i: number): number {
  const first = bytes[i]!
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (i + size > bytes.length) return 0
  return isUtf8(bytes.subarray(i, i + size)) ? size : 0
}

/** Turns a Go string into one character per byte, for functions that cut between bytes. */
export function toBinary (text: string): string {
  return isAscii(text) ? text : encode(text).toString('latin1')
}

/** Turns one character per byte back into a Go string. */
export function fromBinary (binary: string): string {
  return isAscii(binary) ? binary : decode(Buffer.from(binary, 'latin1'))
}
