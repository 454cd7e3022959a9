const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 }

/** Beyond this Go's time.Duration (an int64 of nanoseconds) overflows and the reference refuses the text. */
const longest = 2 ** 63 / 1e6

/**
 * Reads a duration as Go's time.ParseDuration does: `1.5s`, `-2h45m`, `300ms`; `0` needs no unit, anything else does.
 *
 * @returns milliseconds, with fractions; null when the text is no duration.
 */
export function parseDuration (text: string): number | null {
  if (/^[+-]?0$/.test(text)) return 0
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return null
  let ms = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/g)) ms += Number(amount) * units[unit!]!
  if (ms >= longest) return null
  return text.startsWith('-') ? -ms : ms
}
