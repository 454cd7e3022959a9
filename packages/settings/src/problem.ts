import type { Place } from './place.ts'

/** Something wrong with one value of the client settings, or doubtful about it. Holds no secret. */
export interface SettingProblem {
  /** Where, from the parsed object down: `['client_tls', 'ca_certs', 0]`; empty = the object itself. */
  readonly path: Place
  /** Whether the key itself or its value is in question. */
  readonly at: 'key' | 'value'
  /** Kind of problem in kebab case: `wrong-type`, `unknown-key`, `unreadable-file`, … */
  readonly code: string
  /** What is wrong, in words that follow the place. */
  readonly message: string
  /** The value in question where it is a scalar, without credentials; null otherwise. */
  readonly value: string | number | boolean | null
  /** What to do instead; null when the message says it all. */
  readonly instead: string | null
}

/** A problem as a check reports it: the value as it is, and a misspelt word instead of the advice about it. */
export interface ProblemDraft {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly place: Place
  /** Default: the value. */
  readonly at?: 'key' | 'value'
  readonly value?: unknown
  readonly message: string
  readonly instead?: string | null
  /** A misspelt word and what it may have meant: becomes `did you mean "x"?` unless `instead` is set. */
  readonly nearest?: { readonly word: string, readonly among: Iterable<string> }
  /** A warning about something without effect: an error where a configuration is checked strictly. */
  readonly strict?: boolean
  /** Of a key without effect: whether it would have narrowed access. */
  readonly narrows?: boolean
}

/** Takes note of a problem. */
export type Report = (draft: ProblemDraft) => void
