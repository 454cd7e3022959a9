import { parseFloat64 } from '../number/parse-number.ts'
import { quoteCharacter } from '../quote/quote.ts'
import { encode, wellFormed } from '../text/go-string.ts'

/** A value of JSON that holds no others. */
export type JsonScalar = string | number | boolean | null

/** What is made of objects and lists. */
export interface JsonMaker<V> {
  object (entries: Map<string, V | JsonScalar>): V
  list (items: (V | JsonScalar)[]): V
  /** Called for each value before it is read; what it throws ends the reading. */
  step? (): void
}

/** A decoded text, or the rest of it, with the problem in the words of encoding/json. */
export interface ReadJson<V> {
  readonly value: V | JsonScalar
  readonly problem: string | null
}

const END = 'unexpected end of JSON input'
const DEEPEST = 10_000
const LITERALS: Readonly<Record<string, readonly [string, JsonScalar]>> = { t: ['true', true], f: ['false', false], n: ['null', null] }
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const PLAIN = /[^"\\\u0000-\u001f]*/y // eslint-disable-line no-control-regex
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' }

/** Reads JSON as json.Unmarshal does into an interface: numbers become float64. */
export function readJson<V> (text: string, maker: JsonMaker<V>): ReadJson<V> {
  const reader = new Reader(text, maker)
  try {
    const value = reader.read()
    return { value, problem: reader.rangeProblem }
  } catch (error) {
    if (error instanceof SyntaxProblem) return { value: null, problem: error.message }
    throw error
  }
}

class SyntaxProblem extends Error {}

class Reader<V> {
  /** A number too large for a float64 is left out, the rest is read. */
  rangeProblem: string | null = null
  readonly #text: string
  readonly #maker: JsonMaker<V>
  #at = 0
  #depth = 0

  constructor (text: string, maker: JsonMaker<V>) {
    this.#text = text
    this.#maker = maker
  }

  read (): V | JsonScalar {
    const value = this.#value()
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#unexpected('after top-level value')
    return value
  }

  #value (): V | JsonScalar {
    this.#maker.step?.()
    this.#skipSpace()
    const first = this.#text[this.#at]
    if (first === undefined) throw new SyntaxProblem(END)
    if (first === '{') return this.#object()
    if (first === '[') return this.#array()
    if (first === '"') return this.#string()
    if (first === '-' || (first >= '0' && first <= '9')) return this.#number()
    const literal = LITERALS[first]
    return literal === undefined ? this.#unexpected('looking for beginning of value') : this.#literal(...literal)
  }

  #object (): V | JsonScalar {
    const entries = new Map<string, V | JsonScalar>()
    this.#open()
    if (this.#take('}')) return this.#maker.object(entries)
    do {
      this.#skipSpace()
      if (this.#text[this.#at] !== '"') this.#unexpected('looking for beginning of object key string')
      const key = this.#string()
      if (!this.#take(':')) this.#unexpected('after object key')
      entries.set(key, this.#value())
    } while (this.#take(','))
    if (!this.#take('}')) this.#unexpected('after object key:value pair')
    this.#depth--
    return this.#maker.object(entries)
  }

  #array (): V | JsonScalar {
    const items: (V | JsonScalar)[] = []
    this.#open()
    if (this.#take(']')) return this.#maker.list(items)
    do items.push(this.#value())
    while (this.#take(','))
    if (!this.#take(']')) this.#unexpected('after array element')
    this.#depth--
    return this.#maker.list(items)
  }

  #open (): void {
    if (++this.#depth > DEEPEST) this.#unexpected('exceeded max depth')
    this.#at++
  }

  #number (): V | JsonScalar {
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0] ?? ''
    this.#at += digits.length
    const next = this.#text[this.#at]
    if (digits === '') {
      this.#failAfter(1, 'in numeric literal')
    }
    if (next === '.' && !/[.eE]/.test(digits)) this.#failAfter(1, 'after decimal point in numeric literal')
    if ((next === 'e' || next === 'E') && !/[eE]/.test(digits)) {
      this.#failAfter(/^[+-]/.test(this.#text.slice(this.#at + 1)) ? 2 : 1, 'in exponent of numeric literal')
    }
    const value = parseFloat64(digits)
    if (typeof value === 'number') return value
    this.rangeProblem ??= `json: cannot unmarshal number ${digits} into Go value of type float64`
    return null
  }

  #string (): string {
    let text = ''
    this.#at++
    while (true) {
      PLAIN.lastIndex = this.#at
      const plain = PLAIN.exec(this.#text)![0]
      text += plain
      this.#at += plain.length
      const next = this.#text[this.#at]
      if (next === undefined) throw new SyntaxProblem(END)
      if (next === '"') break
      if (next !== '\\') this.#unexpected('in string literal')
      text += this.#escape()
    }
    this.#at++
    return wellFormed(text)
  }

  #escape (): string {
    this.#at++
    const kind = this.#text[this.#at] ?? ''
    if (kind !== 'u') {
      if (!Object.hasOwn(ESCAPES, kind)) this.#unexpected('in string escape code', ' ')
      this.#at++
      return ESCAPES[kind]!
    }
    for (let i = 0; i < 4; i++) {
      this.#at++
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) this.#unexpected('in \\u hexadecimal character escape', ' ')
    }
    this.#at++
    return String.fromCharCode(parseInt(this.#text.slice(this.#at - 4, this.#at), 16))
  }

  #literal (word: string, value: JsonScalar): JsonScalar {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) this.#unexpected(`in literal ${word} (expecting '${letter}')`, ' ')
      this.#at++
    }
    return value
  }

  #take (character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #skipSpace (): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? '-')) this.#at++
  }

  #failAfter (count: number, context: string): never {
    this.#at += count
    return this.#unexpected(context, ' ')
  }

  /** Complains about the byte at the current position; past the end about `atEnd`, or the end itself. */
  #unexpected (context: string, atEnd?: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 2)
    if (rest === '' && atEnd === undefined) throw new SyntaxProblem(END)
    // Go complains about a byte, which for a character beyond ASCII is its first one, shown as a character.
    const byte = rest === '' ? atEnd! : String.fromCharCode(encode(rest)[0]!)
    throw new SyntaxProblem(`invalid character ${quoteCharacter(byte)} ${context}`)
  }
}
