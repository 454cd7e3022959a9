import type { Place } from '@floodgate/core'
import { parseDuration } from '@floodgate/go'
import type { Report } from '../locate/problem.ts'

/** Shortest time that counts: what the reference would end before it begins ends at once. */
const atOnce = 1e-6

/** Milliseconds of a duration that `conform` has let through; 0 for an absent one. */
export function milliseconds (text: string | undefined): number {
  return text === undefined ? 0 : parseDuration(text) ?? 0
}

/** A deadline in ms; 0 when it is absent. A negative one is over before it begins, as on the reference. */
export function readTimeout (text: string, place: Place, report: Report): number {
  const ms = milliseconds(text)
  if (ms >= 0) return ms
  report({ severity: 'warning', code: 'out-of-range', place, value: text, message: 'a negative timeout is over before it begins: every request fails' })
  return atOnce
}

/** A cache time in ms; 0 when it is absent. */
export function readCacheTtl (text: string, place: Place, report: Report): number {
  const ms = milliseconds(text)
  if (ms >= 0) return ms
  report({ severity: 'error', code: 'out-of-range', place, value: text, message: 'a cache time cannot be negative', instead: 'write "0s" for none' })
  return 0
}

/** A limit in ms where 0 is none and so is what is negative. */
export function readLimit (text: string | undefined): number {
  return Math.max(0, milliseconds(text))
}
