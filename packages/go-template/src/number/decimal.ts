import { formatFloat } from '@floodgate/go/number'
import { CallError } from '../errors.ts'

/** coefficient × 10^exponent */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** Decimals of a quotient. */
const DIVISION_DIGITS = 16

/** Takes the shortest decimal that reads back as the number. */
export function fromNumber (value: number): Decimal {
  if (!Number.isFinite(value)) throw new CallError(`Cannot create a Decimal from ${formatFloat(value, 'g', -1)}`)
  const [mantissa, exponent] = value.toExponential().split('e')
  const [whole, fraction = ''] = mantissa!.split('.')
  return { coefficient: BigInt(whole! + fraction), exponent: Number(exponent) - fraction.length }
}

/** Returns the nearest float64. */
export function toNumber ({ coefficient, exponent }: Decimal): number {
  return Number(`${coefficient}e${exponent}`)
}

export function add (a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { coefficient: scaled(a, exponent) + scaled(b, exponent), exponent }
}

export function subtract (a: Decimal, b: Decimal): Decimal {
  return add(a, { ...b, coefficient: -b.coefficient })
}

export function multiply (a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }
}

/** Divides to 16 decimals, half away from zero. */
export function divide (a: Decimal, b: Decimal): Decimal {
  if (b.coefficient === 0n) throw new CallError('decimal division by 0')
  const shift = a.exponent - b.exponent + DIVISION_DIGITS
  const top = abs(a.coefficient) * 10n ** BigInt(Math.max(shift, 0))
  const bottom = abs(b.coefficient) * 10n ** BigInt(Math.max(-shift, 0))
  const quotient = (2n * top + bottom) / (2n * bottom)
  const isNegative = (a.coefficient < 0n) !== (b.coefficient < 0n)
  return { coefficient: isNegative ? -quotient : quotient, exponent: -DIVISION_DIGITS }
}

function scaled ({ coefficient, exponent }: Decimal, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to)
}

function abs (value: bigint): bigint {
  return value < 0n ? -value : value
}
