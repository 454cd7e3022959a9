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

/** Something wrong or doubtful in a configuration, ready to be shown. Holds no secret. */
export interface Problem {
  /** `error` stops the start; a `warning` is told at each start. */
  readonly severity: 'error' | 'warning'
  /** Kind of problem in kebab case: `unknown-key`, `wrong-type`, `invalid-host`, … */
  readonly code: string
  /** File, or what else the value came from (an environment variable). */
  readonly file: string
  /** 1-based; null where the format gives none. */
  readonly line: number | null
  readonly column: number | null
  readonly place: Place
  /** The value in question where it is a scalar, secrets masked; null otherwise. */
  readonly value: string | number | boolean | null
  readonly message: string
  /** What to do instead; null when the message says it all. */
  readonly instead: string | null
  /** The line in question with a caret below it; null where there is no text to show. */
  readonly excerpt: string | null
  /** Other places that belong to it: the first of two colliding endpoints. */
  readonly related: readonly { readonly place: Place, readonly file: string, readonly line: number | null, readonly column: number | null }[]
  /** What became of something that the gateway cannot honour: whether it stops the start, and what to allow to go on. */
  readonly unsupported?: Unsupported
  /** A warning about something without effect: an error where a configuration is judged strictly (`check -l`). */
  readonly strict?: boolean
}

/** A problem as a check of a configuration states it, before it is located in the sources. */
export interface ProblemDraft extends SettingDraft {
  readonly related?: readonly Place[]
  /** Settings to write, shown behind `instead` in the format of the file. */
  readonly write?: Suggestion
  readonly unsupported?: Unsupported
}

/** Takes note of a problem. */
export type Report = (draft: ProblemDraft) => void
