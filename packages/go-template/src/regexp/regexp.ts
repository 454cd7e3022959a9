import { compileRegexp, type Instruction } from './compile.ts'
import { findMatch, type Codes, type Match } from './match.ts'
import { parseRegexp } from './parse.ts'
import { RegexpProblem } from './syntax.ts'
import type { Budget } from '../evaluate/budget.ts'

/** Compiled expressions that are kept. */
const MOST_KEPT = 200

const kept = new Map<string, Regexp | string>()

/**
 * A regular expression of Go's regexp package: RE2's syntax, leftmost-first matches, time linear in the text whatever
 * the expression.
 */
export class Regexp {
  readonly pattern: string
  readonly #program: readonly Instruction[]
  readonly #names: readonly string[]

  /** @throws {RegexpProblem} */
  constructor (pattern: string) {
    const { node, names } = parseRegexp(pattern)
    this.pattern = pattern
    this.#program = compileRegexp(node, pattern)
    this.#names = names
  }

  matches (text: string, budget: Budget): boolean {
    return this.#find(toCodes(text), 0, budget) !== null
  }

  /** Returns the groups of the leftmost match, undefined for those that took no part; null without a match. */
  groups (text: string, budget: Budget): (string | undefined)[] | null {
    const characters = [...text]
    const match = this.#find(toCodes(text), 0, budget)
    if (match === null) return null
    return this.#names.map((_, i) => match[2 * i] === -1 ? undefined : characters.slice(match[2 * i], match[2 * i + 1]).join(''))
  }

  /** Returns at most `limit` matches (all when negative) that do not overlap. */
  findAll (text: string, limit: number, budget: Budget): string[] {
    const characters = [...text]
    return this.#all(text, limit, budget).map((match) => characters.slice(match[0], match[1]).join(''))
  }

  /** Replaces all matches with what `make` returns for the groups of each. */
  #replace (text: string, budget: Budget, make: (group: (index: number) => string | null) => string): string {
    const characters = [...text]
    const codes = toCodes(text)
    let result = ''
    let copied = 0
    for (let at = 0; at <= codes.length;) {
      const match = this.#find(codes, at, budget)
      if (match === null) break
      const [start, end] = [match[0]!, match[1]!]
      result += characters.slice(copied, start).join('')
      // An empty match right behind another one is not replaced.
      if (end > copied || start === 0) {
        result += make((index) => (match[2 * index] ?? -1) < 0 ? null : characters.slice(match[2 * index], match[2 * index + 1]).join(''))
      }
      budget.text(result.length)
      copied = end
      at = at + 1 > end ? at + 1 : end
    }
    return result + characters.slice(copied).join('')
  }

  replaceLiteral (text: string, replacement: string, budget: Budget): string {
    return this.#replace(text, budget, () => replacement)
  }

  /** Replaces all matches; `$1`, `$name` and `${name}` stand for groups, `$$` for a dollar. */
  replace (text: string, template: string, budget: Budget): string {
    const parts = parseTemplate(template, this.#names)
    return this.#replace(text, budget, (group) => parts.map((part) => {
      return typeof part === 'string' ? part : part.map(group).find((found) => found !== null) ?? ''
    }).join(''))
  }

  split (text: string, limit: number, budget: Budget): string[] | null {
    if (limit === 0) return null
    if (this.pattern !== '' && text === '') return ['']
    const characters = [...text]
    const parts: string[] = []
    let start = 0
    let end = 0
    for (const match of this.#all(text, limit, budget)) {
      if (limit > 0 && parts.length === limit - 1) break
      end = match[0]!
      if (match[1] !== 0) parts.push(characters.slice(start, end).join(''))
      start = match[1]!
    }
    if (end !== characters.length) parts.push(characters.slice(start).join(''))
    return parts
  }

  #all (text: string, limit: number, budget: Budget): Match[] {
    const codes = toCodes(text)
    const found: Match[] = []
    let previousEnd = -1
    const most = limit < 0 ? Infinity : limit
    for (let at = 0; at <= codes.length && found.length < most;) {
      const match = this.#find(codes, at, budget)
      if (match === null) break
      const [start, end] = [match[0]!, match[1]!]
      const isRepeated = end === at && start === previousEnd
      at = end === at ? at + 1 : end
      previousEnd = end
      if (!isRepeated) found.push(match)
    }
    return found
  }

  #find (codes: Codes, start: number, budget: Budget): Match | null {
    return findMatch(this.#program, this.#names.length, codes, start, budget)
  }
}

/** Compiles an expression, or returns the problem as Go words it. Both are kept for the next time. */
export function regexpOf (pattern: string): Regexp | string {
  let regexp = kept.get(pattern)
  if (regexp !== undefined) return regexp
  try {
    regexp = new Regexp(pattern)
  } catch (error) {
    if (!(error instanceof RegexpProblem)) throw error
    regexp = error.message
  }
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(pattern, regexp)
  return regexp
}

/** Escapes what means something in an expression. */
export function quoteMeta (text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

/** Cuts a replacement into texts and numbers of groups: of those with one name the first that took part counts. */
function parseTemplate (template: string, names: readonly string[]): (string | number[])[] {
  const parts: (string | number[])[] = []
  let at = 0
  for (const match of template.matchAll(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    parts.push(template.slice(at, match.index))
    at = match.index + match[0].length
    const name = match[1] ?? match[2]
    if (name === undefined) parts.push('$')
    else if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) parts.push([Number(name)])
    else parts.push(names.flatMap((known, index) => known === name ? [index] : []))
  }
  parts.push(template.slice(at))
  return parts
}

function toCodes (text: string): Codes {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0)!
    return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code
  })
}
