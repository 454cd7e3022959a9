import type { Problem } from './problem.ts'

/**
 * Sorts errors first, then by position in the file; problems without a position come before others. Duplicates at one
 * place are removed.
 */
export function sortProblems (problems: readonly Problem[]): Problem[] {
  const rank = ({ severity }: Problem) => severity === 'error' ? 0 : 1
  const unique = new Map(
    problems.map(
      (problem) => [JSON.stringify([problem.severity, problem.file, problem.line, problem.column, problem.place, problem.message]), problem]
    )
  )
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
