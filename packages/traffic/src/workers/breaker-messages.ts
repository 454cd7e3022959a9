import type { MetricLabels } from '@floodgate/core'
import type { BreakerState, CircuitBreakerOptions, Outcome } from '../breaker/circuit-breaker.ts'

/** What a breaker of several workers is; JSON. */
export interface BreakerRule extends Pick<CircuitBreakerOptions, 'name' | 'interval' | 'timeout' | 'maxErrors'> {
  /** Whether the primary logs its changes. */
  readonly logs: boolean
  /** Of its metrics. Default: there are none. */
  readonly labels?: MetricLabels
}

/** The state in the primary. `expiry` by the machine's clock, in ms; null: never. `trial`: the worker that has it, 0: none. */
export type Snapshot = readonly [
  id: number, generation: number, state: BreakerState, failures: number, expiry: number | null, trial: number
]

/**
 * What a worker reports: it has a breaker, or no longer; outcomes of requests of a generation: whether there was a success,
 * and failures after it, in a row (`started`: when its interval began); the outcome of its trial.
 */
export type Report =
  | readonly ['hold', name: string, rule: BreakerRule]
  | readonly ['release', name: string]
  | [what: 'count', id: number, generation: number, started: number, hadSuccess: boolean, failures: number]
  | readonly ['settle', id: number, outcome: Outcome]

/** Reports, in order; answered with the state of each breaker after its report, null where there is none. */
export type Reports = readonly [what: 'reports', reports: readonly Report[]]
/** A request wants to be the trial. */
export type Claim = readonly [what: 'claim', id: number]
export type ClaimAnswer = readonly [granted: boolean, snapshot: Snapshot] | null

/** A worker's breaker whose state is in the primary. */
export interface FollowingBreaker {
  /** Unique among the breakers of a configuration, and the same in every worker. */
  readonly name: string
  readonly rule: BreakerRule
  /** Its number in the primary; 0: not known yet. */
  readonly id: number
  /** Reports that the primary has not answered. */
  unheard: number
  /** False once it is closed. */
  readonly isWanted: boolean
  /** Learns the state in the primary. */
  learn (snapshot: Snapshot): void
}
