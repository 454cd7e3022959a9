/** How long a value without a holder waits for the replacement of a worker that died, in ms. */
const GRACE = 120_000

export interface HoldingsOptions<Value> {
  /** Called when no worker holds a value any more. */
  readonly onEnd?: (value: Value) => void
  /** Default: two minutes, more than a worker's replacement takes. */
  readonly grace?: number
}

interface Held<Value> {
  readonly value: Value
  readonly workers: Set<number>
  /** When its last holder died, by `performance.now()`. */
  orphanedAt: number
}

/**
 * Values in the primary that workers hold by name. A reload makes workers release names: with the last of them the value
 * ends. The values of a worker that died wait for its replacement, which holds what its configuration still has.
 */
export class Holdings<Value> {
  readonly #held = new Map<string, Held<Value>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #onEnd: (value: Value) => void
  readonly #grace: number

  constructor ({ onEnd = () => {}, grace = GRACE }: HoldingsOptions<Value> = {}) {
    this.#onEnd = onEnd
    this.#grace = grace
  }

  /** Number of values. */
  get size (): number { return this.#held.size }

  hold (name: string, worker: number, make: () => Value): Value {
    let held = this.#held.get(name)
    if (held === undefined) this.#held.set(name, held = { value: make(), workers: new Set(), orphanedAt: 0 })
    held.workers.add(worker)
    return held.value
  }

  get (name: string): Value | undefined { return this.#held.get(name)?.value }

  /** @returns the value, if the worker held it */
  release (name: string, worker: number): Value | undefined {
    const held = this.#held.get(name)
    if (held?.workers.delete(worker) !== true) return undefined
    if (held.workers.size === 0) this.#end(name, held)
    return held.value
  }

  /** A worker died. */
  gone (worker: number): void {
    const now = performance.now()
    let orphans = 0
    for (const held of this.#held.values()) {
      if (!held.workers.delete(worker) || held.workers.size > 0) continue
      held.orphanedAt = now
      orphans++
    }
    if (orphans === 0) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      for (const [name, held] of this.#held) if (held.workers.size === 0 && held.orphanedAt <= now) this.#end(name, held)
    }, this.#grace)
    this.#timers.add(timer.unref())
  }

  close (): void {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const [name, held] of this.#held) this.#end(name, held)
  }

  #end (name: string, { value }: Held<Value>): void {
    this.#held.delete(name)
    this.#onEnd(value)
  }
}
