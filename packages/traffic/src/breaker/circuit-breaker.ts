import { breakerBusy, breakerOpen } from '../errors.ts'

export const breakerStates = ['closed', 'open', 'half-open'] as const
export type BreakerState = typeof breakerStates[number]

export interface CircuitBreakerOptions {
  readonly name: string
  /** After this many ms a closed breaker resets its count; 0: never. */
  readonly interval: number
  /** How long an open breaker waits, in ms. */
  readonly timeout: number
  /** Consecutive failures that are tolerated. */
  readonly maxErrors: number
  onChange? (from: BreakerState, to: BreakerState): void
  /** Time in ms; default: since the process started. */
  clock? (): number
}

/** Outcome of a request; `ignored`: it does not count. */
export type Outcome = 'success' | 'failure' | 'ignored'

/** Stops the calls of a backend that fails, and lets single ones try it. */
export interface Breaker {
  /**
   * Admits a request. A promise only where a request asks the primary of several workers whether it may be the trial.
   *
   * @returns what `end` has to be called with
   * @throws {FG_ERR_TRAFFIC_BREAKER_OPEN} @throws {FG_ERR_TRAFFIC_BREAKER_TRIAL}
   */
  begin (): number | Promise<number>
  /** Counts the outcome of a request. */
  end (admission: number, outcome: Outcome): void
  readonly state: BreakerState
  /** How often it went to each state; null = the primary counts. */
  readonly changes: Readonly<Record<BreakerState, number>> | null
  /** Since when it is not closed, in ms since the epoch; null = it is, or the primary knows. */
  readonly openSince: number | null
  /** How many calls it refused. */
  readonly refused: number
}

/** Returns since when a breaker is not closed, after a change: trials that fail do not change it. */
export function openSinceAfter (to: BreakerState, before: number | null): number | null {
  return to === 'closed' ? null : before ?? Date.now()
}

/**
 * Counts consecutive failures and stops calling a backend with too many of them: the breaker opens, then becomes
 * half-open for one trial request, whose outcome opens or closes it (as in sony/gobreaker).
 */
export class CircuitBreaker implements Breaker {
  readonly #options: CircuitBreakerOptions
  readonly #clock: () => number
  #state: BreakerState = 'closed'
  readonly changes: Record<BreakerState, number> = { closed: 0, open: 0, 'half-open': 0 }
  openSince: number | null = null
  refused = 0
  /** Changes with the state and the interval: outcomes of earlier requests do not count. */
  #generation = 0
  #failures = 0
  #trying = false
  #expiry = 0

  constructor (options: CircuitBreakerOptions) {
    this.#options = options
    this.#clock = options.clock ?? (() => performance.now())
    this.#begin(this.#clock())
  }

  /** An open one waits for the next request before it is half-open. */
  get state (): BreakerState {
    return this.#state
  }

  /** Returns the generation. */
  begin (): number {
    this.#refresh(this.#clock())
    if (this.#state === 'open') {
      this.refused++
      throw breakerOpen(this.#options.name)
    }
    if (this.#state === 'half-open') {
      if (this.#trying) {
        this.refused++
        throw breakerBusy(this.#options.name)
      }
      this.#trying = true
    }
    return this.#generation
  }

  end (generation: number, outcome: Outcome): void {
    const now = this.#clock()
    this.#refresh(now)
    if (generation !== this.#generation) return
    if (outcome === 'ignored') {
      this.#trying = false
    } else if (outcome === 'success') {
      this.#failures = 0
      if (this.#state === 'half-open') this.#change('closed', now)
    } else if (this.#state === 'half-open' || ++this.#failures > this.#options.maxErrors) {
      this.#change('open', now)
    }
  }

  #refresh (now: number): void {
    if (this.#state === 'half-open' || now <= this.#expiry) return
    if (this.#state === 'open') this.#change('half-open', now)
    else this.#begin(now)
  }

  #change (to: BreakerState, now: number): void {
    const from = this.#state
    this.#state = to
    this.openSince = openSinceAfter(to, this.openSince)
    this.changes[to]++
    this.#begin(now)
    this.#options.onChange?.(from, to)
  }

  #begin (now: number): void {
    const { interval, timeout } = this.#options
    this.#generation++
    this.#failures = 0
    this.#trying = false
    this.#expiry = this.#state === 'open' ? now + timeout : interval > 0 ? now + interval : Infinity
  }
}
