import type { RetryCause, RetrySettings } from '@floodgate/settings'
import { type Host, keyOfHost } from './host.ts'
import type { RetryBudget } from './retry-budget.ts'

/** What it needs to know of a group of hosts. */
interface Choice {
  /** Whether a request that could not be sent goes to another host. */
  readonly failsOver: boolean
  /** null = nothing is repeated. */
  readonly retry: RetrySettings | null
  readonly budget: RetryBudget | null
  another (tried: ReadonlySet<string>): Host | null
  pick (): Host | null
}

/** Where a request goes next. */
export interface NextAttempt {
  readonly from: Host
  readonly to: Host
  /** ms to wait before. */
  readonly delay: number
  /** Nothing was sent, and it goes to another host at once; otherwise it is repeated, as `retry` says. */
  readonly isFailover: boolean
}

/** The hosts that one request was sent to, or was to be sent to. */
export class Attempts {
  readonly #group: Choice
  readonly #tried = new Set<string>()
  #host: Host
  #repeats = 0

  constructor (group: Choice, host: Host) {
    this.#group = group
    this.#host = host
  }

  /**
   * Chooses what follows a failure; null = nothing, it is the result of the call.
   *
   * @param isRepeatable whether a request that was sent may be sent again
   */
  next (cause: RetryCause, isRepeatable: boolean): NextAttempt | null {
    const { failsOver } = this.#group
    this.#tried.add(keyOfHost(this.#host.origin, this.#host.address))
    const other = cause === 'dial' && failsOver ? this.#group.another(this.#tried) : null
    if (other !== null) return this.#goTo(other, 0, true)
    const delay = cause === 'dial' || isRepeatable ? this.#repeat(cause) : null
    if (delay === null) return null
    return this.#goTo(this.#group.another(this.#tried) ?? this.#group.pick() ?? this.#host, delay, false)
  }

  /** Takes one repetition; returns the ms to wait before, null = there is none left. */
  #repeat (cause: RetryCause): number | null {
    const { retry, budget } = this.#group
    if (retry === null || !retry.on.includes(cause) || this.#repeats >= retry.attempts || !budget!.take()) return null
    // Between half of it and all, so that calls that failed together do not come back together.
    return retry.backoff * 2 ** this.#repeats++ * (0.5 + Math.random() / 2)
  }

  #goTo (to: Host, delay: number, isFailover: boolean): NextAttempt {
    const from = this.#host
    this.#host = to
    return { from, to, delay, isFailover }
  }
}
