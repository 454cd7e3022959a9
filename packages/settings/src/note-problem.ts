import type { Place } from './place.ts'
import type { Report, SettingProblem } from './problem.ts'
import { showScalar } from './secrets/mask.ts'
import { suggest, suggestKey } from './words/did-you-mean.ts'

/** Takes note of a problem. */
export type NoteProblem = (
  path: Place,
  problem: { code: string, message: string, value?: unknown, instead?: string | null, at?: 'key' | 'value' }
) => void

/** Collects problems below a path. */
export function collectProblems (into: SettingProblem[]): NoteProblem {
  return function note (path, { code, message, value = null, instead = null, at = 'value' }) {
    into.push({ path, at, code, message, value: showScalar(value), instead })
  }
}

/** Puts another path in front of a note's own. */
export function below (note: NoteProblem, parent: Place): NoteProblem {
  return (path, problem) => { note([...parent, ...path], problem) }
}

/**
 * Notes what a check reports.
 *
 * @param from the place that the check began at
 */
export function noteDrafts (note: NoteProblem, from: Place = []): Report {
  return ({ place, code, instead, nearest, ...draft }) => {
    const advice = instead ?? (nearest !== undefined && code === 'unknown-key' ? suggestKey(nearest) : suggest(nearest))
    note(place.slice(from.length), { ...draft, code: code === 'invalid-value' ? 'unknown-value' : code, instead: advice })
  }
}
