import type { Place } from '@floodgate/core'
import type { WaysOn } from './ways-on.ts'
import type { ProblemDraft, Report } from '../locate/problem.ts'

/** Reports what cannot be honoured, by the ways on that were chosen. */
export class UnsupportedReport {
  readonly #ways: WaysOn
  readonly #report: Report
  /** Names of what an endpoint is not served for, by its position in `endpoints`. */
  readonly skipped = new Map<number, Set<string>>()

  constructor (ways: WaysOn, report: Report) {
    this.#ways = ways
    this.#report = report
  }

  /**
   * Reports something that stops the start unless it is allowed or skipped.
   *
   * @param name what to allow, as the message shows it
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
    this.#report({ ...draft, severity: outcome === 'stops' ? 'error' : 'warning', unsupported: { name, outcome, by, skippable: endpoint !== null } })
  }

  /** Tells whether somebody allowed one of these names. */
  allows (...names: readonly string[]): boolean {
    return this.#ways.allowedBy(...names) !== null
  }
}

/** The position in `endpoints` of what holds a place; null for places of the service. */
function endpointOf ([root, index]: Place): number | null {
  return root === 'endpoints' && typeof index === 'number' ? index : null
}
