import { randomBytes } from 'node:crypto'
import { skipSpace } from './json-space.ts'
import { endOfString } from './json-string.ts'

/**
 * Prefix of a number literal whose digits a double would change. Random at every start, so that no body can contain it;
 * ASCII, so that one-byte strings stay one-byte.
 */
const MARK = `#${randomBytes(12).toString('base64url')}#`

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * A marked literal at the place of a value of compact JSON: never part of a string or a key, and only if a number
 * follows the mark. A body that knew the mark could only turn its own strings into numbers.
 */
const MARKED = new RegExp(`(?<=^|[:,[])"${MARK}(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)"(?=[,\\]}]|$)`, 'g')

/** Every integer with at most this many digits is a double whose shortest form is the literal. */
const SAFE_LENGTH = 15

const SHORT_TEXT = 64

const QUOTE = 0x22
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const BACKSLASH = 0x5c
const E = 0x65

/**
 * Parses JSON; numbers whose digits a double would change become marked strings (`isMarkedNumber`, `literalOf`), all
 * others numbers. Serialize the result with `stringifyExact`.
 *
 * @param inexact what `findInexactNumbers` found in it
 * @throws {SyntaxError} the text is not valid JSON
 */
export function parseExact (json: Buffer, inexact: readonly number[] | null = findInexactNumbers(json)): unknown {
  return JSON.parse(inexact === null ? json.toString() : markNumbers(json, inexact))
}

/** Serializes compact JSON, with marked numbers as their original literals. */
export function stringifyExact (value: unknown): string {
  return unmark(JSON.stringify(value) ?? 'null')
}

/** Replaces marked numbers in compact JSON (as written by JSON.stringify) by their literals. */
export function unmark (json: string): string {
  return json.includes(MARK) ? json.replace(MARKED, '$1') : json
}

/** Returns whether a value of a decoded document is a marked number. */
export function isMarkedNumber (value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(MARK) && NUMBER.test(value.slice(MARK.length))
}

/** Returns the digits of a number in a decoded document, as its backend wrote them; null for other values. */
export function literalOf (value: unknown): string | null {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  return isMarkedNumber(value) ? value.slice(MARK.length) : null
}

/**
 * Marks a literal found by a decoder other than JSON's; null if the number is exact, or the literal is not a JSON
 * number.
 */
export function markNumber (literal: string): string | null {
  return NUMBER.test(literal) && String(Number(literal)) !== literal ? MARK + literal : null
}

/**
 * Finds the numbers in JSON text whose digits a double would change.
 *
 * @returns alternating starts and ends (exclusive), in bytes; null if there are none
 */
export function findInexactNumbers (json: Buffer): number[] | null {
  let found: number[] | null = null
  const length = json.length
  let at = 0
  while (at < length) {
    const byte = json[at]!
    if (byte === QUOTE) {
      // A loop for short texts, which are most: a call of indexOf costs more.
      const near = at + SHORT_TEXT
      for (;;) {
        const char = json[++at]
        if (char === QUOTE) {
          at++
          break
        }
        if (char === BACKSLASH) at++
        if (at >= near) {
          at = at < length ? endOfString(json, at) : length
          break
        }
      }
    } else if (byte < ZERO || byte > NINE) {
      at++
    } else {
      const digits = at
      let dot = 0
      let last = byte
      let next = 0
      while (++at < length) {
        next = json[at]!
        if (next >= ZERO && next <= NINE) last = next
        else if (next === DOT) dot = at
        else break
      }
      const negative = digits > 0 && json[digits - 1] === MINUS
      let inexact = at - digits > SAFE_LENGTH ||
        (dot !== 0 && (last === ZERO || isTiny(json, digits))) ||
        (negative && dot === 0 && byte === ZERO)
      if (at < length && (next | 0x20) === E) {
        inexact = true
        at++
        while (at < length && isExponent(json[at]!)) at++
      }
      if (inexact) (found ??= []).push(negative ? digits - 1 : digits, at)
    }
  }
  return found
}

/** Below 0.000001 JavaScript writes an exponent. */
function isTiny (json: Buffer, at: number): boolean {
  return json[at] === ZERO && json[at + 2] === ZERO && json.toString('latin1', at, at + 8) === '0.000000'
}

function isExponent (byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === 0x2b || byte === MINUS
}

/**
 * Quotes the literals found. Invalid JSON stays invalid, because only complete numbers at the place of a value are
 * changed.
 */
function markNumbers (json: Buffer, found: readonly number[]): string {
  const text = json.toString()
  // As long as bytes: one byte is one character, and slices are cheap.
  const slice = text.length === json.length
    ? (from: number, to: number) => text.slice(from, to)
    : (from: number, to: number) => json.toString('utf8', from, to)
  let marked = ''
  let from = 0
  for (let i = 0; i < found.length; i += 2) {
    const start = found[i]!
    const end = found[i + 1]!
    const literal = slice(start, end)
    if (!NUMBER.test(literal) || isKey(json, end)) continue
    marked += slice(from, start) + '"' + MARK + literal + '"'
    from = end
  }
  return marked + slice(from, json.length)
}

/** A number before a colon is an error, which quotes would hide. */
function isKey (json: Buffer, end: number): boolean {
  return json[skipSpace(json, end)] === COLON
}
