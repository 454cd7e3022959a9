import type { Place } from '@floodgate/core'
import type { UnsupportedPolicy } from './unsupported-policy.ts'
import type { ProblemDraft, Report } from '../locate/problem.ts'

/** Reports unsupported settings, according to the options for starting without them. */
export class UnsupportedReport {
  readonly #ways: UnsupportedPolicy
  readonly #report: Report
  /** Unsupported settings for which an endpoint is not served, by its position in `endpoints`. */
  readonly skipped = new Map<number, Set<string>>()

  constructor (ways: UnsupportedPolicy, report: Report) {
    this.#ways = ways
    this.#report = report
  }

  /**
   * Reports an unsupported setting that prevents the start unless it is allowed or skipped.
   *
   * @param name the name to allow, as shown in the message
   * @param others other names that allow it too
   */
  add (name: string, draft: Omit<ProblemDraft, 'severity' | 'unsupported'>, others: readonly string[] = []): void {
    const by = this.#ways.allowedBy(name, ...others)
    const endpoint = endpointOf(draft.place)
    const skipped = by === null && this.#ways.skip && endpoint !== null
    if (skipped) {
      const names = this.skipped.get(endpoint)
      if (names === undefined) this.skipped.set(endpoint, new Set([name]))
      else names.add(name)
    }
    const outcome = by !== null ? 'allowed' : skipped ? 'skipped' : 'stops'
    this.#report(
      { ...draft, severity: outcome === 'stops' ? 'error' : 'warning', unsupported: { name, outcome, by, skippable: endpoint !== null } }
    )
  }

  /** Returns whether one of these names is allowed. */
  allows (...names: readonly string[]): boolean {
    return this.#ways.allowedBy(...names) !== null
  }
}

/** Returns the position in `endpoints` of the endpoint that contains a place; null for places of the service. */
function endpointOf ([root, index]: Place): number | null {
  return root === 'endpoints' && typeof index === 'number' ? index : null
}
