import type { FeatureSchema } from '../feature-schemas.ts'
import { judgeByValidator } from '../judge-settings.ts'
import { formatPlace } from '../key-path.ts'
import { locateProblems } from '../locate-problems.ts'
import type { Problem, ProblemDraft } from '../problem.ts'
import type { Source } from '../source.ts'
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

/** Joins what the loader and the schema say: of the same place the loader's word, as an error. */
export function joinProblems (loaded: readonly Problem[], linted: readonly Problem[]): Problem[] {
  const key = ({ place, code }: Problem) => `${formatPlace(place)} ${code}`
  const places = new Set(linted.map(({ place }) => formatPlace(place).toLowerCase()))
  const told = new Set(loaded.map(({ place }) => formatPlace(place).toLowerCase()))
  const seen = new Set<string>()
  return [
    ...loaded.map((problem) => places.has(formatPlace(problem.place).toLowerCase()) ? { ...problem, severity: 'error' as const } : problem),
    ...linted.filter((problem) => !told.has(formatPlace(problem.place).toLowerCase()) && !seen.has(key(problem)) && seen.add(key(problem)))
  ]
}
