import path from 'node:path'
import type { StartGateway } from '../conformance/gateway-process.ts'
import { runSuite, type Place } from '../conformance/run-suite.ts'
import type { Case, Suite } from '../conformance/suite.ts'
import { differ, type Outcome } from './differ.ts'
import { play } from './play.ts'
import type { Recording } from './recording.ts'

/** Plays a recording's script to a gateway and holds the answers against those that were recorded. */
export async function replay ({ script, answers }: Recording, start: StartGateway, folder: string): Promise<Outcome> {
  return differ(script, { cases: answers }, await play(script, start, { folder }), { sides: ['recorded', 'floodgate'], deliberate: true })
}

export interface SuiteOutcome {
  cases: number
  /** Cases whose answer is another than the recorded one, because their suite wants that. */
  wanted: string[]
  /** All others, each with what differs. */
  findings: string[]
}

/**
 * Plays a suite of test/conformance as a recording: what counts is `expect`, what the reference did. Where a case has a
 * `want` as well, and the gateway does that, the difference is a wanted one.
 */
export async function replaySuite (name: string, suite: Suite, start: StartGateway, place: Place): Promise<SuiteOutcome> {
  const cases = (suite.cases ?? []).filter(({ expect }) => expect !== undefined)
  const outcome: SuiteOutcome = { cases: cases.length, wanted: [], findings: [] }
  if (cases.length === 0) return outcome
  const recorded = await runSuite(name, { ...suite, cases: cases.map(withoutWant) }, start, { ...place, work: path.join(place.work, 'recorded') })
  if (recorded.length !== cases.length) return { ...outcome, findings: recorded.map((result) => `${name}: ${result.name}: ${result.problems.join('\n')}`) }
  const differing = recorded.flatMap(({ problems }, i) => problems.length > 0 ? [i] : [])
  if (differing.length === 0) return outcome
  const asked = await runSuite(name, { ...suite, cases }, start, place)
  for (const i of differing) {
    const isWanted = cases[i]!.want !== undefined && asked[i]!.problems.length === 0
    if (isWanted) outcome.wanted.push(`${name}: ${cases[i]!.name}`)
    else outcome.findings.push(`${name}: ${cases[i]!.name}\n  ${recorded[i]!.problems.join('\n  ')}`)
  }
  return outcome
}

function withoutWant ({ want: _, ...test }: Case): Case {
  return test
}
