import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint, Place, Service } from '@floodgate/core'

/** From the worst to the least. */
export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const
export type Severity = typeof severities[number]

/** A recommendation, and how to find the places it concerns. */
export interface Rule {
  /** That of KrakenD's audit where the rule is the same (`2.1.1`), else a name. */
  readonly id: string
  readonly severity: Severity
  /** What is wrong, in one sentence. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  readonly find: (subject: Subject) => readonly Hit[]
}

/** One place that a rule concerns. */
export interface Hit {
  /** Of what is there, or of what it is missing in: `[]` = the configuration as a whole. */
  readonly place: Place
  /** What is wrong here, in place of the rule's own message. */
  readonly message?: string
  /** What to do here, in place of the rule's own remedy. */
  readonly remedy?: string
}

/** What rules look at. */
export interface Subject {
  readonly loaded: LoadedConfig
  readonly model: Service
  /** All backends, with their endpoints. */
  readonly backends: readonly { readonly endpoint: Endpoint, readonly backend: Backend }[]
  /** Namespaces that have an effect here: nothing else is advised, or counts. */
  readonly implemented: ReadonlySet<string>
  readonly now: Date
}

/** One hit for the whole configuration, when something holds. */
export function whole (holds: boolean): readonly Hit[] {
  return holds ? [{ place: [] }] : []
}

/** One hit at a place, when something holds there. */
export function at (place: Place, holds: boolean, message?: string): readonly Hit[] {
  return holds ? [{ place, ...(message !== undefined && { message }) }] : []
}
