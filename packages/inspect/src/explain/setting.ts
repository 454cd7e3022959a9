import { originOf, type LoadedConfig, type Origin } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'

/** Source of a value. `global` is the root of the configuration. */
export type From = 'backend' | 'endpoint' | 'global' | 'environment' | 'default'

/** An effective value and its source. Contains no secrets. */
export interface Setting {
  /** Key in the configuration: `client_tls.min_version`. */
  readonly key: string
  readonly value: string | number | boolean | null | readonly (string | number)[]
  readonly from: From
  readonly origin: Origin | null
  /** Explanation of the value; null if it is obvious. */
  readonly note: string | null
}

/** A place where a value may be configured, and its source. */
export type Candidate = readonly [from: 'backend' | 'endpoint' | 'global', place: Place]

/** Finds the source of a value: the first place where it is configured. */
export function findOrigin (loaded: Pick<LoadedConfig, 'model'>, candidates: readonly Candidate[]): Pick<Setting, 'from' | 'origin'> {
  for (const [from, place] of candidates) {
    const origin = originOf(loaded, place)
    if (origin !== null) return { from: origin.kind === 'environment' ? 'environment' : from, origin }
  }
  return { from: 'default', origin: null }
}

/** Formats the place of a setting: `krakend.json:12`, or the name of a variable. */
export function writeOrigin (origin: Origin): string {
  if (origin.kind === 'environment') return origin.variable
  return origin.line === null ? origin.file : `${origin.file}:${origin.line}`
}

/** The same with the column: `krakend.json:12:9`. */
export function writePosition (origin: Origin): string {
  return origin.kind === 'file' && origin.column !== null ? `${writeOrigin(origin)}:${origin.column}` : writeOrigin(origin)
}
