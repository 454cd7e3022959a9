import { PatternReader } from './pattern-reader.ts'
import { SetParser } from './set-parser.ts'
import { RegexpProblem, type RegexpNode, type Syntax } from './syntax.ts'

const MOST_REPEATS = 1000
const DEEPEST = 1000

interface Flags {
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
  readonly #reader: PatternReader
  readonly #sets: SetParser
  #depth = 0
  #flags: Flags = { multiLine: false, dotAll: false, ungreedy: false }

  constructor (text: string) {
    this.#reader = new PatternReader(text)
    this.#sets = new SetParser(this.#reader)
  }

  parse (): RegexpNode {
    const node = this.#alternatives()
    if (this.#reader.at < this.#reader.text.length) throw new RegexpProblem('unexpected )', this.#reader.text)
    return node
  }

  /** Reads up to the end or an unmatched `)`. */
  #alternatives (): RegexpNode {
    if (++this.#depth > DEEPEST) throw new RegexpProblem('expression nests too deeply', this.#reader.text)
    const branches = [this.#sequence()]
    while (this.#reader.take('|')) branches.push(this.#sequence())
    this.#depth--
    return branches.length === 1 ? branches[0]! : { op: 'alternate', nodes: branches }
  }

  #sequence (): RegexpNode {
    const nodes: RegexpNode[] = []
    /** Where the repetition began that the last node ends with; -1 without one. */
    let lastRepeat = -1
    while (this.#reader.at < this.#reader.text.length && !'|)'.includes(this.#reader.text[this.#reader.at]!)) {
      const start = this.#reader.at
      const bounds = this.#repetition()
      if (bounds === null) {
        lastRepeat = -1
        const node = this.#atom()
        for (const part of node ?? []) nodes.push(part)
        continue
      }
      const last = nodes.pop()
      if (last === undefined) throw new RegexpProblem('missing argument to repetition operator', this.#reader.text.slice(start, this.#reader.at))
      if (lastRepeat !== -1) throw new RegexpProblem('invalid nested repetition operator', this.#reader.text.slice(lastRepeat, this.#reader.at))
      const repeat: RegexpNode = { op: 'repeat', node: last, ...bounds }
      if ((bounds.min >= 2 || bounds.max >= 2) && !isWithin(repeat, MOST_REPEATS)) {
        throw new RegexpProblem('invalid repeat count', this.#reader.text.slice(start, this.#reader.at))
      }
      nodes.push(repeat)
      lastRepeat = start
    }
    return nodes.length === 0 ? { op: 'empty' } : nodes.length === 1 ? nodes[0]! : { op: 'concat', nodes }
  }

  /** Reads `*`, `+`, `?` or `{n,m}`, and a `?` behind it. */
  #repetition (): { min: number, max: number, greedy: boolean } | null {
    const start = this.#reader.at
    let min = 0
    let max = -1
    switch (this.#reader.text[start]) {
      case '*': this.#reader.at++; break
      case '+': min = 1; this.#reader.at++; break
      case '?': max = 1; this.#reader.at++; break
      case '{': {
        const match = /^\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/.exec(this.#reader.text.slice(start))
        if (match === null) return null
        min = Number(match[1])
        max = match[2] === undefined ? min : match[3] === undefined ? -1 : Number(match[3])
        this.#reader.at += match[0].length
        if (min > MOST_REPEATS || max > MOST_REPEATS || (max >= 0 && min > max)) {
          throw new RegexpProblem('invalid repeat count', match[0])
        }
        break
      }
      default: return null
    }
    const isLazy = this.#reader.take('?')
    return { min, max, greedy: isLazy === this.#flags.ungreedy }
  }

  /** Reads one element; null for a change of flags, several for quoted text. */
  #atom (): RegexpNode[] | null {
    const { multiLine, dotAll } = this.#flags
    switch (this.#reader.text[this.#reader.at]) {
      case '(': return this.#group()
      case '[': return [{ op: 'set', set: this.#sets.class() }]
      case '\\': return this.#escape()
      case '^': this.#reader.at++; return [{ op: 'assert', kind: multiLine ? 'beginLine' : 'beginText' }]
      case '$': this.#reader.at++; return [{ op: 'assert', kind: multiLine ? 'endLine' : 'endText' }]
      case '.': this.#reader.at++; return [{ op: 'set', set: dotAll ? () => true : (code) => code !== 10 }]
    }
    return [this.#literal(this.#reader.next())]
  }

  #group (): RegexpNode[] | null {
    const start = this.#reader.at
    this.#reader.at++
    const outer = { ...this.#flags }
    const { foldCase } = this.#sets
    let index = -1
    if (this.#reader.text[this.#reader.at] !== '?') {
      index = this.names.push('') - 1
    } else {
      const name = this.#groupName(start)
      if (name !== null) index = this.names.push(name) - 1
      else if (!this.#groupFlags(start)) return null
    }
    const node = this.#alternatives()
    if (!this.#reader.take(')')) throw new RegexpProblem('missing closing )', this.#reader.text)
    this.#flags = outer
    this.#sets.foldCase = foldCase
    return [index === -1 ? node : { op: 'capture', index, node }]
  }

  /** Reads `?P<name>` or `?<name>`. */
  #groupName (start: number): string | null {
    const rest = this.#reader.text.slice(start)
    const prefix = /^\(\?P?</.exec(rest)?.[0]
    if (prefix === undefined || rest.length <= prefix.length) return null
    const end = rest.indexOf('>')
    if (end === -1) throw new RegexpProblem('invalid named capture', rest)
    const name = rest.slice(prefix.length, end)
    if (!/^[A-Za-z0-9_]+$/.test(name)) throw new RegexpProblem('invalid named capture', rest.slice(0, end + 1))
    this.#reader.at = start + end + 1
    return name
  }

  /** Reads `?flags:` or `?flags)`; false for the latter, which opens no group. */
  #groupFlags (start: number): boolean {
    this.#reader.at++
    const flags = { ...this.#flags }
    let { foldCase } = this.#sets
    let value = true
    let sawFlag = false
    while (this.#reader.at < this.#reader.text.length) {
      const letter = this.#reader.next()
      switch (letter) {
        case 'i': foldCase = value; sawFlag = true; continue
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
          this.#sets.foldCase = foldCase
          return letter === ':'
      }
      throw new RegexpProblem('invalid or unsupported Perl syntax', this.#reader.text.slice(start, this.#reader.at))
    }
    throw new RegexpProblem('invalid or unsupported Perl syntax', this.#reader.text.slice(start))
  }

  #escape (): RegexpNode[] {
    const start = this.#reader.at
    const letter = this.#reader.text[start + 1]
    switch (letter) {
      case 'A': this.#reader.at += 2; return [{ op: 'assert', kind: 'beginText' }]
      case 'z': this.#reader.at += 2; return [{ op: 'assert', kind: 'endText' }]
      case 'b': this.#reader.at += 2; return [{ op: 'assert', kind: 'word' }]
      case 'B': this.#reader.at += 2; return [{ op: 'assert', kind: 'noWord' }]
      case 'Q': {
        const end = this.#reader.text.indexOf('\\E', start + 2)
        const quoted = this.#reader.text.slice(start + 2, end === -1 ? undefined : end)
        this.#reader.at = end === -1 ? this.#reader.text.length : end + 2
        return [...quoted].map((character) => this.#literal(character))
      }
    }
    const set = this.#sets.escapedSet()
    return set !== null ? [{ op: 'set', set }] : [this.#literal(String.fromCodePoint(this.#sets.escapedCode()))]
  }

  #literal (character: string): RegexpNode {
    const wanted = character.codePointAt(0)!
    return { op: 'set', set: this.#sets.folded((code) => code === wanted) }
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
