/** Encodes a string as a header value: its UTF-8 bytes, one character each, as Node expects. */
export function headerText (text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text).toString('latin1')
}

const ASCII = /^[\x20-\x7e]*$/
