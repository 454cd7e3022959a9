import type { Place } from '@floodgate/core'
import type { ProblemDraft as SettingDraft } from '@floodgate/settings'
import type { Unsupported } from '../namespaces/outcome.ts'
import type { Suggestion } from './write-settings.ts'

/** Position in a file; line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** An error or warning about a configuration, ready to be shown. Contains no secrets. */
export interface Problem {
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
  /** For an unsupported setting: whether it prevents the start, and the name to allow. */
  readonly unsupported?: Unsupported
  /** A warning about a setting without effect: an error in strict mode (`check -l`). */
  readonly strict?: boolean
}

/** A problem as reported by a check, before it is located in the sources. */
export interface ProblemDraft extends SettingDraft {
  readonly related?: readonly Place[]
  /** Settings to write, shown after `instead` in the format of the file. */
  readonly write?: Suggestion
  readonly unsupported?: Unsupported
}

/** Reports a problem. */
export type Report = (draft: ProblemDraft) => void
