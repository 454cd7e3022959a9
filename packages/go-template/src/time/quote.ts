import { encode } from '../texts/text.ts'

/** Quotes text in messages of the time package, which shows all but printable ASCII as bytes. */
export function quoteForTime (text: string): string {
  let quoted = '"'
  for (const byte of encode(text)) {
    const character = String.fromCharCode(byte)
    if (byte < 0x20 || byte >= 0x80) quoted += '\\x' + byte.toString(16).padStart(2, '0')
    else quoted += character === '"' || character === '\\' ? '\\' + character : character
  }
  return quoted + '"'
}
