import { encode } from '../text/go-string.ts'

/** Quotes a text for messages of Go's time package, which writes everything but printable ASCII as escaped bytes. */
export function quoteBytes (text: string): string {
  let quoted = '"'
  for (const byte of encode(text)) {
    const character = String.fromCharCode(byte)
    if (byte < 0x20 || byte >= 0x80) quoted += '\\x' + byte.toString(16).padStart(2, '0')
    else quoted += character === '"' || character === '\\' ? '\\' + character : character
  }
  return quoted + '"'
}
