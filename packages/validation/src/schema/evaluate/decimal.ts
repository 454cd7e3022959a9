import { literalOf } from '@floodgate/core'

/**
 * A number without rounding: sign × 0.DIGITS × 10^exponent. It is never expanded, so that an exponent of a billion
 * costs as much as one of 1.
 */
export interface Decimal {
  readonly negative: boolean
  /** Without zeros at either end; '' for zero. */
  readonly digits: string
  readonly exponent: number
}

const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Larger exponents are treated as equal. */
const FARTHEST = 1e15

/** Decimals with at most this many digits survive the conversion to a double and back. */
const EXACT_DIGITS = 15
const EXACT = 10 ** EXACT_DIGITS

/** Number of digits in one step of a division. */
const CHUNK = 15

/** Parses a JSON number literal; YAML's `.inf` is larger than any number. */
export function readDecimal (literal: string): Decimal {
  const match = LITERAL.exec(literal)
  if (match === null) return { negative: literal.startsWith('-'), digits: '1', exponent: Infinity }
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const all = whole + fraction
  let first = 0
  while (first < all.length && all.charCodeAt(first) === 0x30) first++
  let end = all.length
  while (end > first && all.charCodeAt(end - 1) === 0x30) end--
  if (first === end) return { negative: false, digits: '', exponent: 0 }
  const scale = Math.max(-FARTHEST, Math.min(FARTHEST, Number(exponent)))
  return { negative: sign === '-', digits: all.slice(first, end), exponent: whole.length - first + scale }
}

/** Returns the number of a value of a decoded document; null if it is not a number. */
export function decimalOf (value: unknown): Decimal | null {
  const literal = literalOf(value)
  return literal === null ? null : readDecimal(literal)
}

/** Returns the canonical form of a number: it is the same for `1`, `1.0` and `10e-1`. */
export function canonicalText ({ negative, digits, exponent }: Decimal): string {
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${exponent}`
}

export function isWhole ({ digits, exponent }: Decimal): boolean {
  return exponent >= digits.length
}

/** Returns a negative number if `a` is less than `b`, a positive one if it is greater. */
export function compareDecimals (a: Decimal, b: Decimal): number {
  const sign = signOf(a)
  if (sign !== signOf(b)) return sign - signOf(b)
  if (sign === 0) return 0
  if (a.exponent !== b.exponent) return sign * Math.sign(a.exponent - b.exponent)
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -sign : sign
}

/** Returns whether a number is a multiple of another: exact for 0.07 and 0.01. */
export function isMultiple (a: Decimal, of: Decimal): boolean {
  if (a.digits === '') return true
  // Both as integers with a power of ten; `a` has no trailing zeros, so that its power cannot be negative.
  const power = (a.exponent - a.digits.length) - (of.exponent - of.digits.length)
  if (power < 0 || power === Infinity) return false
  const divisor = BigInt(of.digits)
  return remainder(a.digits, divisor) * powerOfTen(power, divisor) % divisor === 0n
}

/**
 * Creates `isMultiple` for doubles, each of which represents the shortest decimal that is parsed as it. Most need no
 * decimals: they are divided as integers in units of the divisor's last digit.
 */
export function createIsMultiple (of: number): (value: number) => boolean {
  const divisor = readDecimal(String(of))
  const places = Math.max(0, divisor.digits.length - divisor.exponent)
  const scale = 10 ** places
  const step = Number(divisor.digits) * 10 ** Math.max(0, divisor.exponent - divisor.digits.length)
  const isExact = places <= EXACT_DIGITS && step < EXACT
  return (value) => {
    const scaled = Math.round(value * scale)
    // A decimal with so few digits is identified by its double.
    if (isExact && Math.abs(scaled) < EXACT) return scaled / scale === value && scaled % step === 0
    return isMultiple(readDecimal(String(value)), divisor)
  }
}

function signOf ({ digits, negative }: Decimal): number {
  return digits === '' ? 0 : negative ? -1 : 1
}

function remainder (digits: string, divisor: bigint): bigint {
  let rest = 0n
  for (let at = 0; at < digits.length; at += CHUNK) {
    const chunk = digits.slice(at, at + CHUNK)
    rest = (rest * BigInt(10 ** chunk.length) + BigInt(chunk)) % divisor
  }
  return rest
}

/** 10^power modulo a divisor, by squaring. */
function powerOfTen (power: number, divisor: bigint): bigint {
  let result = 1n % divisor
  let base = 10n % divisor
  for (let left = power; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result * base % divisor
    base = base * base % divisor
  }
  return result
}
