import type { LocatedProblem, Place } from '@floodgate/core'
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
export interface Problem extends LocatedProblem {
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
