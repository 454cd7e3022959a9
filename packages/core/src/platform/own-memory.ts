const BEYOND_LATIN1 = /[^\0-\xff]/

/**
 * Copies a text that is going to be kept and may be a part of a longer one: V8 keeps the whole of that with it, for
 * example a header of a megabyte for an address in it.
 */
export function ownText (text: string): string {
  const encoding = BEYOND_LATIN1.test(text) ? 'utf16le' : 'latin1'
  return Buffer.from(text, encoding).toString(encoding)
}

/** Copies bytes that are going to be kept into memory of their own size: a small Buffer is a part of Node's pool of 8 KB. */
export function ownBytes (bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  own.set(bytes)
  return own
}

/** The same without a copy where the bytes fill all of their memory. */
export function keptBytes (bytes: Buffer): Buffer {
  return bytes.buffer.byteLength === bytes.length ? bytes : ownBytes(bytes)
}
