import type { Place } from '@floodgate/core'
import { valueAt } from './value-at.ts'
import { originsOf, type LoadedConfig } from '../load-config.ts'
import { originalPlace } from '../plugins/moves.ts'
import { noFile, startsWith } from './locate-problems.ts'

/** Where a value was configured. */
export type Origin =
  | { readonly kind: 'file', readonly file: string, readonly line: number | null, readonly column: number | null }
  | { readonly kind: 'environment', readonly variable: string }

/**
 * Returns where a value was configured; null if it was not, so that its default applies. Keys are case-insensitive and
 * null counts as missing, as for the loader.
 */
export function originOf ({ model }: Pick<LoadedConfig, 'model'>, modelPlace: Place): Origin | null {
  const { source, overrides, given, moves } = originsOf(model)
  const place = originalPlace(modelPlace, moves)
  const override = overrides.find(({ path }) => startsWith(place, path))
  if (override !== undefined) return { kind: 'environment', variable: override.variable }
  if ((valueAt(given, place) ?? null) !== null) {
    const position = source?.locate(place, 'key')
    return { kind: 'file', file: position?.file ?? source?.file ?? noFile, line: position?.line ?? null, column: position?.column ?? null }
  }
  // An object with a key that is only set by the environment.
  const below = overrides.find(({ path }) => startsWith(path, place.map(String)))
  return below === undefined ? null : { kind: 'environment', variable: below.variable }
}
