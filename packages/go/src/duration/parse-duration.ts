import { quoteBytes } from '../quote/quote-bytes.ts'

const SECOND = 1_000_000_000n
/** The largest time.Duration: an int64 of nanoseconds. */
const LONGEST = (1n << 63n) - 1n
/** Digits of a whole part that fits; BigInt takes long for a very long text. */
const MOST_DIGITS = 20
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n, us: 1000n, µs: 1000n, μs: 1000n, ms: 1_000_000n, s: SECOND, m: 60n * SECOND, h: 3600n * SECOND
}

/** What `parseDuration` reads, but for its longest, as a regular expression for JSON Schema. */
export const durationPattern = '^[+-]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$'

/**
 * Reads a duration as Go's time.ParseDuration does: `1.5s`, `-2h45m`, `300ms`; `0` needs no unit, anything else does.
 *
 * @returns milliseconds, with fractions; null if the text is not a duration, or beyond 292 years
 */
export function parseDuration (text: string): number | null {
  const nanoseconds = parseNanoseconds(text)
  return typeof nanoseconds === 'string' ? null : Number(nanoseconds) / 1e6
}

/**
 * Reads a duration like `parseDuration`.
 *
 * @returns nanoseconds, or the problem as Go words it
 */
export function parseNanoseconds (text: string): bigint | string {
  const invalid = (): string => `time: invalid duration ${quoteBytes(text)}`
  const body = text.replace(/^[-+]/, '')
  if (body === '0') return 0n
  if (body === '') return invalid()
  let total = 0n
  for (let at = 0; at < body.length;) {
    const [number, whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(body.slice(at))!
    if (whole === '' && fraction === '') return invalid()
    const name = /^[^.\d]*/.exec(body.slice(at + number.length))![0]
    if (name === '') return `time: missing unit in duration ${quoteBytes(text)}`
    const unit = Object.hasOwn(UNITS, name) ? UNITS[name]! : null
    if (unit === null) return `time: unknown unit ${quoteBytes(name)} in duration ${quoteBytes(text)}`
    const digits = fraction.slice(0, 18)
    const part = digits === '' ? 0 : Math.trunc(Number(digits) * (Number(unit) / 10 ** digits.length))
    if (whole.length > MOST_DIGITS && whole.replace(/^0+/, '').length > MOST_DIGITS) return invalid()
    total += BigInt(whole === '' ? 0 : whole) * unit + BigInt(part)
    if (total > LONGEST + 1n) return invalid()
    at += number.length + name.length
  }
  if (text.startsWith('-')) return -total
  return total > LONGEST ? invalid() : total
}
