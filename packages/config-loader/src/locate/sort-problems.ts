import type { Problem } from './problem.ts'

/** Errors first, each kind in the order of the file; what has no position stays before what has. What is said twice of one place is said once. */
export function sortProblems (problems: readonly Problem[]): Problem[] {
  const rank = ({ severity }: Problem) => severity === 'error' ? 0 : 1
  const unique = new Map(problems.map((problem) => [JSON.stringify([problem.severity, problem.file, problem.line, problem.column, problem.place, problem.message]), problem]))
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
