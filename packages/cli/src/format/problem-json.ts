import { formatPlace, type Problem } from '@floodgate/config-loader'

/** A problem as machines read it; line and column count from 1, null where the format has no positions. */
export interface ProblemJson {
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  /** `endpoints[0].backend[1].host`; empty = the configuration as a whole. */
  readonly path: string
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly suggestion: string | null
  readonly value: string | number | boolean | null
  /** Other places that belong to it, the first of two colliding endpoints. */
  readonly related: readonly { readonly file: string, readonly line: number | null, readonly column: number | null, readonly path: string }[]
}

/** Writes a problem for machines. */
export function toJson ({ file, line, column, place, code, severity, message, instead, value, related }: Problem): ProblemJson {
  return {
    file,
    line,
    column,
    path: formatPlace(place),
    code,
    severity,
    message,
    suggestion: instead,
    value,
    related: related.map(({ place, ...position }) => ({ ...position, path: formatPlace(place) }))
  }
}
