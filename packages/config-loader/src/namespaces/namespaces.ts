import type { FeatureSchema, Place } from '@floodgate/core'
import { knownNamespaces, type Level } from '@floodgate/settings'
import type { UnsupportedReport } from './unsupported.ts'
import type { WithoutEffect } from './without-effect.ts'

/** Settings of one backend's client: read by `readClientSettings`, not by a feature. */
export const clientNamespace = 'backend/http/client'

/** Settings of a namespace that were left out of the model, for an error in them. */
export interface LostSettings {
  readonly namespace: string
  /** Of the `extra_config` they were in. */
  readonly place: Place
}

/** What is known of namespaces, prepared for look-up. */
export interface Namespaces {
  /** Those that this gateway implements, but for {@link clientNamespace}. */
  readonly features: ReadonlyMap<string, FeatureSchema>
  /** Today's name of each known name, old or new, by its spelling without case. */
  readonly names: ReadonlyMap<string, string>
  readonly unsupported: UnsupportedReport
  readonly withoutEffect: WithoutEffect
  /** Filled while settings are read. */
  readonly lost: LostSettings[]
}

const levels: readonly Level[] = ['service', 'endpoint', 'backend']

/** Levels where a namespace has an effect here; where it has none yet, those where KrakenD reads it. */
export function levelsOf (name: string, { features }: Namespaces): readonly Level[] {
  const feature = features.get(name)
  if (feature !== undefined) return levels.filter((level) => feature.schemas[level] !== undefined)
  return Object.hasOwn(knownNamespaces, name) ? knownNamespaces[name]!.levels : []
}

export function isImplemented (name: string, { features }: Namespaces): boolean {
  return name === clientNamespace || features.has(name)
}

/** Names levels in a sentence: `an endpoint or a backend`. */
export function nameLevels (meant: readonly Level[]): string {
  return meant.map((level) => level === 'endpoint' ? 'an endpoint' : level === 'backend' ? 'a backend' : 'the service').join(' or ')
}

/** The places that a namespace of another level is moved to. */
export function intoWhich (target: Level, from: Level): string {
  if (target === 'service') return 'at the root'
  if (target === 'endpoint') return from === 'service' ? 'in each endpoint that it is for' : 'in the endpoint of this backend'
  return from === 'service' ? 'in each backend that it is for' : 'in the backends of this endpoint that it is for'
}

/** How TOML names the tables that hold a level's keys. */
export function tablesOf (level: Level): readonly string[] {
  return level === 'service' ? [] : level === 'endpoint' ? ['endpoints'] : ['endpoints', 'backend']
}
