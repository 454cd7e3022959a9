/** How many spans are written in one go, at most. */
const together = 128
/** ms after which they are written if there are fewer. */
const longestWait = 50

/**
 * Writes spans some time after they have ended, many of them in one go. Where few requests are recorded, what writes one span has
 * left the processor's caches when the next one ends: written one by one, each costs several times as much.
 *
 * What is scheduled holds the objects of its request until then. It must not throw.
 */
export class SpanSchedule {
  #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | null = null

  add (write: () => void): void {
    const count = this.#waiting.push(write)
    if (count === together) this.flush()
    else if (count === 1) this.#wait()
  }

  /** Writes what waits. To be called before what takes the spans is closed. */
  flush (): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const write of waiting) write()
  }

  /** The timer does not keep the process running. */
  #wait (): void {
    if (this.#timer === null) this.#timer = setTimeout(() => { this.flush() }, longestWait).unref()
    else this.#timer.refresh()
  }
}
