import { compare, type Difference } from './compare.ts'
import { findDeliberate, type Compared } from './deliberate.ts'
import type { Observation, Played } from './observation.ts'
import type { Script, ScriptCase, ScriptRequest } from './script.ts'

/** Something that is wrong with a request of a script. */
export interface Finding {
  /** Equal for findings of one kind: what a shrunk script must still show. */
  kind: string
  /** Where in the script; null: the gateway does not start. */
  at: { case: number, request: number } | null
  /** For people. */
  differences: Difference[]
  /** Names of the two sides. */
  sides: readonly [string, string]
  reference?: Observation
  ours?: Observation
}

export interface Outcome {
  /** Requests that were compared. */
  compared: number
  findings: Finding[]
  /** How many differences were of which wanted difference. */
  wanted: Map<string, number>
}

export interface DifferOptions {
  sides: readonly [string, string]
  /** Takes out what is wanted: for a reference that is another gateway. */
  deliberate: boolean
  /** Requests that count; default: all. */
  counts?: (test: ScriptCase, request: ScriptRequest) => boolean
}

/** Holds what came of a script from two gateways against each other. */
export function differ (script: Script, reference: Played, ours: Played, { sides, deliberate, counts = () => true }: DifferOptions): Outcome {
  const outcome: Outcome = { compared: 0, findings: [], wanted: new Map() }
  if (reference.cases === undefined || ours.cases === undefined) {
    if ((reference.cases === undefined) !== (ours.cases === undefined)) outcome.findings.push({ kind: 'start', sides, at: null, differences: [{ what: 'start', reference: reference.refused ?? 'starts', ours: ours.refused ?? 'starts' }] })
    return outcome
  }
  for (const [i, test] of script.cases.entries()) {
    for (const [k, request] of test.requests.entries()) {
      if (!counts(test, request)) continue
      outcome.compared++
      const compared: Compared = { script, test, request, reference: reference.cases[i]![k]!, ours: ours.cases[i]![k]! }
      const differences = compare(compared.reference, compared.ours).filter((difference) => {
        const wanted = deliberate ? findDeliberate(difference, compared) : undefined
        if (wanted) outcome.wanted.set(wanted.name, (outcome.wanted.get(wanted.name) ?? 0) + 1)
        return !wanted
      })
      if (differences.length > 0) outcome.findings.push({ kind: `${sides[1]}: ${differences[0]!.what}`, sides, at: { case: i, request: k }, differences, reference: compared.reference, ours: compared.ours })
    }
  }
  return outcome
}

/** Finds requests that went wrong although nothing is wrong with them. */
export function findFailures (script: Script, { cases, refused }: Played): Finding[] {
  const sides = ['wanted', 'run'] as const
  if (cases === undefined) return [{ kind: 'start', sides, at: null, differences: [{ what: 'start', reference: 'starts', ours: refused }] }]
  return script.cases.flatMap(({ requests }, i) => requests.flatMap(({ fine }, k) => {
    const ours = cases[i]![k]!
    const fails = fine && (ours.status === 0 || ours.status >= 500)
    return fails ? [{ kind: 'a status of its own', sides, at: { case: i, request: k }, differences: [{ what: 'status', reference: 'below 500', ours: ours.status }], ours }] : []
  }))
}
