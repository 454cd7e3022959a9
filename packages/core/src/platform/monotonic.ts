/** What `performance.now()` lacks to be the machine's clock: it counts from the start of its process. */
const origin = toMs(process.hrtime()) - performance.now()

/**
 * The machine's monotonic clock, in ms: for measuring time, also between processes of one machine. Unlike `Date.now()`
 * it does not jump when somebody sets the time.
 */
export function monotonicNow (): number {
  return origin + performance.now()
}

function toMs ([seconds, nanoseconds]: [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6
}
