/** Decodes a header's bytes as UTF-8, like strings of the configuration; Node returns one character per byte. */
export function decodeHeader (value: string): string {
  for (let i = 0; i < value.length; i++) {
    if (value.charCodeAt(i) > 0x7f) return Buffer.from(value, 'latin1').toString('utf8')
  }
  return value
}
