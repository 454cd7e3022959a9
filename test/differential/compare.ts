import { canonicalText } from '../conformance/compare.ts'
import { normalise } from './normalise.ts'
import type { Line, Observation } from './observation.ts'

/** One thing in which two answers to a request differ. */
export interface Difference {
  /** `status`, `header NAME`, `body`, `broken`, `calls`, `call N: header NAME`, `call N: body`, … Equal for differences of one kind. */
  what: string
  reference: unknown
  ours: unknown
}

/** Compares what came of the same request from two gateways, after {@link normalise}. */
export function compare (reference: Observation, ours: Observation): Difference[] {
  const [a, b] = [normalise(reference), normalise(ours)]
  const found: Difference[] = []
  const check = (what: string, left: unknown, right: unknown): void => {
    if (canonicalText(left) !== canonicalText(right)) found.push({ what, reference: left, ours: right })
  }
  check('status', a.status, b.status)
  check('error', a.error ?? null, b.error ?? null)
  compareLines('header', a.lines, b.lines, check)
  if (a.body !== b.body) found.push({ what: 'body', reference: a.body, ours: b.body })
  check('broken', a.broken ?? false, b.broken ?? false)
  if (a.seen.length !== b.seen.length) {
    check('calls', a.seen.map(({ method, path }) => `${method} ${path}`), b.seen.map(({ method, path }) => `${method} ${path}`))
    return found
  }
  for (const [i, call] of a.seen.entries()) {
    const other = b.seen[i]!
    const at = `call ${i + 1}:`
    check(`${at} to`, `${call.method} ${call.server}${call.path}`, `${other.method} ${other.server}${other.path}`)
    compareLines(`${at} header`, call.lines, other.lines, check)
    if (call.body !== other.body) found.push({ what: `${at} body`, reference: call.body, ours: other.body })
  }
  return found
}

function compareLines (what: string, a: Line[], b: Line[], check: (what: string, left: unknown, right: unknown) => void): void {
  for (const name of new Set([...a, ...b].map(([name]) => name))) {
    check(`${what} ${name}`, valuesOf(a, name), valuesOf(b, name))
  }
}

/** Values of a header, in order, by its name in lower case; null without any. */
function valuesOf (lines: readonly Line[], wanted: string): string[] | null {
  const values = lines.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  return values.length > 0 ? values : null
}
