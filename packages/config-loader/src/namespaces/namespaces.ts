import type { FeatureSchema, Place } from '@floodgate/core'
import { knownNamespaces, type Level } from '@floodgate/settings'
import type { UnsupportedReport } from './unsupported.ts'
import type { WithoutEffect } from './without-effect.ts'

/** Client settings of a backend: read by `readClientSettings`, not by a feature. */
export const clientNamespace = 'backend/http/client'

/** Settings of a namespace that were removed from the model because of an error. */
export interface LostSettings {
  readonly namespace: string
  /** Place of their `extra_config`. */
  readonly place: Place
}

/** Index of the known namespaces. */
export interface Namespaces {
  /** Namespaces that this gateway implements, except {@link clientNamespace}. */
  readonly features: ReadonlyMap<string, FeatureSchema>
  /** Current name of each known name, old or new, by its lower-case spelling. */
  readonly names: ReadonlyMap<string, string>
  readonly unsupported: UnsupportedReport
  readonly withoutEffect: WithoutEffect
  /** Filled while settings are read. */
  readonly lost: LostSettings[]
}

const levels: readonly Level[] = ['service', 'endpoint', 'backend']

/** Levels at which a namespace has an effect here; if it is not implemented, those at which KrakenD uses it. */
export function levelsOf (name: string, { features }: Namespaces): readonly Level[] {
  const feature = features.get(name)
  if (feature !== undefined) return levels.filter((level) => feature.schemas[level] !== undefined)
  return Object.hasOwn(knownNamespaces, name) ? knownNamespaces[name]!.levels : []
}

export function isImplemented (name: string, { features }: Namespaces): boolean {
  return name === clientNamespace || features.has(name)
}

/** Lists levels for a message: `an endpoint or a backend`. */
export function nameLevels (meant: readonly Level[]): string {
  return meant.map((level) => level === 'endpoint' ? 'an endpoint' : level === 'backend' ? 'a backend' : 'the service').join(' or ')
}

/** The places to which a namespace of another level has to be moved. */
export function intoWhich (target: Level, from: Level): string {
  if (target === 'service') return 'at the root'
  if (target === 'endpoint') return from === 'service' ? 'in each endpoint that needs it' : 'in the endpoint of this backend'
  return from === 'service' ? 'in each backend that needs it' : 'in the backends of this endpoint that need it'
}

/** Names of the TOML tables with a level's keys. */
export function tablesOf (level: Level): readonly string[] {
  return level === 'service' ? [] : level === 'endpoint' ? ['endpoints'] : ['endpoints', 'backend']
}
