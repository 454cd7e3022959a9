import { decompose, formatFloat } from './format-float.ts'

/** `%#g` and the like: always a point, and the zeros that %g drops. */
export function withPoint (text: string, verb: string, precision: number): string {
  const match = /^([+-]?)([0-9.]+)(.*)$/.exec(text)!
  let number = match[2]!
  let digits = 0
  if (verb === 'g' || verb === 'G') {
    digits = precision === -1 ? 6 : precision
    const significant = number.replace('.', '').replace(/^0+/, '')
    digits -= significant.length
    if (number === '0') digits--
  }
  if (!number.includes('.')) number += '.'
  return match[1]! + number + '0'.repeat(Math.max(digits, 0)) + match[3]!
}

/** `%b`: mantissa and binary exponent. */
export function binaryFloat (float: number): string {
  if (!Number.isFinite(float)) return formatFloat(float, 'g', -1)
  const { mantissa, exponent } = decompose(Math.abs(float))
  return `${float < 0 || Object.is(float, -0) ? '-' : ''}${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`
}

/** `%x`: `0x1.8p+03`; with `sharp` always a point, and zeros up to the precision. */
export function hexFloat (float: number, precision: number, isUpper: boolean, sharp: boolean): string {
  if (!Number.isFinite(float)) return formatFloat(float, 'g', -1)
  let { mantissa, exponent } = decompose(Math.abs(float))
  exponent += 52
  if (mantissa === 0n) exponent = 0
  else while (mantissa < 1n << 52n) { mantissa <<= 1n; exponent-- }
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(52 - 4 * precision)
    const half = 1n << (drop - 1n)
    const rest = mantissa & ((1n << drop) - 1n)
    mantissa >>= drop
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++
    mantissa <<= drop
    if (mantissa >= 1n << 53n) { mantissa >>= 1n; exponent++ }
  }
  const whole = mantissa >> 52n
  let fraction = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0')
  fraction = precision < 0 ? fraction.replace(/0+$/, '') : fraction.slice(0, precision).padEnd(precision, '0')
  let number = `0x${whole}${fraction === '' ? '' : '.' + fraction}`
  if (sharp) {
    // The x of the prefix counts as a digit in the original, and %X adds no zeros.
    const missing = isUpper ? 0 : (precision === -1 ? 6 : precision) - number.replace('.', '').length + 1
    number += (fraction === '' ? '.' : '') + '0'.repeat(Math.max(0, missing))
  }
  const sign = float < 0 || Object.is(float, -0) ? '-' : ''
  const text = `${sign}${number}p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  return isUpper ? text.toUpperCase() : text
}
