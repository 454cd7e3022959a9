import { parseInt64, quoteText } from '@floodgate/go'

const NOT_ASCII = /[^\0-\x7f]/

/** How many bytes a text has as UTF-8: what Go's `len` counts. */
export function byteCount (text: string): number {
  return NOT_ASCII.test(text) ? Buffer.byteLength(text) : text.length
}

/** The text with one character for each byte of its UTF-8, for what cuts it at byte positions. */
export function byteSlices (text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** Reads a whole number as strconv.Atoi does; a text is what it says about one that it cannot read. */
export function readInteger (text: string): number | string {
  const read = parseInt64(text, 10)
  return typeof read === 'bigint' ? Number(read) : `strconv.Atoi: parsing ${quoteText(text)}: ${read}`
}

/** The first character that a pattern of one character does not fit; null where all do. */
export function firstOther (text: string, allowed: RegExp): string | null {
  for (const character of text) {
    if (!allowed.test(character)) return character
  }
  return null
}
