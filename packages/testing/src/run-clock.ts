import type { Teardown } from './origin.ts'

/** Shortest time that it tells, in ms. */
const tick = 5

/**
 * Starts a clock of the time in which this process ran, for tests that something does not last longer than it may: a
 * machine that stops for a second, or gives others its processor, adds one tick.
 *
 * @returns tells the ms since the start
 */
export function startRunClock (t: Teardown): () => number {
  let ran = 0
  const timer = setInterval(() => { ran += tick }, tick)
  t.teardown(() => { clearInterval(timer) })
  return () => ran
}
