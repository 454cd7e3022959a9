/** Something that waits for two turns of the event loop. */
export interface Waiting {
  /** @param ticket as it was given to {@link Turns.wait} */
  proceed (ticket: number): void
}

/**
 * Lets two turns of the event loop pass before a connection that was idle is used again, all of a turn together. What the
 * kernel holds of it by then (its end, a reset, an unexpected response) is seen before a request is lost to it.
 * One turn is not enough: the poll that is running was asked before. undici does the same (GHSA-35p6-xmwp-9g52).
 */
export class Turns {
  #next: [Waiting, number][] = []

  wait (one: Waiting, ticket: number): void {
    if (this.#next.push([one, ticket]) === 1) setImmediate(passOnce, this)
  }

  /** Those that wait since the last time. */
  take (): [Waiting, number][] {
    const batch = this.#next
    this.#next = []
    return batch
  }
}

function passOnce (turns: Turns): void {
  setImmediate(passTwice, turns.take())
}

function passTwice (batch: [Waiting, number][]): void {
  for (const [one, ticket] of batch) one.proceed(ticket)
}
