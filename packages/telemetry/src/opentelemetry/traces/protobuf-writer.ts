/** Longest text whose length needs one byte however many bytes its characters take. */
const shortText = 42
/** Longest list of bytes that a loop copies faster than `set` does. */
const shortBytes = 40

/**
 * Writes protobuf messages into memory of its own, which grows (Protocol Buffers, "Encoding"). What was written is valid
 * until `clear`.
 */
export class ProtobufWriter {
  #buffer: Buffer
  #view: DataView
  #length = 0

  /** @param size bytes of memory to begin with */
  constructor (size = 4096) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.#buffer.buffer)
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
    const { length } = bytes
    this.#reserve(length)
    const buffer = this.#buffer
    const at = this.#length
    if (length > shortBytes) buffer.set(bytes, at)
    else for (let i = 0; i < length; i++) buffer[at + i] = bytes[i]!
    this.#length = at + length
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
      for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128
      for (; rest > 127; rest >>= 7) buffer[at++] = (rest & 127) | 128
      buffer[at++] = rest
    }
    this.#length = at
  }

  double (value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  fixed32 (value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  /** Eight bytes, given as two numbers of 32 bits: the first byte is the upper one of `upper`. */
  eightBytes (upper: number, lower: number): void {
    this.#reserve(8)
    this.#view.setInt32(this.#length, upper)
    this.#view.setInt32(this.#length + 4, lower)
    this.#length += 8
  }

  /** @param time ms since the epoch, written as nanoseconds in `fixed64` */
  time (time: number): void {
    this.#reserve(8)
    // The product would not fit into a double: it is made of parts of 16 bits and of what is above them.
    const whole = Math.floor(time)
    const above = Math.floor(whole / 65_536)
    const upper = above * 1e6
    const upperAbove = Math.floor(upper / 65_536)
    const lower = (whole - above * 65_536) * 1e6 + Math.round((time - whole) * 1e6) + (upper - upperAbove * 65_536) * 65_536
    const carry = Math.floor(lower / 2 ** 32)
    this.#view.setUint32(this.#length, lower - carry * 2 ** 32, true)
    this.#view.setUint32(this.#length + 4, upperAbove + carry, true)
    this.#length += 8
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
    this.#move(start, start + more)
    this.#length = start - 1
    this.varint(size)
    this.#length += size
  }

  /** As `beginMessage`, for one that probably takes more than 127 bytes; `endLongMessage` takes what this returns. */
  beginLongMessage (): number {
    this.#reserve(2)
    this.#length += 2
    return this.#length
  }

  endLongMessage (start: number): void {
    const size = this.#length - start
    if (size > 127 && size < 16_384) {
      this.#buffer[start - 2] = (size & 127) | 128
      this.#buffer[start - 1] = size >> 7
      return
    }
    this.#move(start, start - 1)
    this.endMessage(start - 1)
  }

  /** Moves what was written from `from` on. */
  #move (from: number, to: number): void {
    this.#reserve(Math.max(to - from, 0))
    this.#buffer.copyWithin(to, from, this.#length)
    this.#length += to - from
  }

  #reserve (bytes: number): void {
    if (this.#length + bytes > this.#buffer.length) this.#grow(this.#length + bytes)
  }

  #grow (needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
    this.#view = new DataView(larger.buffer)
  }
}
