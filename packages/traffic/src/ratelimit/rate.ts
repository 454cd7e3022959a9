import { parseDuration } from '@floodgate/go/duration'

const SECOND = 1000

/** Fill rate and capacity of a bucket. */
export interface Rate {
  /** Time per token, in ms; whole nanoseconds. */
  readonly interval: number
  /** Capacity in tokens; at least 1. */
  readonly capacity: number
}

/**
 * Reads a rate of `max` tokens per `every` (a Go duration; one second if missing or invalid).
 *
 * @param capacity default (0): the tokens of one second, at least 1
 * @param shortest `every` is at least this, in ms: a second on endpoints, nothing on backends
 * @returns null if there is no limit
 */
export function readRate (
  max: number | undefined,
  capacity: number | undefined,
  every: string | undefined,
  shortest = SECOND
): Rate | null {
  const perSecond = (max ?? 0) * SECOND / readEvery(every, shortest)
  if (!(perSecond > 0)) return null
  const held = Math.trunc(capacity ?? 0) || Math.trunc(perSecond)
  return { interval: Math.max(1, Math.trunc(1e9 / Math.max(perSecond, 1e-9))) / 1e6, capacity: Math.max(1, held) }
}

/** Reads `every`, in ms. */
export function readEvery (every: string | undefined, shortest = SECOND): number {
  const ms = every === undefined ? null : parseDuration(every)
  return ms === null || ms <= 0 ? SECOND : Math.max(shortest, ms)
}
