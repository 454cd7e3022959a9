import { formatPlace, writeUnsupportedHints, type Problem } from '@floodgate/config-loader'

/** A problem in machine-readable form; line and column count from 1, null if the format has no positions. */
export interface ProblemJson {
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  /** `endpoints[0].backend[1].host`; empty = the whole configuration. */
  readonly path: string
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly suggestion: string | null
  readonly value: string | number | boolean | null
  /** Related places, such as the first of two colliding endpoints. */
  readonly related: readonly {
    readonly file: string
    readonly line: number | null
    readonly column: number | null
    readonly path: string
  }[]
}

/** Converts a problem to machine-readable form. */
export function toJson (problem: Problem): ProblemJson {
  const { file, line, column, place, code, severity, message, value, related } = problem
  return {
    file,
    line,
    column,
    path: formatPlace(place),
    code,
    severity,
    message,
    suggestion: adviceOf(problem),
    value,
    related: related.map(({ place, ...position }) => ({ ...position, path: formatPlace(place) }))
  }
}

/** Returns what to do instead, and how to start without the unsupported part; null if the message is sufficient. */
export function adviceOf ({ instead, unsupported }: Problem): string | null {
  const lines = [...instead === null ? [] : [instead], ...unsupported === undefined ? [] : writeUnsupportedHints(unsupported, 'command')]
  return lines.length === 0 ? null : lines.join('\n')
}
