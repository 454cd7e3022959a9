import type { Waiter } from '../call/hop-transport.ts'
import type { PendingConnection } from './pending-connection.ts'

/** The calls that wait for a connection, the longest first, and what is being opened for each. */
export class WaitingCalls {
  readonly #forAny = new Map<Waiter, PendingConnection | null>()
  /** Calls for which a connection that was kept will not do. They were sent before, and go first. */
  readonly #forNew = new Map<Waiter, PendingConnection | null>()

  get size (): number { return this.#forAny.size + this.#forNew.size }

  get hasForAny (): boolean { return this.#forAny.size > 0 }

  /** The next one to serve. */
  get first (): Waiter | undefined {
    return (this.#forNew.size > 0 ? this.#forNew : this.#forAny).keys().next().value
  }

  /** The next one that a connection which was kept can serve. */
  get firstForAny (): Waiter | undefined { return this.#forAny.keys().next().value }

  /** The next one for which nothing is opened. */
  get firstUnprovided (): { readonly waiter: Waiter, readonly isForNew: boolean } | null {
    for (const [waiter, opening] of this.#forNew) if (opening === null) return { waiter, isForNew: true }
    for (const [waiter, opening] of this.#forAny) if (opening === null) return { waiter, isForNew: false }
    return null
  }

  * [Symbol.iterator] (): Iterator<Waiter> {
    yield * this.#forNew.keys()
    yield * this.#forAny.keys()
  }

  add (waiter: Waiter, forNew: boolean): void {
    (forNew ? this.#forNew : this.#forAny).set(waiter, null)
  }

  /** Returns what is opened for one that waits. */
  assign (waiter: Waiter, opening: PendingConnection): void {
    (this.#forAny.has(waiter) ? this.#forAny : this.#forNew).set(waiter, opening)
  }

  /** What is opened for one; null = nothing. */
  find (waiter: Waiter): PendingConnection | null {
    return this.#forAny.get(waiter) ?? this.#forNew.get(waiter) ?? null
  }

  /** What is opened for it is then for others. */
  remove (waiter: Waiter): void {
    this.find(waiter)?.abandon()
    if (!this.#forAny.delete(waiter)) this.#forNew.delete(waiter)
  }
}
