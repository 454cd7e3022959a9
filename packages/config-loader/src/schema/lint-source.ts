import type { FeatureSchema } from '@floodgate/core'
import { judgeByValidator } from '../namespaces/judge-settings.ts'
import { formatPlace } from '@floodgate/settings'
import { locateProblems } from '../locate/locate-problems.ts'
import type { Problem, ProblemDraft } from '../locate/problem.ts'
import type { Source } from '../read/source.ts'
import { createConfigurationSchema } from './json-schema.ts'
import type { JsonSchema } from './strict-schema.ts'

/**
 * Judges a file by the published JSON Schema, or by another one, letter by letter: no key in another case, no `"80"`
 * for 80, no key that nobody knows. All problems are errors.
 *
 * @param features as for `loadConfig`
 */
export function lintSource (source: Source, features: readonly FeatureSchema[], schema: JsonSchema = createConfigurationSchema(features)): Problem[] {
  const drafts = judgeByValidator(schema, source.value).map((draft): ProblemDraft => ({ ...draft, severity: 'error' }))
  return locateProblems(drafts, { source, overrides: [], given: source.value })
}

/** What the loader says about values that follow the schema: no word on what the schema complains of at the same place. */
const opinions: ReadonlySet<string> = new Set(['duplicate-key', 'expired', 'ignored-curve', 'ignored-suite', 'insecure', 'old-tls'])

/** Joins what the loader and the schema say: of the same place the loader's word, as an error. */
export function joinProblems (loaded: readonly Problem[], linted: readonly Problem[]): Problem[] {
  const told = new Set(loaded.filter(({ code }) => !opinions.has(code)).map(placeOf))
  const wrong = new Set(linted.map(placeOf))
  return [
    ...loaded.map((problem) => wrong.has(placeOf(problem)) && told.has(placeOf(problem)) ? { ...problem, severity: 'error' as const } : problem),
    ...linted.filter((problem) => !told.has(placeOf(problem)))
  ]
}

/** The loader writes keys as the format does, the schema as the file does. */
function placeOf ({ place }: Problem): string {
  return formatPlace(place).toLowerCase()
}
