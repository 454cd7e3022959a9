/** How the value of a field is read: those of 64 bits as decimal texts, as JSON has them (Protocol Buffers, "ProtoJSON Format"). */
type Scalar = 'hex' | 'text' | 'boolean' | 'number' | 'int64' | 'fixed64' | 'fixed32' | 'double'

export interface MessageField {
  /** Its name in JSON. */
  readonly name: string
  /** A message has its fields, which may be those of a message around it. */
  readonly kind: Scalar | (() => MessageFields)
  /** All values count, in their order; numbers may be packed. */
  readonly isList: boolean
}

/** Fields of a message by their numbers. */
export type MessageFields = Readonly<Record<number, MessageField>>

/** Names in JSON with values that `JSON.stringify` writes. */
export type ReadMessage = Record<string, unknown>

/** Levels of messages in each other: those that are written have fewer, and an answer must not use up the stack. */
const maxDepth = 32

/**
 * Reads a message into what its JSON has; unknown fields are left out (Protocol Buffers, "Encoding").
 *
 * @throws {RangeError} it is no such message
 */
export function readProtobuf (bytes: Uint8Array, fields: MessageFields): ReadMessage {
  return new Reader(bytes).message(bytes.length, fields, 0)
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor ({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength)
  }

  message (end: number, fields: MessageFields, depth: number): ReadMessage {
    if (depth > maxDepth) throw new RangeError('messages are nested too deeply')
    const message: ReadMessage = {}
    while (this.#at < end) {
      const tag = this.#number()
      const field = fields[Math.floor(tag / 8)]
      const wire = tag % 8
      if (field === undefined) this.#skip(wire)
      else if (!field.isList) message[field.name] = this.#value(field.kind, depth)
      else this.#add((message[field.name] ??= []) as unknown[], field.kind, wire, depth)
    }
    if (this.#at !== end) throw new RangeError('a field goes on after the end of its message')
    return message
  }

  #add (values: unknown[], kind: MessageField['kind'], wire: number, depth: number): void {
    const isPacked = wire === 2 && (kind === 'double' || kind === 'fixed64')
    const end = isPacked ? this.#end() : this.#at + 1
    while (this.#at < end) values.push(this.#value(kind, depth))
  }

  #value (kind: MessageField['kind'], depth: number): unknown {
    switch (kind) {
      case 'hex': return this.#take().toString('hex')
      case 'text': return this.#take().toString()
      case 'boolean': return this.#number() !== 0
      case 'number': return this.#number()
      case 'int64': return BigInt.asIntN(64, this.#varint()).toString()
      case 'fixed64': return this.#bytes.readBigUInt64LE(this.#move(8)).toString()
      case 'fixed32': return this.#bytes.readUInt32LE(this.#move(4))
      case 'double': return writable(this.#bytes.readDoubleLE(this.#move(8)))
      default: return this.message(this.#end(), kind(), depth + 1)
    }
  }

  #varint (): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#move(1)]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw new RangeError('a number is longer than ten bytes')
  }

  /** A tag, a length, or a number of up to 32 bits. */
  #number (): number {
    let value = 0
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      const byte = this.#bytes[this.#move(1)]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    throw new RangeError('a number is longer than five bytes')
  }

  /** Reads a length; returns where what follows ends. */
  #end (): number {
    const length = this.#number()
    if (length > this.#bytes.length - this.#at) throw new RangeError('a message ends too early')
    return this.#at + length
  }

  #take (): Buffer {
    const end = this.#end()
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #skip (wire: number): void {
    if (wire === 0) this.#varint()
    else if (wire === 1) this.#move(8)
    else if (wire === 2) this.#take()
    else if (wire === 5) this.#move(4)
    else throw new RangeError(`the wire type ${wire} is not supported`)
  }

  /** Returns where it was. */
  #move (bytes: number): number {
    const at = this.#at
    if (bytes > this.#bytes.length - at) throw new RangeError('a message ends too early')
    this.#at = at + bytes
    return at
  }
}

/** JSON has no numbers for these. */
function writable (value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}
