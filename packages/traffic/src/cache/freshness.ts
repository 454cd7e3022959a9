import type { Headers } from '@floodgate/core'
import { readDirectives, secondsOf, type Directives } from './directives.ts'

const HOUR = 3_600_000
/** How long a stale response is kept for revalidation, in ms. */
const LONGEST_STALE = 24 * HOUR
const LONGEST_KEPT = 365 * 24 * HOUR

/**
 * How long a response is fresh, in ms: `max-age`, otherwise `Expires` minus `Date`; there is no heuristic freshness.
 * The reference treats this as a private cache: `private` responses are cached, and `s-maxage` is ignored.
 */
export function lifetimeOf (headers: Readonly<Headers>, directives: Directives = readDirectives(headers['cache-control'])): number {
  const maxAge = secondsOf(directives, 'max-age')
  if (maxAge !== null) return maxAge
  if (headers['expires'] === undefined) return 0
  const lifetime = timeOf(headers['expires']) - (timeOf(headers['date']) || Date.now())
  return lifetime > 0 ? lifetime : 0
}

/** Returns the age of a response when it was received, in ms (RFC 9111, section 4.2.3). */
export function ageOf (headers: Readonly<Headers>): number {
  const apparent = Date.now() - timeOf(headers['date'])
  const stated = Number(headers['age'] ?? 0) * 1000
  // Date has whole seconds, so differences below one second are ignored.
  return Math.max(apparent >= 1000 ? apparent : 0, stated > 0 ? stated : 0)
}

/** How a response of this age may be used; `reload`: the client asks for a new one. */
export function freshnessOf (headers: Readonly<Headers>, age: number, wanted: Directives): 'fresh' | 'stale' | 'reload' {
  if (wanted.has('no-cache')) return 'reload'
  const directives = readDirectives(headers['cache-control'])
  if (directives.has('no-cache')) return 'stale'
  if (wanted.has('only-if-cached')) return 'fresh'
  const lifetime = secondsOf(wanted, 'max-age') ?? lifetimeOf(headers, directives)
  const tolerated = directives.has('must-revalidate') ? 0 : wanted.get('max-stale') === '' ? Infinity : secondsOf(wanted, 'max-stale') ?? 0
  return lifetime > age + (secondsOf(wanted, 'min-fresh') ?? 0) - tolerated ? 'fresh' : 'stale'
}

/** Returns whether a response of this age may replace a failure (RFC 5861, section 4). */
export function standsIn (headers: Readonly<Headers>, age: number, wanted: Directives): boolean {
  const own = readDirectives(headers['cache-control'])
  if (own.has('must-revalidate')) return false
  if (own.get('stale-if-error') === '' || wanted.get('stale-if-error') === '') return true
  const allowed = secondsOf(wanted, 'stale-if-error') ?? secondsOf(own, 'stale-if-error')
  return allowed !== null && allowed > age
}

/** How long a response can be used, in ms: fresh, in place of a failure, or for revalidation. */
export function usefulFor (headers: Readonly<Headers>): number {
  const directives = readDirectives(headers['cache-control'])
  const lenient = directives.get('stale-if-error') === '' ? LONGEST_STALE : secondsOf(directives, 'stale-if-error') ?? 0
  const checked = headers['etag'] !== undefined || headers['last-modified'] !== undefined ? LONGEST_STALE : 0
  return Math.min(Math.max(lifetimeOf(headers, directives) + checked, lenient), LONGEST_KEPT)
}

/** NaN for an invalid date. */
function timeOf (date: string | string[] | undefined): number {
  return date === undefined ? NaN : Date.parse(String(date))
}
