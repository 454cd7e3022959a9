import { originOf, type LoadedConfig, type Origin } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'

/** Whose word counts. `global` is the root of the configuration. */
export type From = 'backend' | 'endpoint' | 'global' | 'environment' | 'default'

/** An effective value and where it came from. Holds no secret. */
export interface Setting {
  /** Key as a configuration has it: `client_tls.min_version`. */
  readonly key: string
  readonly value: string | number | boolean | null | readonly (string | number)[]
  readonly from: From
  readonly origin: Origin | null
  /** What the value means where it does not say so itself; null where it does. */
  readonly note: string | null
}

/** A place to look for a value at, and whose word it would be. */
export type Candidate = readonly [from: 'backend' | 'endpoint' | 'global', place: Place]

/** Finds whose word counts: the first place that somebody configured. */
export function findOrigin (loaded: Pick<LoadedConfig, 'model'>, candidates: readonly Candidate[]): Pick<Setting, 'from' | 'origin'> {
  for (const [from, place] of candidates) {
    const origin = originOf(loaded, place)
    if (origin !== null) return { from: origin.kind === 'environment' ? 'environment' : from, origin }
  }
  return { from: 'default', origin: null }
}

/** Writes where something was configured: `krakend.json:12`, or the name of a variable. */
export function writeOrigin (origin: Origin): string {
  if (origin.kind === 'environment') return origin.variable
  return origin.line === null ? origin.file : `${origin.file}:${origin.line}`
}

/** The same with the column: `krakend.json:12:9`. */
export function writePosition (origin: Origin): string {
  return origin.kind === 'file' && origin.column !== null ? `${writeOrigin(origin)}:${origin.column}` : writeOrigin(origin)
}
