/** How many spans are written in one go, at most. */
const together = 128
/** ms after which they are written if there are fewer. */
const longestWait = 50

/**
 * Writes spans some time after they have ended, many of them in one go, in the order in which they came: where few requests are
 * recorded, what writes one span has left the processor's caches when the next one ends.
 *
 * What is scheduled holds the objects of its request until then.
 */
export class SpanSchedule {
  readonly #onError: (error: unknown) => void
  #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | null = null

  /** @param onError gets what a function threw; its span is lost */
  constructor (onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add (write: () => void): void {
    const waiting = this.#waiting.push(write)
    if (waiting === together) this.flush()
    else if (waiting === 1) this.#wait()
  }

  /** Writes what waits; what is added meanwhile waits. To be called before what takes the spans is closed. */
  flush (): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const write of waiting) {
      try {
        write()
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  /** The timer does not keep the process running. */
  #wait (): void {
    if (this.#timer === null) this.#timer = setTimeout(() => { this.flush() }, longestWait).unref()
    else this.#timer.refresh()
  }
}
