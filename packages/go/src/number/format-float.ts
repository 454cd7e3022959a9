/** Significant digits and the position of the decimal point: 0.d1d2d3… × 10^point. */
interface Digits {
  digits: string
  point: number
}

/** A float64 has no more decimals than this: further ones are zeros. */
const MOST_DECIMALS = 1100

/**
 * Formats like strconv.FormatFloat with 64 bits.
 *
 * @param verb `e`, `f` or `g`
 * @param precision digits after the point, for `g` digits in all; -1 for the shortest text that reads back the same
 */
export function formatFloat (value: number, verb: 'e' | 'f' | 'g', precision: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (verb === 'f') return sign + fixed(precision < 0 ? shortest(size) : rounded(size, precision, true), precision)
  if (verb === 'e') return sign + exponential(precision < 0 ? shortest(size) : rounded(size, precision + 1, false), precision)
  return sign + general(size, precision)
}

function general (size: number, precision: number): string {
  const wanted = precision === 0 ? 1 : precision
  const number = wanted < 0 ? shortest(size) : trimmed(rounded(size, wanted, false))
  const exponent = number.point - 1
  // The shortest text has an exponent from 1e+06 on, whatever its digits.
  let limit = wanted < 0 ? 6 : wanted
  if (wanted > number.digits.length && number.digits.length >= number.point) limit = number.digits.length
  if (exponent < -4 || exponent >= limit) return exponential(number, number.digits.length - 1)
  return fixed(number, Math.max(number.digits.length - number.point, 0))
}

function fixed ({ digits, point }: Digits, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const decimals = precision < 0 ? Math.max(digits.length - point, 0) : precision
  if (decimals === 0) return whole
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, decimals)) + digits
  return `${whole}.${fraction.slice(0, decimals).padEnd(decimals, '0')}`
}

function exponential ({ digits, point }: Digits, precision: number): string {
  const decimals = precision < 0 ? digits.length - 1 : precision
  const fraction = decimals > 0 ? '.' + digits.slice(1, decimals + 1).padEnd(decimals, '0') : ''
  const exponent = digits === '0' || /^0+$/.test(digits) ? 0 : point - 1
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function shortest (size: number): Digits {
  if (size === 0) return { digits: '0', point: 1 }
  const [mantissa, exponent] = size.toExponential().split('e')
  return { digits: mantissa!.replace('.', ''), point: Number(exponent) + 1 }
}

/**
 * Rounds the exact decimal value half to even, which toFixed and toPrecision do not.
 *
 * @param count decimals when `afterPoint`, significant digits otherwise
 */
function rounded (size: number, count: number, afterPoint: boolean): Digits {
  if (size === 0) return { digits: '0', point: 1 }
  const { mantissa, exponent } = decompose(size)
  let decimals = count
  if (!afterPoint) decimals = count - (Math.floor(Math.log10(size)) + 1)
  decimals = Math.min(decimals, MOST_DECIMALS)
  let digits = scaledToInteger(mantissa, exponent, decimals)
  if (!afterPoint && digits.length !== count && decimals < MOST_DECIMALS) {
    // The logarithm was off by one, or rounding carried into a new digit.
    decimals += count - digits.length
    digits = scaledToInteger(mantissa, exponent, decimals)
    if (digits.length > count) return { digits: digits.slice(0, count), point: digits.length - decimals }
  }
  return digits === '0' ? { digits: '', point: -decimals } : { digits, point: digits.length - decimals }
}

/** mantissa × 2^exponent × 10^decimals as an integer, half to even. */
function scaledToInteger (mantissa: bigint, exponent: number, decimals: number): string {
  let top = mantissa
  let bottom = 1n
  if (exponent > 0) top <<= BigInt(exponent)
  else bottom <<= BigInt(-exponent)
  if (decimals > 0) top *= 10n ** BigInt(decimals)
  else bottom *= 10n ** BigInt(-decimals)
  let quotient = top / bottom
  const twice = (top - quotient * bottom) * 2n
  if (twice > bottom || (twice === bottom && (quotient & 1n) === 1n)) quotient++
  return quotient.toString()
}

function trimmed ({ digits, point }: Digits): Digits {
  return { digits: digits.replace(/(?!^)0+$/, ''), point }
}

/** Splits a finite positive float64 into mantissa × 2^exponent. */
export function decompose (size: number): { mantissa: bigint, exponent: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, size)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & ((1n << 52n) - 1n)
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 }
}
