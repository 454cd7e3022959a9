import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint, Place, Service } from '@floodgate/core'

/** Ordered from worst to least. */
export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const
export type Severity = typeof severities[number]

/** A recommendation, and the search for its places. */
export interface Rule {
  /** The id in KrakenD's audit if the rule is the same (`2.1.1`), otherwise a name. */
  readonly id: string
  readonly severity: Severity
  /** What is wrong, in one sentence. */
  readonly message: string
  /** The remedy. */
  readonly remedy: string
  readonly find: (subject: Subject) => readonly Hit[]
}

/** One place where a rule applies. */
export interface Hit {
  /** Place of the setting, or of the part in which it is missing: `[]` = the whole configuration. */
  readonly place: Place
  /** Message for this place, instead of the rule's own. */
  readonly message?: string
  /** Remedy for this place, instead of the rule's own. */
  readonly remedy?: string
}

/** The input of rules. */
export interface Subject {
  readonly loaded: LoadedConfig
  readonly model: Service
  /** All backends, with their endpoints. */
  readonly backends: readonly { readonly endpoint: Endpoint, readonly backend: Backend }[]
  /** Namespaces that have an effect here: others are not recommended and do not count. */
  readonly implemented: ReadonlySet<string>
  readonly now: Date
}

/** Returns one hit for the whole configuration if a condition holds. */
export function whole (holds: boolean): readonly Hit[] {
  return holds ? [{ place: [] }] : []
}

/** Returns one hit for each place where a condition holds. */
export function at (place: Place, holds: boolean, message?: string): readonly Hit[] {
  return holds ? [{ place, ...(message !== undefined && { message }) }] : []
}
