/** The longest time that a timer of Node waits, in ms: about 24.8 days. It fires at once for a longer one. */
const LONGEST = 2 ** 31 - 1

/**
 * Returns a time in ms that a timer of Node can wait: a longer one, which Go's timers wait and Node's do not, becomes about 24.8 days.
 */
export function timerTime (ms: number): number {
  return ms > LONGEST ? LONGEST : ms
}
