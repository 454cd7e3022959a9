import { parseInt64 } from '@floodgate/go/number'
import { quoteText } from '@floodgate/go/quote'

const NOT_ASCII = /[^\0-\x7f]/

/** Returns the length in bytes of UTF-8, as Go's `len`. */
export function byteCount (text: string): number {
  return NOT_ASCII.test(text) ? Buffer.byteLength(text) : text.length
}

/** Returns a string with one character for each byte of UTF-8, for slicing at byte positions. */
export function byteSlices (text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** Parses an integer as strconv.Atoi does; returns its error message as a string if it fails. */
export function readInteger (text: string): number | string {
  const read = parseInt64(text, 10)
  return typeof read === 'bigint' ? Number(read) : `strconv.Atoi: parsing ${quoteText(text)}: ${read}`
}

/** Returns the first character that a pattern of one character does not match; null if all match. */
export function firstOther (text: string, allowed: RegExp): string | null {
  for (const character of text) {
    if (!allowed.test(character)) return character
  }
  return null
}
