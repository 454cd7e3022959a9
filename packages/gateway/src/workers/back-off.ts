const FIRST = 250
const LONGEST = 30_000

/** How long a worker must have served for its death not to count as one in a row, in ms. */
export const STABLE = 10_000

/** How long to wait before a dead worker is replaced, in ms, after so many deaths in a row before this one. */
export function backOff (deaths: number): number {
  return deaths === 0 ? 0 : Math.min(FIRST * 2 ** (deaths - 1), LONGEST)
}
