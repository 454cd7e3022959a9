import type { Machine } from '../machine/values.ts'

/** Most captures of a pattern. */
const maxCaptures = 32

/** Steps that one call may take: some ten milliseconds. */
const maxSteps = 2_000_000

/** How deep a match may call itself. */
const maxCalls = 180

const POSITION = -2
const OPEN = -1

/** A part of a subject, from a position up to another; or a position of its own. */
export type Capture = { readonly from: number, readonly to: number } | { readonly position: number }

export interface Match {
  readonly from: number
  readonly to: number
  readonly captures: readonly Capture[]
}

/** Matches a pattern of Lua against a subject, within a budget: patterns may take exponential time. */
export class Matcher {
  readonly #machine: Machine
  readonly #subject: string
  readonly #pattern: string
  readonly #starts: number[] = []
  readonly #lengths: number[] = []
  #level = 0
  #steps = 0
  #nextLook = 1024
  #calls = 0

  constructor (machine: Machine, subject: string, pattern: string) {
    this.#machine = machine
    this.#subject = subject
    this.#pattern = pattern
  }

  /** The first match at a position or behind it; null without one. */
  find (from: number): Match | null {
    const isAnchored = this.#pattern.startsWith('^')
    for (let at = from; at <= this.#subject.length; at++) {
      this.#level = 0
      const end = this.#match(at, isAnchored ? 1 : 0)
      if (end >= 0) return { from: at, to: end, captures: this.#captures() }
      if (isAnchored) break
    }
    this.#count(0)
    return null
  }

  /** All matches, at most so many. */
  all (limit = Infinity): Match[] {
    const matches: Match[] = []
    const isAnchored = this.#pattern.startsWith('^')
    for (let at = 0; at <= this.#subject.length && matches.length < limit;) {
      const match = this.find(at)
      if (match === null) break
      this.#machine.budget.take(64)
      matches.push(match)
      at = match.to > match.from ? match.to : match.from + 1
      if (isAnchored) break
    }
    return matches
  }

  #captures (): Capture[] {
    return this.#starts.slice(0, this.#level).map((start, i) => {
      const length = this.#lengths[i]!
      if (length === OPEN) throw this.#wrong('unfinished capture')
      return length === POSITION ? { position: start + 1 } : { from: start, to: start + length }
    })
  }

  #wrong (message: string): Error { return this.#machine.failure(message) }

  #count (steps: number): void {
    this.#steps += steps
    if (this.#steps >= this.#nextLook || steps === 0) {
      this.#machine.budget.work(256 + ((this.#steps - Math.min(this.#nextLook, this.#steps)) >> 2))
      this.#nextLook = this.#steps + 1024
      if (this.#steps > maxSteps) throw this.#wrong('pattern too complex')
    }
  }

  /** Where the rest of the pattern ends in the subject; -1 if it does not match there. */
  #match (start: number, patternStart: number): number {
    if (++this.#calls > maxCalls) throw this.#wrong('pattern too complex')
    try {
      return this.#matchHere(start, patternStart)
    } finally {
      this.#calls--
    }
  }

  #matchHere (start: number, patternStart: number): number {
    const pattern = this.#pattern
    const subject = this.#subject
    let s = start
    let p = patternStart
    for (;;) {
      this.#count(1)
      if (p >= pattern.length) return s
      switch (pattern[p]) {
        case '(':
          return pattern[p + 1] === ')' ? this.#open(s, p + 2, POSITION) : this.#open(s, p + 1, OPEN)
        case ')': return this.#close(s, p + 1)
        case '$':
          if (p + 1 === pattern.length) return s === subject.length ? s : -1
          break
        case '%': {
          const next = pattern[p + 1]
          if (next === 'b') {
            s = this.#balance(s, p + 2)
            if (s < 0) return -1
            p += 4
            continue
          }
          if (next !== undefined && next >= '0' && next <= '9') {
            const captured = this.#captured(next)
            this.#count(captured.length >> 4)
            if (!subject.startsWith(captured, s)) return -1
            s += captured.length
            p += 2
            continue
          }
          if (next === 'f' && pattern[p + 2] === '[') {
            const end = this.#classEnd(p + 2)
            const before = s === 0 ? 0 : subject.charCodeAt(s - 1)
            const here = s < subject.length ? subject.charCodeAt(s) : 0
            if (this.#matchesSet(before, p + 2, end - 1) || !this.#matchesSet(here, p + 2, end - 1)) return -1
            p = end
            continue
          }
          break
        }
      }
      const end = this.#classEnd(p)
      const suffix = pattern[end]
      if (suffix === '?') {
        if (this.#matchesOne(s, p, end)) {
          const to = this.#match(s + 1, end + 1)
          if (to >= 0) return to
        }
        p = end + 1
      } else if (suffix === '*') return this.#longest(s, p, end)
      else if (suffix === '+') return this.#matchesOne(s, p, end) ? this.#longest(s + 1, p, end) : -1
      else if (suffix === '-') return this.#shortest(s, p, end)
      else if (!this.#matchesOne(s, p, end)) return -1
      else {
        s++
        p = end
      }
    }
  }

  #open (s: number, p: number, kind: number): number {
    if (this.#level >= maxCaptures) throw this.#wrong('too many captures')
    this.#starts[this.#level] = s
    this.#lengths[this.#level] = kind
    this.#level++
    const to = this.#match(s, p)
    if (to < 0) this.#level--
    return to
  }

  #close (s: number, p: number): number {
    const level = this.#lengths.slice(0, this.#level).lastIndexOf(OPEN)
    if (level < 0) throw this.#wrong('invalid pattern capture')
    this.#lengths[level] = s - this.#starts[level]!
    const to = this.#match(s, p)
    if (to < 0) this.#lengths[level] = OPEN
    return to
  }

  #captured (digit: string): string {
    const level = Number(digit) - 1
    const length = this.#lengths[level]
    if (level < 0 || level >= this.#level || length === undefined || length === OPEN) throw this.#wrong('invalid capture index')
    const start = this.#starts[level]!
    return this.#subject.slice(start, start + Math.max(length, 0))
  }

  #balance (s: number, p: number): number {
    const open = this.#pattern[p]
    const close = this.#pattern[p + 1]
    if (open === undefined || close === undefined) throw this.#wrong('malformed pattern (missing arguments to %b)')
    if (this.#subject[s] !== open) return -1
    let depth = 1
    for (let at = s + 1; at < this.#subject.length; at++) {
      this.#count(1)
      const char = this.#subject[at]
      if (char === close) {
        if (--depth === 0) return at + 1
      } else if (char === open) depth++
    }
    return -1
  }

  #longest (s: number, p: number, end: number): number {
    let to = s
    while (this.#matchesOne(to, p, end)) { to++; this.#count(1) }
    for (; to >= s; to--) {
      const found = this.#match(to, end + 1)
      if (found >= 0) return found
    }
    return -1
  }

  #shortest (s: number, p: number, end: number): number {
    for (let at = s; ; at++) {
      const found = this.#match(at, end + 1)
      if (found >= 0) return found
      if (!this.#matchesOne(at, p, end)) return -1
    }
  }

  /** Behind a class of one character. */
  #classEnd (p: number): number {
    const pattern = this.#pattern
    const char = pattern[p]
    if (char === '%') {
      if (p + 1 >= pattern.length) throw this.#wrong("malformed pattern (ends with '%')")
      return p + 2
    }
    if (char !== '[') return p + 1
    let at = p + 1
    if (pattern[at] === '^') at++
    do {
      if (at >= pattern.length) throw this.#wrong("malformed pattern (missing ']')")
      at += pattern[at] === '%' ? 2 : 1
    } while (pattern[at] !== ']')
    return at + 1
  }

  #matchesOne (s: number, p: number, end: number): boolean {
    if (s >= this.#subject.length) return false
    const pattern = this.#pattern
    const code = this.#subject.charCodeAt(s)
    switch (pattern[p]) {
      case '.': return true
      case '%': return isOfClass(code, pattern[p + 1]!)
      case '[': return this.#matchesSet(code, p, end - 1)
      default: return pattern.charCodeAt(p) === code
    }
  }

  #matchesSet (code: number, open: number, close: number): boolean {
    const pattern = this.#pattern
    this.#count((close - open) >> 3)
    let p = open + 1
    const isNegated = pattern[p] === '^'
    if (isNegated) p++
    for (; p < close; p++) {
      if (pattern[p] === '%') {
        p++
        if (isOfClass(code, pattern[p]!)) return !isNegated
      } else if (pattern[p + 1] === '-' && p + 2 < close) {
        if (pattern.charCodeAt(p) <= code && code <= pattern.charCodeAt(p + 2)) return !isNegated
        p += 2
      } else if (pattern.charCodeAt(p) === code) return !isNegated
    }
    return isNegated
  }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  a: /[A-Za-z]/, c: /[\0-\x1f\x7f]/, d: /\d/, l: /[a-z]/, p: /[!-/:-@[-`{-~]/, s: /[ \t-\r]/, u: /[A-Z]/, w: /[A-Za-z\d]/, x: /[\da-fA-F]/, z: /\0/ // eslint-disable-line no-control-regex
}

/** For every byte, the letters of the classes that it is in. */
const classesOf: readonly string[] = Array.from({ length: 256 }, (_, code) =>
  Object.entries(CLASSES).filter(([, pattern]) => pattern.test(String.fromCharCode(code))).map(([letter]) => letter).join(''))

function isOfClass (code: number, letter: string): boolean {
  const lower = letter.toLowerCase()
  if (!Object.hasOwn(CLASSES, lower)) return letter.charCodeAt(0) === code
  const isIn = code < 256 && classesOf[code]!.includes(lower)
  return letter === lower ? isIn : !isIn
}
