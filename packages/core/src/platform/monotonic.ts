/** Offset of `performance.now()`, which counts from the start of the process, to the machine's clock. */
const origin = toMs(process.hrtime()) - performance.now()

/**
 * The machine's monotonic clock, in ms: for measuring time, also between processes of one machine. Unlike `Date.now()`
 * it does not jump when the system time is set.
 */
export function monotonicNow (): number {
  return origin + performance.now()
}

function toMs ([seconds, nanoseconds]: [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6
}
