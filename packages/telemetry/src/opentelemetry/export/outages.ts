import type { Signal } from '../environment.ts'

/** Decides what is logged of a collector: one line when it begins to refuse data, and one when it accepts some again. */
export class Outages {
  readonly #failing = new Set<Signal>()
  /** What it has accepted since the outage began. */
  readonly #accepted = new Set<Signal>()
  #isTold = true

  /** It refuses data, which was logged. */
  get isOn (): boolean {
    return this.#failing.size > 0
  }

  /** Returns whether that is new: a collector that takes traces alone, or none, has one line. */
  fail (signal: Signal): boolean {
    if (this.#failing.has(signal)) return false
    const isNew = this.#failing.size === 0 || this.#accepted.has(signal)
    if (this.#failing.size === 0) this.#accepted.clear()
    this.#failing.add(signal)
    this.#accepted.delete(signal)
    if (isNew) this.#isTold = false
    return isNew
  }

  /** Returns whether that is the end of an outage. */
  accept (signal: Signal): boolean {
    this.#accepted.add(signal)
    if (!this.#failing.delete(signal) || this.#isTold) return false
    this.#isTold = true
    return true
  }
}
