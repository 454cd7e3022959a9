import { monotonicNow } from '@floodgate/core'
import type { Breaker, BreakerState, Outcome } from '../breaker/circuit-breaker.ts'
import { breakerBusy, breakerOpen } from '../errors.ts'
import type { BreakerHub } from './breaker-hub.ts'
import type { BreakerRule, FollowingBreaker, Snapshot } from './breaker-messages.ts'

export interface WorkerBreakerOptions {
  readonly hub: BreakerHub
  /** Unique among the breakers of a configuration, and the same in every worker. */
  readonly name: string
  readonly rule: BreakerRule
  /** Time in ms; default: the machine's monotonic clock. */
  clock? (): number
}

/**
 * A worker's view of a breaker whose state is in the primary. It decides by what it knows: it counts its own requests,
 * reports them where they change something, and learns of others' a message later. While all is well nothing is sent.
 * Only a request that may be the trial waits for the primary: it would be refused otherwise. Without an answer the worker
 * goes on alone.
 */
export class WorkerBreaker implements Breaker, FollowingBreaker {
  id = 0
  unheard = 0
  isWanted = true
  refused = 0
  readonly changes = null
  readonly openSince = null
  readonly name: string
  readonly rule: BreakerRule
  readonly #hub: BreakerHub
  readonly #clock: () => number
  #state: BreakerState = 'closed'
  /** Of the state, as in the primary; one further with each change that is decided here. */
  #generation = 0
  /** Changes with the state and the interval: outcomes of earlier requests do not count. */
  #admission = 0
  #failures = 0
  #expiry = 0
  /** This worker has the trial. */
  #trying = false
  /** A request asks for the trial. */
  #asking = false
  /** Another worker has the trial. */
  #isTriedElsewhere = false

  constructor ({ hub, name, rule, clock = monotonicNow }: WorkerBreakerOptions) {
    this.name = name
    this.rule = rule
    this.#hub = hub
    this.#clock = clock
    this.#begin('closed')
    this.#generation = 0
    hub.hold(this)
  }

  /** As far as it is known here. */
  get state (): BreakerState {
    return this.#state
  }

  begin (): number | Promise<number> {
    if (this.#state === 'closed') {
      if (this.#clock() > this.#expiry) this.#begin('closed')
      return this.#admission
    }
    const isDue = this.#clock() > this.#expiry
    if (this.#state === 'open' && !isDue) throw this.#refuse('open')
    if (this.#trying || this.#asking || (this.#isTriedElsewhere && !isDue)) throw this.#refuse('half-open')
    return this.#claim()
  }

  end (admission: number, outcome: Outcome): void {
    if (this.#state === 'closed' && this.#clock() > this.#expiry) this.#begin('closed')
    if (admission !== this.#admission) return
    if (this.#state === 'half-open') this.#settle(outcome)
    else if (outcome === 'failure') {
      this.#report(false)
      if (++this.#failures > this.rule.maxErrors) this.#change('open')
    } else if (outcome === 'success' && this.#failures > 0) {
      this.#report(true)
      this.#failures = 0
    }
  }

  /** What was decided here holds until the primary has answered. */
  learn ([id, generation, state, failures, expiry, trial]: Snapshot): void {
    this.id = id
    if (this.unheard > 0 && generation <= this.#generation) return
    const { interval, timeout } = this.rule
    const isMine = state === 'half-open' && trial === this.#hub.worker
    const isOther = generation !== this.#generation || state !== this.#state
    const isLater = state === 'closed' && expiry !== null && expiry - interval >= this.#expiry
    if ((isOther || isLater) && !(isMine && this.#trying)) {
      this.#admission++
      this.#trying = false
    }
    this.#generation = generation
    this.#state = state
    this.#failures = failures
    this.#isTriedElsewhere = state === 'half-open' && trial !== 0 && !isMine
    // Should the primary hang, the end of another's trial will not be heard of.
    this.#expiry = state === 'half-open' ? this.#clock() + timeout : expiry ?? Infinity
  }

  /** It is not needed any more. */
  close (): void {
    this.isWanted = false
    this.#hub.release(this)
  }

  async #claim (): Promise<number> {
    this.#asking = true
    const answer = await this.#hub.claim(this)
    this.#asking = false
    if (answer !== null) this.learn(answer[1])
    const state = this.#state
    // While it waited, another worker's trial may have ended.
    if (state === 'closed') return this.#admission
    if (answer === null ? this.#isTriedElsewhere && this.#clock() <= this.#expiry : !answer[0]) {
      throw this.#refuse(state)
    }
    if (state === 'open') this.#change('half-open')
    this.#trying = true
    return this.#admission
  }

  #refuse (state: BreakerState): Error {
    this.refused++
    return state === 'open' ? breakerOpen(this.rule.name) : breakerBusy(this.rule.name)
  }

  #settle (outcome: Outcome): void {
    this.#trying = false
    this.#hub.report(this, ['settle', this.id, outcome])
    if (outcome !== 'ignored') this.#change(outcome === 'success' ? 'closed' : 'open')
  }

  #report (isSuccess: boolean): void {
    const started = this.#expiry === Infinity ? 0 : this.#expiry - this.rule.interval
    this.#hub.count(this, this.#generation, started, isSuccess)
  }

  #change (to: BreakerState): void {
    this.#begin(to)
    this.#generation++
  }

  #begin (state: BreakerState): void {
    const { interval, timeout } = this.rule
    this.#state = state
    this.#admission++
    this.#failures = 0
    this.#trying = false
    this.#isTriedElsewhere = false
    this.#expiry = state === 'open' ? this.#clock() + timeout : state === 'closed' && interval > 0 ? this.#clock() + interval : Infinity
  }
}
