const BEYOND_LATIN1 = /[^\0-\xff]/

/**
 * Copies a string that will be kept and may be a slice of a longer one: otherwise V8 keeps the whole string, for
 * example a header of a megabyte for an address in it.
 */
export function ownText (text: string): string {
  const encoding = BEYOND_LATIN1.test(text) ? 'utf16le' : 'latin1'
  return Buffer.from(text, encoding).toString(encoding)
}

/** Copies bytes that will be kept into memory of their own size: a small Buffer is a slice of Node's pool of 8 KB. */
export function ownBytes (bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  own.set(bytes)
  return own
}

/** The same without a copy if the bytes fill their memory completely. */
export function keptBytes (bytes: Buffer): Buffer {
  return bytes.buffer.byteLength === bytes.length ? bytes : ownBytes(bytes)
}
