import type { Place } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import type { Report } from '../locate/problem.ts'

/** Shortest time: a time that the reference would end before it begins ends immediately. */
const atOnce = 1e-6

/** Returns the milliseconds of a duration that `conform` has accepted; 0 if it is missing. */
export function milliseconds (text: string | undefined): number {
  return text === undefined ? 0 : parseDuration(text) ?? 0
}

/** Returns a deadline in ms; 0 if it is missing. A negative one has already passed, as on the reference. */
export function readTimeout (text: string, place: Place, report: Report): number {
  const ms = milliseconds(text)
  if (ms >= 0) return ms
  report(
    {
      severity: 'warning',
      code: 'out-of-range',
      place,
      value: text,
      message: 'a negative timeout has already expired: every request fails'
    }
  )
  return atOnce
}

/** Returns a cache time in ms; 0 if it is missing. */
export function readCacheTtl (text: string, place: Place, report: Report): number {
  const ms = milliseconds(text)
  if (ms >= 0) return ms
  report(
    {
      severity: 'error',
      code: 'out-of-range',
      place,
      value: text,
      message: 'a cache time cannot be negative',
      instead: 'write "0s" to disable caching'
    }
  )
  return 0
}

/** Returns a limit in ms; 0 and negative values mean no limit. */
export function readLimit (text: string | undefined): number {
  return Math.max(0, milliseconds(text))
}
