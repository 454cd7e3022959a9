/** Why a text is not a number. */
export type NumberProblem = 'invalid syntax' | 'value out of range'

const DIGITS: Readonly<Record<string, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-f]+$/i }
/**
 * Significant digits of the largest unsigned integer. A text with more is not converted: BigInt takes long for a very
 * long one.
 */
const MOST_DIGITS: Readonly<Record<number, number>> = { 2: 64, 8: 22, 10: 20, 16: 16 }
const PREFIX: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' }
const DECIMAL_FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const HEX_FLOAT = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)$/i
const SPECIAL_FLOAT = /^([+-]?)(inf|infinity|nan)$/i

/** Parses a signed integer of 64 bits; base 0 takes the base from the prefix and allows underscores, as Go's literals do. */
export function parseInt64 (text: string, base: 0 | 8 | 10): bigint | NumberProblem {
  const negative = text.startsWith('-')
  const value = parseUint64(text.replace(/^[+-]/, ''), base)
  if (typeof value === 'string') return value
  if (value > (negative ? 1n << 63n : (1n << 63n) - 1n)) return 'value out of range'
  return negative ? -value : value
}

/** Parses an unsigned integer of 64 bits. */
export function parseUint64 (text: string, base: 0 | 8 | 10): bigint | NumberProblem {
  let digits = text
  let radix: number = base
  if (base === 0) {
    radix = radixOf(text)
    if (radix !== 10) digits = /^0[bxo]/i.test(text) ? text.slice(2) : text.slice(1)
    if (digits.includes('_')) {
      if (!hasGoodUnderscores(text)) return 'invalid syntax'
      digits = digits.replaceAll('_', '')
    }
  }
  if (!DIGITS[radix]!.test(digits)) return 'invalid syntax'
  if (digits.length > MOST_DIGITS[radix]! && digits.replace(/^0+/, '').length > MOST_DIGITS[radix]!) return 'value out of range'
  const value = BigInt(PREFIX[radix] + digits)
  return value >= 1n << 64n ? 'value out of range' : value
}

/** Parses a float64: decimal, hexadecimal with a `p` exponent, `inf` and `nan`. */
export function parseFloat64 (text: string): number | NumberProblem {
  const special = SPECIAL_FLOAT.exec(text)
  if (special !== null) {
    if (special[2]!.toLowerCase() === 'nan') return special[1] === '' ? NaN : 'invalid syntax'
    return special[1] === '-' ? -Infinity : Infinity
  }
  let plain = text
  if (text.includes('_')) {
    if (!hasGoodUnderscores(text)) return 'invalid syntax'
    plain = text.replaceAll('_', '')
  }
  const value = DECIMAL_FLOAT.test(plain) ? Number(plain) : parseHexFloat(plain)
  if (value === null) return 'invalid syntax'
  return Number.isFinite(value) ? value : 'value out of range'
}

function radixOf (text: string): 2 | 8 | 10 | 16 {
  if (!/^0./.test(text)) return 10
  switch (text[1]!.toLowerCase()) {
    case 'b': return 2
    case 'x': return 16
    default: return 8
  }
}

/** An underscore stands between digits, or between the prefix of the base and a digit. */
function hasGoodUnderscores (text: string): boolean {
  const body = text.replace(/^[+-]/, '')
  const digit = /^0x/i.test(body) ? '[0-9a-f]' : '[0-9]'
  const rest = body.replace(/^0[box]/i, '0')
  return !new RegExp(`(?<!${digit})_|_(?!${digit})`, 'i').test(rest)
}

function parseHexFloat (text: string): number | null {
  const match = HEX_FLOAT.exec(text)
  if (match === null) return null
  const [, sign, whole = '', fraction = '', exponent] = match
  const digits = whole + fraction
  if (digits === '') return null
  const value = Number(BigInt('0x' + digits)) * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}
