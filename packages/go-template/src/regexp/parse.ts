import { foldCase, negate, perlSet, posixSet, range, unicodeSet, union, type CharSet } from './char-class.ts'
import { RegexpProblem, type RegexpNode, type Syntax } from './syntax.ts'

const MOST_REPEATS = 1000
const DEEPEST = 1000
const CLASS_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

interface Flags {
  foldCase: boolean
  multiLine: boolean
  dotAll: boolean
  ungreedy: boolean
}

/**
 * Parses a regular expression in RE2's syntax.
 *
 * @throws {RegexpProblem}
 */
export function parseRegexp (pattern: string): Syntax {
  if (/\p{Surrogate}/u.test(pattern)) throw new RegexpProblem('invalid UTF-8', pattern)
  const parser = new Parser(pattern)
  const node = parser.parse()
  return { node, names: parser.names }
}

class Parser {
  readonly names: string[] = ['']
  readonly #text: string
  #at = 0
  #depth = 0
  #flags: Flags = { foldCase: false, multiLine: false, dotAll: false, ungreedy: false }

  constructor (text: string) {
    this.#text = text
  }

  parse (): RegexpNode {
    const node = this.#alternatives()
    if (this.#at < this.#text.length) throw new RegexpProblem('unexpected )', this.#text)
    return node
  }

  /** Reads up to the end or an unmatched `)`. */
  #alternatives (): RegexpNode {
    if (++this.#depth > DEEPEST) throw new RegexpProblem('expression nests too deeply', this.#text)
    const branches = [this.#sequence()]
    while (this.#take('|')) branches.push(this.#sequence())
    this.#depth--
    return branches.length === 1 ? branches[0]! : { op: 'alternate', nodes: branches }
  }

  #sequence (): RegexpNode {
    const nodes: RegexpNode[] = []
    /** Where the repetition began that the last node ends with; -1 without one. */
    let lastRepeat = -1
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!)) {
      const start = this.#at
      const bounds = this.#repetition()
      if (bounds === null) {
        lastRepeat = -1
        const node = this.#atom()
        for (const part of node ?? []) nodes.push(part)
        continue
      }
      const last = nodes.pop()
      if (last === undefined) throw new RegexpProblem('missing argument to repetition operator', this.#text.slice(start, this.#at))
      if (lastRepeat !== -1) throw new RegexpProblem('invalid nested repetition operator', this.#text.slice(lastRepeat, this.#at))
      const repeat: RegexpNode = { op: 'repeat', node: last, ...bounds }
      if ((bounds.min >= 2 || bounds.max >= 2) && !isWithin(repeat, MOST_REPEATS)) {
        throw new RegexpProblem('invalid repeat count', this.#text.slice(start, this.#at))
      }
      nodes.push(repeat)
      lastRepeat = start
    }
    return nodes.length === 0 ? { op: 'empty' } : nodes.length === 1 ? nodes[0]! : { op: 'concat', nodes }
  }

  /** Reads `*`, `+`, `?` or `{n,m}`, and a `?` behind it. */
  #repetition (): { min: number, max: number, greedy: boolean } | null {
    const start = this.#at
    let min = 0
    let max = -1
    switch (this.#text[start]) {
      case '*': this.#at++; break
      case '+': min = 1; this.#at++; break
      case '?': max = 1; this.#at++; break
      case '{': {
        const match = /^\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/.exec(this.#text.slice(start))
        if (match === null) return null
        min = Number(match[1])
        max = match[2] === undefined ? min : match[3] === undefined ? -1 : Number(match[3])
        this.#at += match[0].length
        if (min > MOST_REPEATS || max > MOST_REPEATS || (max >= 0 && min > max)) {
          throw new RegexpProblem('invalid repeat count', match[0])
        }
        break
      }
      default: return null
    }
    const isLazy = this.#take('?')
    return { min, max, greedy: isLazy === this.#flags.ungreedy }
  }

  /** Reads one element; null for a change of flags, several for quoted text. */
  #atom (): RegexpNode[] | null {
    const { multiLine, dotAll } = this.#flags
    switch (this.#text[this.#at]) {
      case '(': return this.#group()
      case '[': return [{ op: 'set', set: this.#class() }]
      case '\\': return this.#escape()
      case '^': this.#at++; return [{ op: 'assert', kind: multiLine ? 'beginLine' : 'beginText' }]
      case '$': this.#at++; return [{ op: 'assert', kind: multiLine ? 'endLine' : 'endText' }]
      case '.': this.#at++; return [{ op: 'set', set: dotAll ? () => true : (code) => code !== 10 }]
    }
    return [this.#literal(this.#next())]
  }

  #group (): RegexpNode[] | null {
    const start = this.#at
    this.#at++
    const outer = { ...this.#flags }
    let index = -1
    if (this.#text[this.#at] !== '?') {
      index = this.names.push('') - 1
    } else {
      const name = this.#groupName(start)
      if (name !== null) index = this.names.push(name) - 1
      else if (!this.#groupFlags(start)) return null
    }
    const node = this.#alternatives()
    if (!this.#take(')')) throw new RegexpProblem('missing closing )', this.#text)
    this.#flags = outer
    return [index === -1 ? node : { op: 'capture', index, node }]
  }

  /** Reads `?P<name>` or `?<name>`. */
  #groupName (start: number): string | null {
    const rest = this.#text.slice(start)
    const prefix = /^\(\?P?</.exec(rest)?.[0]
    if (prefix === undefined || rest.length <= prefix.length) return null
    const end = rest.indexOf('>')
    if (end === -1) throw new RegexpProblem('invalid named capture', rest)
    const name = rest.slice(prefix.length, end)
    if (!/^[A-Za-z0-9_]+$/.test(name)) throw new RegexpProblem('invalid named capture', rest.slice(0, end + 1))
    this.#at = start + end + 1
    return name
  }

  /** Reads `?flags:` or `?flags)`; false for the latter, which opens no group. */
  #groupFlags (start: number): boolean {
    this.#at++
    const flags = { ...this.#flags }
    let value = true
    let sawFlag = false
    while (this.#at < this.#text.length) {
      const letter = this.#next()
      switch (letter) {
        case 'i': flags.foldCase = value; sawFlag = true; continue
        case 'm': flags.multiLine = value; sawFlag = true; continue
        case 's': flags.dotAll = value; sawFlag = true; continue
        case 'U': flags.ungreedy = value; sawFlag = true; continue
        case '-':
          if (!value) break
          value = false
          sawFlag = false
          continue
        case ':': case ')':
          if (!value && !sawFlag) break
          this.#flags = flags
          return letter === ':'
      }
      throw new RegexpProblem('invalid or unsupported Perl syntax', this.#text.slice(start, this.#at))
    }
    throw new RegexpProblem('invalid or unsupported Perl syntax', this.#text.slice(start))
  }

  #escape (): RegexpNode[] {
    const start = this.#at
    const letter = this.#text[start + 1]
    switch (letter) {
      case 'A': this.#at += 2; return [{ op: 'assert', kind: 'beginText' }]
      case 'z': this.#at += 2; return [{ op: 'assert', kind: 'endText' }]
      case 'b': this.#at += 2; return [{ op: 'assert', kind: 'word' }]
      case 'B': this.#at += 2; return [{ op: 'assert', kind: 'noWord' }]
      case 'Q': {
        const end = this.#text.indexOf('\\E', start + 2)
        const quoted = this.#text.slice(start + 2, end === -1 ? undefined : end)
        this.#at = end === -1 ? this.#text.length : end + 2
        return [...quoted].map((character) => this.#literal(character))
      }
    }
    const set = this.#escapedSet()
    return set !== null ? [{ op: 'set', set }] : [this.#literal(String.fromCodePoint(this.#escapedCode()))]
  }

  /** Reads `\d`, `\pL`, `\p{Greek}` and their negations; null for any other escape. */
  #escapedSet (): CharSet | null {
    const start = this.#at
    const letter = this.#text[start + 1] ?? ''
    if (letter !== '' && 'dswDSW'.includes(letter)) {
      this.#at += 2
      return this.#folded(perlSet(letter))
    }
    if (letter !== 'p' && letter !== 'P') return null
    this.#at += 2
    if (this.#at >= this.#text.length) throw new RegexpProblem('invalid character class range', this.#text.slice(start))
    let name = this.#next()
    if (name === '{') {
      const end = this.#text.indexOf('}', this.#at)
      if (end === -1) throw new RegexpProblem('invalid character class range', this.#text.slice(start))
      name = this.#text.slice(this.#at, end)
      this.#at = end + 1
    }
    const set = unicodeSet(name)
    if (set === null) throw new RegexpProblem('invalid character class range', this.#text.slice(start, this.#at))
    const folded = this.#folded(set)
    return letter === 'P' ? negate(folded) : folded
  }

  /** Reads an escape that stands for one character. */
  #escapedCode (): number {
    const start = this.#at
    this.#at++
    if (this.#at >= this.#text.length) throw new RegexpProblem('trailing backslash at end of expression', '')
    const letter = this.#next()
    const rest = this.#text.slice(this.#at)
    const octal = /^(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/.exec(letter + rest)
    if (octal !== null) {
      this.#at += octal[0].length - 1
      return parseInt(octal[0], 8)
    }
    if (letter === 'x') return this.#hexCode(start, rest)
    if (Object.hasOwn(CLASS_ESCAPES, letter)) return CLASS_ESCAPES[letter]!
    if (letter < '\u0080' && !/[A-Za-z0-9]/.test(letter)) return letter.codePointAt(0)!
    throw new RegexpProblem('invalid escape sequence', this.#text.slice(start, this.#at))
  }

  /** Reads what follows `\x`: two digits, or any number of them in braces. */
  #hexCode (start: number, rest: string): number {
    const hex = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest)
    const code = hex === null ? Infinity : parseInt(hex[1] ?? hex[2]!, 16)
    if (hex !== null && code <= 0x10ffff) {
      this.#at += hex[0].length
      return code
    }
    // The message shows everything up to what is wrong.
    let shown = /^(?:\{[0-9a-fA-F]*.?|[0-9a-fA-F]?.?)/su.exec(rest)![0]
    for (let i = 2; i < shown.length; i++) {
      if (parseInt(shown.slice(1, i), 16) > 0x10ffff) shown = shown.slice(0, i)
    }
    throw new RegexpProblem('invalid escape sequence', this.#text.slice(start, this.#at) + shown)
  }

  #class (): CharSet {
    const start = this.#at
    this.#at++
    const isNegated = this.#take('^')
    const sets: CharSet[] = []
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      if (this.#at >= this.#text.length) throw new RegexpProblem('missing closing ]', this.#text.slice(start))
      sets.push(this.#posixSet() ?? (this.#text[this.#at] === '\\' ? this.#escapedSet() : null) ?? this.#classRange(start))
    }
    this.#at++
    const set = union(sets)
    return isNegated ? negate(set) : set
  }

  #posixSet (): CharSet | null {
    if (!this.#text.startsWith('[:', this.#at)) return null
    const end = this.#text.indexOf(':]', this.#at + 2)
    if (end === -1) return null
    const written = this.#text.slice(this.#at, end + 2)
    const set = posixSet(written.slice(2, -2))
    if (set === null) throw new RegexpProblem('invalid character class range', written)
    this.#at = end + 2
    return this.#folded(set)
  }

  #classRange (classStart: number): CharSet {
    const start = this.#at
    const low = this.#classCode(classStart)
    let high = low
    if (this.#text[this.#at] === '-' && this.#at + 1 < this.#text.length && this.#text[this.#at + 1] !== ']') {
      this.#at++
      high = this.#classCode(classStart)
      if (high < low) throw new RegexpProblem('invalid character class range', this.#text.slice(start, this.#at))
    }
    return this.#folded(range(low, high))
  }

  #classCode (classStart: number): number {
    if (this.#at >= this.#text.length) throw new RegexpProblem('missing closing ]', this.#text.slice(classStart))
    return this.#text[this.#at] === '\\' ? this.#escapedCode() : this.#next().codePointAt(0)!
  }

  #literal (character: string): RegexpNode {
    const wanted = character.codePointAt(0)!
    return { op: 'set', set: this.#folded((code) => code === wanted) }
  }

  #folded (set: CharSet): CharSet {
    return this.#flags.foldCase ? foldCase(set) : set
  }

  #take (character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #next (): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at)!)
    this.#at += character.length
    return character
  }
}

/** Checks that repetitions within repetitions do not multiply beyond the limit. */
function isWithin (node: RegexpNode, limit: number): boolean {
  switch (node.op) {
    case 'repeat': {
      const times = node.max < 0 ? node.min : node.max
      if (node.max === 0) return true
      if (times > limit) return false
      return isWithin(node.node, times > 0 ? Math.floor(limit / times) : limit)
    }
    case 'capture': return isWithin(node.node, limit)
    case 'concat': case 'alternate': return node.nodes.every((inner) => isWithin(inner, limit))
    default: return true
  }
}
