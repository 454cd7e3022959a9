import { parseDuration } from '@floodgate/go'

const SECOND = 1000

/** How fast a bucket fills and how much it holds. */
export interface Rate {
  /** Time a token takes, in ms; whole nanoseconds. */
  readonly interval: number
  /** Tokens that a full bucket holds; at least 1. */
  readonly capacity: number
}

/**
 * Reads a rate of `max` tokens per `every` (a Go duration, default and on nonsense one second).
 *
 * @param capacity default (0): the tokens of one second, at least 1
 * @param shortest `every` is at least this, in ms: a second on endpoints, nothing on backends
 * @returns null when there is no limit
 */
export function readRate (max: number | undefined, capacity: number | undefined, every: string | undefined, shortest = SECOND): Rate | null {
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
