import type { FeatureSchema } from '@floodgate/core'
import { checkValue, formatPlace } from '@floodgate/settings'
import { locateProblems } from '../locate/locate-problems.ts'
import type { Problem, ProblemDraft } from '../locate/problem.ts'
import { sortProblems } from '../locate/sort-problems.ts'
import type { Source } from '../read/source.ts'
import { checkForeign } from './check-foreign.ts'
import { createConfigurationSchema } from './json-schema.ts'
import type { JsonSchema } from './strict-schema.ts'

/**
 * Validates a file against the published JSON Schema, or another one, exactly: no key in another case, no `"80"` for
 * 80, no unknown key. All problems are errors.
 *
 * @param features as for `loadConfig`
 * @param foreign a schema in place of the published one
 */
export function lintSource (source: Source, features: readonly FeatureSchema[], foreign?: JsonSchema): Problem[] {
  const drafts = foreign === undefined ? checkPublished(source.value, features) : checkForeign(foreign, source.value)
  return sortProblems(
    locateProblems(drafts.map((draft) => ({ ...draft, severity: 'error' })), { source, overrides: [], moves: [], given: source.value })
  )
}

function checkPublished (value: unknown, features: readonly FeatureSchema[]): ProblemDraft[] {
  const drafts: ProblemDraft[] = []
  checkValue(createConfigurationSchema(features), value, [], (draft) => { drafts.push(draft) }, false)
  return drafts
}

/** Problems of the loader about values that match the schema, except at places where the schema reports a problem. */
const opinions: ReadonlySet<string> = new Set(['duplicate-key', 'expired', 'ignored-curve', 'ignored-suite', 'insecure', 'old-tls'])

/** Combines the problems of the loader and the schema: for the same place the loader's, as an error. */
export function joinProblems (loaded: readonly Problem[], linted: readonly Problem[]): Problem[] {
  const told = new Set(loaded.filter(({ code }) => !opinions.has(code)).map(placeOf))
  const wrong = new Set(linted.map(placeOf))
  return [
    ...loaded.map(
      (problem) => wrong.has(placeOf(problem)) && told.has(placeOf(problem)) ? { ...problem, severity: 'error' as const } : problem
    ),
    ...linted.filter((problem) => !told.has(placeOf(problem)))
  ]
}

/** The loader reports keys as in the format, the schema as in the file. */
function placeOf ({ place }: Problem): string {
  return formatPlace(place).toLowerCase()
}
