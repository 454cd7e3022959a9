import { findInexactNumbers, parseExact } from './json-numbers.ts'

const NOTHING = Buffer.alloc(0)
const OPEN = Buffer.from('{')
const CLOSE = Buffer.from('}')
const COMMA = Buffer.from(',')

/**
 * A JSON object as the checked text it came as: what nobody changes is sent on without being written anew, with every
 * digit in it.
 */
export class JsonText {
  /** The whole text; well-formed UTF-8. */
  readonly bytes: Buffer
  /** What JSON.parse makes of it: right for keys and kinds, but numbers may have lost digits. Do not change it. */
  readonly plain: Readonly<Record<string, unknown>>
  /** Text of the list of a collection, where this object is nothing but its wrapper. */
  readonly collection: Buffer | null

  constructor (bytes: Buffer, plain: Readonly<Record<string, unknown>>, collection: Buffer | null = null) {
    this.bytes = bytes
    this.plain = plain
    this.collection = collection
  }

  /** Puts a value's text under a key. */
  static wrap (key: string, bytes: Buffer, plain: unknown, collection: Buffer | null = null): JsonText {
    return new JsonText(Buffer.concat([Buffer.from(`{${JSON.stringify(key)}:`), bytes, CLOSE]), { [key]: plain }, collection)
  }

  /** Joins members' texts (`members`) whose keys do not collide; `plain` is what they are together. */
  static join (members: readonly Buffer[], plain: Readonly<Record<string, unknown>>): JsonText {
    const pieces: Buffer[] = [OPEN]
    for (const part of members) {
      if (part.length === 0) continue
      if (pieces.length > 1) pieces.push(COMMA)
      pieces.push(part)
    }
    pieces.push(CLOSE)
    return new JsonText(Buffer.concat(pieces), plain)
  }

  /** The text between the braces; nothing for an empty object. */
  get members (): Buffer {
    if (Object.keys(this.plain).length === 0) return NOTHING
    return this.bytes.subarray(this.bytes.indexOf(0x7b) + 1, this.bytes.lastIndexOf(0x7d))
  }

  /**
   * Gives the document with its numbers exact (see `parseExact`): `plain` itself where no number lost a digit. Whoever
   * asks may change it, and the text is then no longer true.
   */
  take (): Record<string, unknown> {
    const inexact = findInexactNumbers(this.bytes)
    return (inexact === null ? this.plain : parseExact(this.bytes, inexact)) as Record<string, unknown>
  }
}
