/** N bytes, the same every time: 0 to 255 over and over. */
export function byteCycle (length: number): Buffer {
  return Buffer.alloc(length, Buffer.from(Array.from({ length: 256 }, (_, i) => i)))
}
