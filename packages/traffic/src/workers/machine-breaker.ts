import { monotonicNow } from '@floodgate/core'
import { openSinceAfter, type BreakerState, type Outcome } from '../breaker/circuit-breaker.ts'
import type { BreakerRule, Snapshot } from './breaker-messages.ts'

export interface MachineBreakerOptions {
  readonly id: number
  readonly rule: BreakerRule
  onChange? (from: BreakerState, to: BreakerState): void
  /** Time in ms; default: the machine's monotonic clock. */
  clock? (): number
}

/** The state of a circuit breaker in the primary, for all workers of a gateway. */
export class MachineBreaker {
  readonly #options: MachineBreakerOptions
  readonly #clock: () => number
  #state: BreakerState = 'closed'
  /** Changes with the state: reports about earlier requests do not count. */
  #generation = 0
  #failures = 0
  #expiry = 0
  /** The worker that has the trial; 0: none. */
  #trial = 0
  /** Since when it is not closed, in ms since the epoch; null = it is. */
  openSince: number | null = null

  constructor (options: MachineBreakerOptions) {
    this.#options = options
    this.#clock = options.clock ?? monotonicNow
    this.#begin()
  }

  get snapshot (): Snapshot {
    const expiry = this.#expiry === Infinity ? null : this.#expiry
    return [this.#options.id, this.#generation, this.#state, this.#failures, expiry, this.#trial]
  }

  /**
   * Counts a worker's outcomes.
   *
   * @param started when the worker's interval began: workers learn of a new one with the first failure in it
   */
  count (generation: number, started: number, hadSuccess: boolean, failures: number): void {
    if (this.#state !== 'closed' || generation !== this.#generation) return
    if (this.#clock() > this.#expiry) {
      this.#failures = 0
      this.#expiry = Math.max(this.#expiry, started) + this.#options.rule.interval
    }
    this.#failures = (hadSuccess ? 0 : this.#failures) + failures
    if (this.#failures > this.#options.rule.maxErrors) this.#change('open')
  }

  /** Gives the trial to a worker; false if it is not due, or another has it. */
  claim (worker: number): boolean {
    if (this.#state === 'open' && this.#clock() > this.#expiry) this.#change('half-open')
    if (this.#state !== 'half-open' || this.#trial !== 0) return false
    this.#trial = worker
    return true
  }

  /** The trial of a worker has ended. */
  settle (worker: number, outcome: Outcome): void {
    if (this.#trial !== worker) return
    if (outcome === 'ignored') this.#trial = 0
    else this.#change(outcome === 'success' ? 'closed' : 'open')
  }

  /** A worker has ended, or has no such breaker any more: another may have its trial. */
  left (worker: number): void { this.settle(worker, 'ignored') }

  #change (to: BreakerState): void {
    const from = this.#state
    this.#state = to
    this.openSince = openSinceAfter(to, this.openSince)
    this.#begin()
    this.#options.onChange?.(from, to)
  }

  #begin (): void {
    const { interval, timeout } = this.#options.rule
    this.#generation++
    this.#failures = 0
    this.#trial = 0
    this.#expiry = this.#state === 'half-open' ? Infinity : this.#clock() + (this.#state === 'open' ? timeout : interval || Infinity)
  }
}
