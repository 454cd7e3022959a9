import { findInexactNumbers, parseExact } from './json-numbers.ts'
import { skipSpace } from './json-space.ts'
import { setKey } from '../platform/set-key.ts'

const NOTHING = Buffer.alloc(0)
const OPEN = Buffer.from('{')
const CLOSE = Buffer.from('}')
const COMMA = Buffer.from(',')

type Plain = Readonly<Record<string, unknown>>

/**
 * A JSON object as its original, validated text: unchanged documents are passed on without being serialized again, with
 * all digits. A short one may be a string instead of bytes, which is cheaper to join with others and to send.
 */
export class JsonText {
  /** Text of the list of a collection, if this object is only its wrapper. */
  readonly collection: Buffer | null
  readonly #text: string | null
  #bytes: Buffer | null
  #plain: Plain | null
  readonly #parts: readonly JsonText[] | null

  /**
   * @param bytes the whole text, well-formed UTF-8; null = they are encoded from `text` on demand
   * @param plain the result of JSON.parse, or the objects that it is joined from; null = it is parsed on demand
   * @param text the same as a string, if it is short
   */
  constructor (
    bytes: Buffer | null,
    plain: Plain | readonly JsonText[] | null,
    collection: Buffer | null = null,
    text: string | null = null
  ) {
    this.collection = collection
    this.#text = text
    this.#bytes = bytes
    this.#plain = isParts(plain) ? null : plain
    this.#parts = isParts(plain) ? plain : null
  }

  /** An object without keys: a new one each time, because the code that reads its data may change it. */
  static empty (): JsonText {
    return new JsonText(null, {}, null, '{}')
  }

  /** Creates an object with a value's text under a key; `plain` is its parsed form, null = it is parsed on demand. */
  static wrap (key: string, bytes: Buffer, plain: Plain | null, collection: Buffer | null = null): JsonText {
    return new JsonText(Buffer.concat([Buffer.from(`{${JSON.stringify(key)}:`), bytes, CLOSE]), plain, collection)
  }

  /** Joins members' texts (`members`) whose keys do not collide. */
  static join (members: readonly Buffer[], plain: Plain | null = null): JsonText {
    return new JsonText(joinBytes(members), plain)
  }

  /** Joins objects of which no two have a key in common. */
  static merge (parts: readonly JsonText[]): JsonText {
    let text = '{'
    for (const part of parts) {
      if (part.#text === null) return new JsonText(joinBytes(parts.map(({ members }) => members)), parts)
      if (part.isEmpty) continue
      if (text.length > 1) text += ','
      text += part.#text.slice(part.#text.indexOf('{') + 1, part.#text.lastIndexOf('}'))
    }
    return new JsonText(null, parts, null, text + '}')
  }

  /** The whole text; well-formed UTF-8. */
  get bytes (): Buffer {
    this.#bytes ??= Buffer.from(this.#text!)
    return this.#bytes
  }

  /** The whole text in the available form. */
  get content (): Buffer | string { return this.#text ?? this.#bytes! }

  /** The result of JSON.parse: correct for keys and types, but numbers may have lost digits. Do not change it. */
  get plain (): Plain {
    this.#plain ??= this.#parts === null ? JSON.parse(this.bytes.toString()) as Plain : unite(this.#parts)
    return this.#plain
  }

  /** Whether it has no keys. */
  get isEmpty (): boolean {
    if (this.#plain === null) return this.#parts === null ? hasNoMember(this.bytes) : this.#parts.every((part) => part.isEmpty)
    for (const key in this.#plain) if (Object.hasOwn(this.#plain, key)) return false
    return true
  }

  /** The text between the braces; nothing for an empty object. */
  get members (): Buffer {
    if (this.isEmpty) return NOTHING
    return this.bytes.subarray(this.bytes.indexOf(0x7b) + 1, this.bytes.lastIndexOf(0x7d))
  }

  /**
   * Returns the document with its numbers exact (see `parseExact`): `plain` itself if no number lost a digit. The
   * caller may change it, which makes the text outdated.
   */
  take (): Record<string, unknown> {
    const inexact = findInexactNumbers(this.bytes)
    return (inexact === null ? this.plain : parseExact(this.bytes, inexact)) as Record<string, unknown>
  }
}

/** Returns whether there is only white space between the braces. */
function hasNoMember (object: Buffer): boolean {
  return object[skipSpace(object, object.indexOf(OPEN) + 1)] === CLOSE[0]
}

function joinBytes (members: readonly Buffer[]): Buffer {
  const pieces: Buffer[] = [OPEN]
  for (const part of members) {
    if (part.length === 0) continue
    if (pieces.length > 1) pieces.push(COMMA)
    pieces.push(part)
  }
  pieces.push(CLOSE)
  return Buffer.concat(pieces)
}

function unite (parts: readonly JsonText[]): Plain {
  const united: Record<string, unknown> = {}
  for (const { plain } of parts) for (const key of Object.keys(plain)) setKey(united, key, plain[key])
  return united
}

function isParts (plain: Plain | readonly JsonText[] | null): plain is readonly JsonText[] {
  return Array.isArray(plain)
}
