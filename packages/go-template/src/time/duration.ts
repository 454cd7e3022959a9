import { quoteForTime } from './quote.ts'
import { Int, type Type } from '../evaluate/values.ts'

const SECOND = 1_000_000_000n
const LONGEST = (1n << 63n) - 1n
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n, us: 1000n, µs: 1000n, μs: 1000n, ms: 1_000_000n, s: SECOND, m: 60n * SECOND, h: 3600n * SECOND
}

export const DURATION: Type = { name: 'time.Duration', kind: 'int64', print: formatDuration }

/** Makes a time.Duration. */
export function duration (nanoseconds: bigint): Int {
  return new Int(DURATION, nanoseconds)
}

/** Writes nanoseconds as Go does: `1h2m3.5s`. */
export function formatDuration (nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const sign = nanoseconds < 0n ? '-' : ''
  if (size === 0n) return '0s'
  if (size < 1000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${withFraction(size, 3)}µs`
  if (size < SECOND) return `${sign}${withFraction(size, 6)}ms`
  const minutes = size / (60n * SECOND)
  const seconds = withFraction(size % (60n * SECOND), 9)
  if (minutes === 0n) return `${sign}${seconds}s`
  return `${sign}${minutes >= 60n ? `${minutes / 60n}h` : ''}${minutes % 60n}m${seconds}s`
}

/**
 * Reads a duration such as `-1h30m`.
 *
 * @returns nanoseconds, or the problem as Go words it
 */
export function parseDuration (text: string): bigint | string {
  const invalid = `time: invalid duration ${quoteForTime(text)}`
  const body = text.replace(/^[-+]/, '')
  if (body === '0') return 0n
  if (body === '') return invalid
  let total = 0n
  for (let at = 0; at < body.length;) {
    const [number, whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(body.slice(at))!
    if (whole === '' && fraction === '') return invalid
    const name = /^[^.\d]*/.exec(body.slice(at + number.length))![0]
    if (name === '') return `time: missing unit in duration ${quoteForTime(text)}`
    const unit = Object.hasOwn(UNITS, name) ? UNITS[name]! : null
    if (unit === null) return `time: unknown unit ${quoteForTime(name)} in duration ${quoteForTime(text)}`
    const digits = fraction.slice(0, 18)
    const part = digits === '' ? 0 : Math.trunc(Number(digits) * (Number(unit) / 10 ** digits.length))
    total += BigInt(whole === '' ? 0 : whole) * unit + BigInt(part)
    if (total > LONGEST + 1n) return invalid
    at += number.length + name.length
  }
  if (text.startsWith('-')) return -total
  return total > LONGEST ? invalid : total
}

function withFraction (value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, '0')
  const fraction = digits.slice(-decimals).replace(/0+$/, '')
  return digits.slice(0, -decimals) + (fraction === '' ? '' : '.' + fraction)
}
