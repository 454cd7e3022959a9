import type { Place } from './model.ts'

/** An error or warning about a configuration, with its place in the sources. Contains no secrets. */
export interface LocatedProblem {
  /** `error` prevents the start; a `warning` is reported at each start. */
  readonly severity: 'error' | 'warning'
  /** Kind of problem in kebab case: `unknown-key`, `wrong-type`, `invalid-host`, … */
  readonly code: string
  /** File, or another source of the value (an environment variable). */
  readonly file: string
  /** 1-based; null if the format has no positions. */
  readonly line: number | null
  readonly column: number | null
  readonly place: Place
  /** The value if it is a scalar, with masked secrets; null otherwise. */
  readonly value: string | number | boolean | null
  readonly message: string
  /** What to do instead; null if the message is sufficient. */
  readonly instead: string | null
  /** The line with a caret below it; null if there is no text to show. */
  readonly excerpt: string | null
  /** Related places, such as the first of two colliding endpoints. */
  readonly related: readonly {
    readonly place: Place
    readonly file: string
    readonly line: number | null
    readonly column: number | null
  }[]
}
