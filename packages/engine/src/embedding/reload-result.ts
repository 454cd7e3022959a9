import type { LocatedProblem } from '@floodgate/core'

/** What is different in a configuration that replaces another; endpoints by name: `GET /users/{id}`. */
export interface ConfigChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Endpoints, or backends of theirs, with other settings. */
  readonly altered: readonly string[]
  /** Namespaces of the service with other settings. */
  readonly service: readonly string[]
  /** Distinct client settings that are new, and that are no longer used. */
  readonly clients: { readonly added: number, readonly removed: number }
}

/** What an attempt to replace the configuration has done. */
export interface ReloadResult {
  /** Of the configuration that is in use now. */
  readonly revision: string
  /** What is different in it; null: the previous one stays in use. */
  readonly changed: ConfigChanges | null
  /** Keys that changed, but that only a restart applies: `port`. */
  readonly restart: readonly string[]
  /** Warnings, or what prevented the change: the problems that `floodgate check` reports. */
  readonly problems: readonly LocatedProblem[]
}
