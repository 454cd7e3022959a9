/**
 * Runs functions many together, in the order in which they came: code that runs rarely has left the processor's caches each
 * time, and costs several times as much as when it runs again at once. They must not throw, and hold what they need until then.
 */
export class Batch {
  readonly #most: number
  #waiting: (() => void)[] = []

  /** @param most they run when so many wait */
  constructor (most: number) {
    this.#most = most
  }

  /** How many wait. */
  get size (): number {
    return this.#waiting.length
  }

  add (run: () => void): void {
    if (this.#waiting.push(run) === this.#most) this.flush()
  }

  /** Runs those that wait now; what they add waits. */
  flush (): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const run of waiting) run()
  }
}
