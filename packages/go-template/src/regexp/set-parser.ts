import { foldCase, negate, perlSet, posixSet, range, unicodeSet, union, type CharSet } from './char-class.ts'
import { RegexpProblem } from './syntax.ts'
import type { PatternReader } from './pattern-reader.ts'

const CLASS_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** Parses what stands for one character: escapes and classes. */
export class SetParser {
  /** The flag `i`. */
  foldCase = false
  readonly #reader: PatternReader

  constructor (reader: PatternReader) {
    this.#reader = reader
  }

  /** Reads `\d`, `\pL`, `\p{Greek}` and their negations; null for any other escape. */
  escapedSet (): CharSet | null {
    const start = this.#reader.at
    const letter = this.#reader.text[start + 1] ?? ''
    if (letter !== '' && 'dswDSW'.includes(letter)) {
      this.#reader.at += 2
      return this.folded(perlSet(letter))
    }
    if (letter !== 'p' && letter !== 'P') return null
    this.#reader.at += 2
    if (this.#reader.atEnd) throw new RegexpProblem('invalid character class range', this.#reader.text.slice(start))
    let name = this.#reader.next()
    if (name === '{') {
      const end = this.#reader.text.indexOf('}', this.#reader.at)
      if (end === -1) throw new RegexpProblem('invalid character class range', this.#reader.text.slice(start))
      name = this.#reader.text.slice(this.#reader.at, end)
      this.#reader.at = end + 1
    }
    const set = unicodeSet(name)
    if (set === null) throw new RegexpProblem('invalid character class range', this.#reader.text.slice(start, this.#reader.at))
    const folded = this.folded(set)
    return letter === 'P' ? negate(folded) : folded
  }

  /** Reads an escape that stands for one character. */
  escapedCode (): number {
    const start = this.#reader.at
    this.#reader.at++
    if (this.#reader.atEnd) throw new RegexpProblem('trailing backslash at end of expression', '')
    const letter = this.#reader.next()
    const rest = this.#reader.text.slice(this.#reader.at)
    const octal = /^(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/.exec(letter + rest)
    if (octal !== null) {
      this.#reader.at += octal[0].length - 1
      return parseInt(octal[0], 8)
    }
    if (letter === 'x') return this.#hexCode(start, rest)
    if (Object.hasOwn(CLASS_ESCAPES, letter)) return CLASS_ESCAPES[letter]!
    if (letter < '\u0080' && !/[A-Za-z0-9]/.test(letter)) return letter.codePointAt(0)!
    throw new RegexpProblem('invalid escape sequence', this.#reader.text.slice(start, this.#reader.at))
  }

  /** Reads what follows `\x`: two digits, or any number of them in braces. */
  #hexCode (start: number, rest: string): number {
    const hex = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest)
    const code = hex === null ? Infinity : parseInt(hex[1] ?? hex[2]!, 16)
    if (hex !== null && code <= 0x10ffff) {
      this.#reader.at += hex[0].length
      return code
    }
    // The message shows everything up to what is wrong.
    let shown = /^(?:\{[0-9a-fA-F]*.?|[0-9a-fA-F]?.?)/su.exec(rest)![0]
    for (let i = 2; i < shown.length; i++) {
      if (parseInt(shown.slice(1, i), 16) > 0x10ffff) shown = shown.slice(0, i)
    }
    throw new RegexpProblem('invalid escape sequence', this.#reader.text.slice(start, this.#reader.at) + shown)
  }

  /** Reads a class in brackets. */
  class (): CharSet {
    const start = this.#reader.at
    this.#reader.at++
    const isNegated = this.#reader.take('^')
    const sets: CharSet[] = []
    for (let isFirst = true; isFirst || this.#reader.text[this.#reader.at] !== ']'; isFirst = false) {
      if (this.#reader.atEnd) throw new RegexpProblem('missing closing ]', this.#reader.text.slice(start))
      sets.push(this.#posixSet() ?? (this.#reader.text[this.#reader.at] === '\\' ? this.escapedSet() : null) ?? this.#classRange(start))
    }
    this.#reader.at++
    const set = union(sets)
    return isNegated ? negate(set) : set
  }

  #posixSet (): CharSet | null {
    if (!this.#reader.text.startsWith('[:', this.#reader.at)) return null
    const end = this.#reader.text.indexOf(':]', this.#reader.at + 2)
    if (end === -1) return null
    const written = this.#reader.text.slice(this.#reader.at, end + 2)
    const set = posixSet(written.slice(2, -2))
    if (set === null) throw new RegexpProblem('invalid character class range', written)
    this.#reader.at = end + 2
    return this.folded(set)
  }

  #classRange (classStart: number): CharSet {
    const start = this.#reader.at
    const low = this.#classCode(classStart)
    let high = low
    if (this.#reader.text[this.#reader.at] === '-' && this.#reader.at + 1 < this.#reader.text.length && this.#reader.text[this.#reader.at + 1] !== ']') {
      this.#reader.at++
      high = this.#classCode(classStart)
      if (high < low) throw new RegexpProblem('invalid character class range', this.#reader.text.slice(start, this.#reader.at))
    }
    return this.folded(range(low, high))
  }

  #classCode (classStart: number): number {
    if (this.#reader.atEnd) throw new RegexpProblem('missing closing ]', this.#reader.text.slice(classStart))
    return this.#reader.text[this.#reader.at] === '\\' ? this.escapedCode() : this.#reader.next().codePointAt(0)!
  }

  /** Extends a set to other cases where the flag asks for it. */
  folded (set: CharSet): CharSet {
    return this.foldCase ? foldCase(set) : set
  }
}
