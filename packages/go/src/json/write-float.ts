/** Writes a double as Go's %v and %g: an exponent below 1e-4 and from 1e6 on, of at least two digits. */
export function writeGoFloat (number: number): string {
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number > 0 ? '+Inf' : '-Inf'
  if (Object.is(number, -0)) return '-0'
  const [mantissa = '', exponent = ''] = number.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < firstWithExponent) return String(number)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** From this power of ten on there is an exponent. */
const firstWithExponent = 6
