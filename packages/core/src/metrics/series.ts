/** A sum that only grows. */
export class Counter {
  value = 0

  add (value = 1): void {
    this.value += value
  }
}

/** A value that goes up and down. */
export class Gauge {
  value = 0

  add (value = 1): void {
    this.value += value
  }
}

/** How many values are in which bucket. */
export class Histogram {
  sum = 0
  /** Not cumulated; the last one has no bound. */
  readonly buckets: Float64Array
  readonly #bounds: readonly number[]

  constructor (bounds: readonly number[]) {
    this.#bounds = bounds
    this.buckets = new Float64Array(bounds.length + 1)
  }

  record (value: number): void {
    const bounds = this.#bounds
    let at = 0
    // Most values are small: a search by halves would compare as often.
    while (at < bounds.length && value > bounds[at]!) at++
    this.buckets[at]!++
    this.sum += value
  }
}
