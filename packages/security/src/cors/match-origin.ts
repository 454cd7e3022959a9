/** Returns whether an origin is on the list. */
export type MatchOrigin = (origin: string) => boolean

/**
 * Prepares a list of origins: case is ignored, and the first `*` in an origin matches any text, including none. Returns
 * null if the list contains `*`, which allows every origin.
 */
export function prepareOrigins (origins: readonly string[]): MatchOrigin | null {
  const lower = origins.map((origin) => origin.toLowerCase())
  if (lower.includes('*')) return null
  const whole = new Set(lower.filter((origin) => !origin.includes('*')))
  const wild = lower.filter((origin) => origin.includes('*')).map((origin) => {
    const at = origin.indexOf('*')
    return { start: origin.slice(0, at), end: origin.slice(at + 1) }
  })
  return function matchOrigin (origin) {
    if (whole.has(origin)) return true
    const folded = origin.toLowerCase()
    return whole.has(folded) ||
      wild.some(({ start, end }) => folded.length >= start.length + end.length && folded.startsWith(start) && folded.endsWith(end))
  }
}
