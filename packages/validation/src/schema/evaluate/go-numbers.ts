/*
 * How the reference writes numbers in its messages: in English, thousands by commas; what has more than six digits before
 * the point, or is tiny, as a power of ten.
 */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Formats a count: `1,234`. */
export function writeCount (count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** Formats a number as a double: `1,234.5`, `1.5 × 10⁰⁶` (with narrow no-break spaces). */
export function writeDouble (value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞'
  if (value === 0) return '0'
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (power < -4 || power >= 6) return `${digits}\u202f×\u202f10${power < 0 ? '⁻' : ''}${superscript(Math.abs(power))}`
  // Down to 0.0001 JavaScript writes no exponent either.
  const [whole, fraction] = String(value).split('.') as [string, string?]
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`
}

function superscript (power: number): string {
  return String(power).padStart(2, '0').replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]!)
}
