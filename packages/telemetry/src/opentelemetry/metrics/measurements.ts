/** Most numbers of one measurement, and how many measurements are recorded in one go, at most. */
const [width, together] = [10, 256]

/** Records a measurement: its numbers begin at `at`. Must not throw. */
export interface Measured {
  record (numbers: Float64Array, at: number): void
}

/**
 * Measurements that are recorded many together, in the order in which they came: what records them has left the processor's
 * caches each time if it runs rarely, and costs several times as much as when it runs again at once. They are numbers in memory
 * that is used again and again, so that none of them makes an object that outlives its request.
 */
export class Measurements {
  /** Where the numbers are written. */
  readonly numbers = new Float64Array(width * together)
  readonly #measured: Measured[] = []
  #count = 0

  /** Returns where its numbers go, at most ten, which are to be written before anything else is called here. */
  add (measured: Measured): number {
    if (this.#count === together) this.flush()
    const at = this.#count++
    this.#measured[at] = measured
    return at * width
  }

  /** Records those that wait. */
  flush (): void {
    const { numbers } = this
    const measured = this.#measured
    const count = this.#count
    this.#count = 0
    for (let i = 0; i < count; i++) measured[i]!.record(numbers, i * width)
  }
}
