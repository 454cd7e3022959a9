import type { RE2JS } from 're2js'
import { compileRe2 } from './compile-pattern.ts'
import { parseReplacement } from './replacement.ts'

/** Instructions of the largest expression: each may cost work at every character. */
const MOST_INSTRUCTIONS = 20_000

/** Starts and ends of the groups; -1 for a group that took no part. Group 0 is the whole match. */
type Match = readonly number[]

/**
 * Called before each search with the most work it can be, in instructions × characters (about 30 ns each); what it throws
 * ends the search. A search itself cannot be interrupted.
 */
export type Spend = (work: number) => void

/**
 * A regular expression with what Go's regexp package does with it: leftmost-first matches, in time linear in the text
 * whatever the expression.
 */
export class GoRegexp {
  readonly pattern: string
  readonly #re2: RE2JS
  readonly #size: number
  readonly #groups: number
  readonly #named: ReadonlyMap<string, number>

  /** @throws {SyntaxError} in Go's words */
  constructor (pattern: string) {
    // RE2 in JavaScript takes half a pair of surrogates; Go would not, as it is not UTF-8.
    if (/\p{Surrogate}/u.test(pattern)) throw new SyntaxError(`error parsing regexp: invalid UTF-8: \`${pattern}\``)
    this.pattern = pattern
    this.#re2 = compileRe2(pattern)
    this.#size = this.#re2.programSize()
    this.#groups = this.#re2.groupCount() + 1
    this.#named = new Map(Object.entries(this.#re2.namedGroups()))
    if (this.#size > MOST_INSTRUCTIONS) throw new SyntaxError(`error parsing regexp: expression too large: \`${pattern.slice(0, 100)}\``)
  }

  matches (text: string, spend: Spend): boolean {
    spend(this.#size * text.length)
    return this.#re2.test(text)
  }

  /** Returns the groups of the leftmost match, undefined for those that took no part; null without a match. */
  groups (text: string, spend: Spend): (string | undefined)[] | null {
    const match = this.#find(text, 0, spend)
    if (match === null) return null
    return Array.from({ length: this.#groups }, (_, i) => match[2 * i] === -1 ? undefined : text.slice(match[2 * i], match[2 * i + 1]))
  }

  /** Returns at most `limit` matches (all when negative) that do not overlap. */
  findAll (text: string, limit: number, spend: Spend): string[] {
    return this.#all(text, limit, spend).map((match) => text.slice(match[0], match[1]))
  }

  replaceLiteral (text: string, replacement: string, spend: Spend, grow: (length: number) => void): string {
    return this.#replace(text, spend, grow, () => replacement)
  }

  /**
   * Replaces all matches; `$1`, `$name` and `${name}` stand for groups, `$$` for a dollar.
   *
   * @param grow called with the length of the result while it is built
   */
  replace (text: string, template: string, spend: Spend, grow: (length: number) => void): string {
    const parts = parseReplacement(template, this.#named)
    return this.#replace(text, spend, grow, (group) => parts.map((part) => typeof part === 'string' ? part : group(part)).join(''))
  }

  /** Returns at most `limit` parts (all when negative); null for a limit of 0. */
  split (text: string, limit: number, spend: Spend): string[] | null {
    if (limit === 0) return null
    if (this.pattern !== '' && text === '') return ['']
    const parts: string[] = []
    let start = 0
    let end = 0
    for (const match of this.#all(text, limit, spend)) {
      if (limit > 0 && parts.length === limit - 1) break
      end = match[0]!
      if (match[1] !== 0) parts.push(text.slice(start, end))
      start = match[1]!
    }
    if (end !== text.length) parts.push(text.slice(start))
    return parts
  }

  /** Replaces all matches with what `make` returns for the groups of each. */
  #replace (text: string, spend: Spend, grow: (length: number) => void, make: (group: (index: number) => string) => string): string {
    let result = ''
    let copied = 0
    for (let at = 0; at <= text.length;) {
      const match = this.#find(text, at, spend)
      if (match === null) break
      const [start, end] = [match[0]!, match[1]!]
      result += text.slice(copied, start)
      // An empty match right behind another one is not replaced.
      if (end > copied || start === 0) {
        result += make((index) => (match[2 * index] ?? -1) < 0 ? '' : text.slice(match[2 * index], match[2 * index + 1]))
      }
      grow(result.length)
      copied = end
      at = Math.max(end, next(text, at))
    }
    return result + text.slice(copied)
  }

  #all (text: string, limit: number, spend: Spend): Match[] {
    const found: Match[] = []
    let previousEnd = -1
    const most = limit < 0 ? Infinity : limit
    for (let at = 0; at <= text.length && found.length < most;) {
      const match = this.#find(text, at, spend)
      if (match === null) break
      const [start, end] = [match[0]!, match[1]!]
      const isRepeated = end === at && start === previousEnd
      at = end === at ? next(text, at) : end
      previousEnd = end
      if (!isRepeated) found.push(match)
    }
    return found
  }

  #find (text: string, start: number, spend: Spend): Match | null {
    spend(this.#size * (text.length - start + 1))
    const matcher = this.#re2.matcher(text)
    if (!matcher.find(start)) return null
    const match: number[] = []
    for (let group = 0; group < this.#groups; group++) match.push(matcher.start(group), matcher.end(group))
    return match
  }
}

/** Escapes what means something in an expression. */
export function quoteMeta (text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

/** Where the character after the one at a place begins. */
function next (text: string, at: number): number {
  return at + (text.codePointAt(at)! > 0xffff ? 2 : 1)
}
