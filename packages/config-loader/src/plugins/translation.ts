import type { Place } from '@floodgate/core'
import type { Level } from '@floodgate/settings'

/** What the settings of a plugin mean today. */
export interface Translated {
  /** Settings by namespace, for the `extra_config` that the plugin is in. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Places in `settings`, and where their values are in the settings of the plugin. */
  readonly moves?: readonly (readonly [to: Place, from: Place])[]
  /** Of a plugin of the service: settings by namespace for endpoints. */
  readonly endpoints?: {
    readonly settings: Readonly<Record<string, unknown>>
    /** Their paths as configured; null = all of them. */
    readonly paths: readonly string[] | null
    /** Of the list of paths, in the settings of the plugin. */
    readonly place: Place
  }
}

/** Why settings of a plugin cannot be translated. */
export interface Refused {
  /** Below the settings of the plugin. */
  readonly place: Place
  readonly value?: unknown
  readonly refused: string
  readonly instead: string
}

/** A plugin of the reference that a namespace has replaced. */
export interface Translation {
  readonly plugin: string
  /** The namespace that enables it. */
  readonly namespace: string
  readonly levels: readonly Level[]
  /** Today's namespace: the plugin works where that is implemented. */
  readonly target: string
  /** For messages and editors: what to write today. */
  readonly today: string
  /** JSON Schema of its settings. Default: that of the target. */
  readonly schema?: Readonly<Record<string, unknown>>
  /** @param given its settings; undefined = it has none */
  translate (given: unknown): Translated | Refused
}
