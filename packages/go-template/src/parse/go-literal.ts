import { parseFloat64, parseInt64, parseUint64 } from '@floodgate/go/number'
import { quote } from '@floodgate/go/quote'
import { decode, encode } from '@floodgate/go/text'

/** A number in a template, under every type it can take. */
export interface NumberLiteral {
  int: bigint | null
  uint: bigint | null
  float: number | null
  complex: { re: number, im: number } | null
}

const SIMPLE_ESCAPES: Record<string, string> = {
  a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\'
}
const HEX_LENGTH: Record<string, number> = { x: 2, u: 4, U: 8 }

/** Reads a quoted Go string; null when it is not one. */
export function unquote (literal: string): string | null {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '')
  const body = literal.slice(1, -1)
  if (!body.includes('\\')) return body
  const parts: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const character = unquoteCharacter(body, at, '"')
    if (character === null) return null
    parts.push(character.isByte ? Buffer.of(character.code) : encode(String.fromCodePoint(character.code)))
    at = character.end
  }
  return decode(Buffer.concat(parts))
}

/**
 * Reads a number, a character constant or a complex constant.
 *
 * @returns the problem as Go words it, when it is none
 */
export function parseNumberLiteral (text: string, kind: 'number' | 'character' | 'complex'): NumberLiteral | string {
  if (kind === 'character') return parseCharacter(text)
  if (kind === 'complex') return parseComplex(text)
  if (text.endsWith('i')) {
    const imaginary = parseFloat64(text.slice(0, -1))
    if (typeof imaginary === 'number') return simplified({ re: 0, im: imaginary })
  }
  const uint = parseUint64(text, 0)
  const int = parseInt64(text, 0)
  if (typeof int === 'bigint' || typeof uint === 'bigint') {
    return {
      int: typeof int === 'bigint' ? int : null,
      uint: typeof uint === 'bigint' ? uint : int === 0n ? 0n : null,
      float: Number(typeof int === 'bigint' ? int : uint),
      complex: null
    }
  }
  const float = parseFloat64(text)
  if (typeof float === 'string') return `illegal number syntax: ${quote(text)}`
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quote(text)}`
  return { ...integersOf(float), float, complex: null }
}

function parseCharacter (text: string): NumberLiteral | string {
  const character = unquoteCharacter(text, 1, "'")
  if (character === null) return 'invalid syntax'
  if (text.slice(character.end) !== "'") return `malformed character constant: ${text}`
  const code = BigInt(character.code)
  return { int: code, uint: code, float: character.code, complex: null }
}

function parseComplex (text: string): NumberLiteral | string {
  const match = /^(.*[^eEpP])([+-].*)i$/.exec(text)
  const re = match === null ? '' : parseFloat64(match[1]!)
  const im = match === null ? '' : parseFloat64(match[2]!)
  if (typeof re === 'string' || typeof im === 'string') return 'syntax error scanning complex number'
  return simplified({ re, im })
}

function simplified (complex: { re: number, im: number }): NumberLiteral {
  if (complex.im !== 0) return { int: null, uint: null, float: null, complex }
  return { ...integersOf(complex.re), float: complex.re, complex }
}

function integersOf (float: number): { int: bigint | null, uint: bigint | null } {
  if (!Number.isInteger(float)) return { int: null, uint: null }
  const value = BigInt(float)
  return {
    int: value >= -(1n << 63n) && value < 1n << 63n ? value : null,
    uint: value >= 0n && value < 1n << 64n ? value : null
  }
}

function unquoteCharacter (text: string, at: number, mark: string): { code: number, isByte: boolean, end: number } | null {
  const first = text.codePointAt(at)
  if (first === undefined || text[at] === mark) return null
  if (text[at] !== '\\') return { code: first, isByte: false, end: at + (first > 0xffff ? 2 : 1) }
  const escape = text[at + 1]
  if (escape === undefined) return null
  const simple = SIMPLE_ESCAPES[escape] ?? (escape === mark ? mark : undefined)
  if (simple !== undefined && /[abfnrtv\\'"]/.test(escape)) return { code: simple.charCodeAt(0), isByte: false, end: at + 2 }
  const isHex = escape === 'x' || escape === 'u' || escape === 'U'
  const end = isHex ? at + 2 + HEX_LENGTH[escape]! : at + 4
  const digits = text.slice(isHex ? at + 2 : at + 1, end)
  if (!(isHex ? /^([0-9a-f]{2}|[0-9a-f]{4}|[0-9a-f]{8})$/i : /^[0-7]{3}$/).test(digits) || end > text.length) return null
  if (isHex && digits.length !== HEX_LENGTH[escape]) return null
  const code = parseInt(digits, isHex ? 16 : 8)
  if (escape === 'u' || escape === 'U') {
    return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? null : { code, isByte: false, end }
  }
  return code > 0xff ? null : { code, isByte: true, end }
}
