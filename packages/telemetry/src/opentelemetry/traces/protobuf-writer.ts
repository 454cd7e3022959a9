/** Longest text whose length needs one byte however many bytes its characters take. */
const shortText = 42

/**
 * Writes protobuf messages into memory of its own, which grows (Protocol Buffers, "Encoding"). What was written is valid
 * until `clear`.
 */
export class ProtobufWriter {
  #buffer: Buffer
  #length = 0

  /** @param size bytes of memory to begin with */
  constructor (size = 4096) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
  }

  get length (): number {
    return this.#length
  }

  /** What was written; not a copy. */
  get bytes (): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  clear (): void {
    this.#length = 0
  }

  byte (value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  raw (bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A whole number; a negative one takes ten bytes, as `int64` does. */
  varint (value: number): void {
    this.#reserve(10)
    const buffer = this.#buffer
    let at = this.#length
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value))
      for (; rest > 127n; rest >>= 7n) buffer[at++] = Number(rest & 127n) | 128
      buffer[at++] = Number(rest)
    } else {
      let rest = value
      for (; rest > 127; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128
      buffer[at++] = rest
    }
    this.#length = at
  }

  double (value: number): void {
    this.#reserve(8)
    this.#length = this.#buffer.writeDoubleLE(value, this.#length)
  }

  fixed32 (value: number): void {
    this.#reserve(4)
    this.#length = this.#buffer.writeUInt32LE(value, this.#length)
  }

  /** @param time ms since the epoch, written as nanoseconds in `fixed64` */
  time (time: number): void {
    this.#reserve(8)
    const whole = Math.floor(time)
    // The product would not fit into a double: it is made of two parts of 48 and 16 bits.
    const upper = Math.floor(whole / 65_536) * 1e6
    const lower = (whole % 65_536) * 1e6 + Math.round((time - whole) * 1e6) + (upper % 65_536) * 65_536
    this.#length = this.#buffer.writeUInt32LE(lower % 2 ** 32, this.#length)
    this.#length = this.#buffer.writeUInt32LE(Math.floor(upper / 65_536) + Math.floor(lower / 2 ** 32), this.#length)
  }

  /** Bytes that are given as hexadecimal digits, with their length. */
  hex (digits: string): void {
    const size = digits.length >> 1
    this.#reserve(size + 1)
    const buffer = this.#buffer
    let at = this.#length
    buffer[at++] = size
    for (let i = 0; i < digits.length; i += 2) {
      buffer[at++] = (valueOfDigit(digits.charCodeAt(i)) << 4) | valueOfDigit(digits.charCodeAt(i + 1))
    }
    this.#length = at
  }

  /** A text with its length. */
  text (value: string): void {
    const { length } = value
    if (length > shortText) {
      const size = Buffer.byteLength(value)
      this.varint(size)
      this.#reserve(size)
      this.#length += this.#buffer.write(value, this.#length, 'utf8')
      return
    }
    this.#reserve(length * 3 + 1)
    const buffer = this.#buffer
    const at = this.#length
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) {
        const size = buffer.write(value, at + 1, 'utf8')
        buffer[at] = size
        this.#length = at + 1 + size
        return
      }
      buffer[at + 1 + i] = code
    }
    buffer[at] = length
    this.#length = at + 1 + length
  }

  /** Begins a message whose length is not known; `endMessage` takes what this returns. */
  beginMessage (): number {
    this.#reserve(1)
    return ++this.#length
  }

  /** Writes the length in front of a message, which is moved if its length takes more than a byte. */
  endMessage (start: number): void {
    const size = this.#length - start
    if (size < 128) {
      this.#buffer[start - 1] = size
      return
    }
    let more = 1
    while (size >= 128 ** (more + 1)) more++
    this.#reserve(more)
    this.#buffer.copyWithin(start + more, start, this.#length)
    this.#length = start - 1
    this.varint(size)
    this.#length += size
  }

  #reserve (bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}

function valueOfDigit (code: number): number {
  return (code & 15) + (code >> 6) * 9
}
