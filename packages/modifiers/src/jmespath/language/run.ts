/** Values that one evaluation may look at or make. */
const MOST_STEPS = 10_000_000
/** Values of a result, each as often as it occurs in it; as many as a decoded document may have. */
const MOST_VALUES = 2_000_000
const MOST_LEVELS = 10_000

/** One evaluation, and what it may still cost. */
export class Run {
  #left = MOST_STEPS

  /** @throws {RangeError} the evaluation costs too much */
  spend (steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new RangeError(`the evaluation takes more than ${MOST_STEPS} steps`)
  }
}

/**
 * Checks that a result can be written: an expression can use one value many times over.
 *
 * @throws {RangeError} it is too large or too deep
 */
export function checkSize (result: unknown): void {
  let count = 0
  let level: unknown[] = [result]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) throw new RangeError(`the result has more than ${MOST_LEVELS} levels`)
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      const items = Array.isArray(value) ? value : Object.values(value)
      count += items.length
      if (count > MOST_VALUES) throw new RangeError(`the result has more than ${MOST_VALUES} values`)
      for (const item of items) next.push(item)
    }
    level = next
  }
}
