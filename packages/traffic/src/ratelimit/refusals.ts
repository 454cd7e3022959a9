import type { Counter } from '@floodgate/core'

/** Counts what a limit refuses, and remembers when it did so the last time. */
export interface Refusals {
  add (): void
  /** ms since the epoch; null = never. */
  readonly lastAt: number | null
}

/** A reload gets the same counter again, and so the same time. */
// eslint-disable-next-line no-restricted-syntax -- its keys are the counters of one gateway each
const known = new WeakMap<Counter, Refusals>()

/** Returns the refusals that a counter counts. */
export function refusalsOf (counter: Counter): Refusals {
  let refusals = known.get(counter)
  if (refusals === undefined) {
    let lastAt: number | null = null
    refusals = {
      add () {
        counter.add()
        lastAt = Date.now()
      },
      get lastAt () { return lastAt }
    }
    known.set(counter, refusals)
  }
  return refusals
}
