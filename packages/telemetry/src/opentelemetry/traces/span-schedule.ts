import { Batch } from '../batch.ts'

/** How many spans are written in one go, at most. */
const together = 128
/** ms after which they are written if there are fewer. */
const longestWait = 50

/**
 * Writes spans some time after they have ended, many of them in one go (`Batch`): where few requests are recorded, what writes
 * one span has left the processor's caches when the next one ends.
 *
 * What is scheduled holds the objects of its request until then. It must not throw.
 */
export class SpanSchedule {
  readonly #batch = new Batch(together)
  #timer: NodeJS.Timeout | null = null

  add (write: () => void): void {
    this.#batch.add(write)
    if (this.#batch.size === 1) this.#wait()
  }

  /** Writes what waits. To be called before what takes the spans is closed. */
  flush (): void {
    this.#batch.flush()
  }

  /** The timer does not keep the process running. */
  #wait (): void {
    if (this.#timer === null) this.#timer = setTimeout(() => { this.flush() }, longestWait).unref()
    else this.#timer.refresh()
  }
}
