import { isDeepStrictEqual } from 'node:util'
import type { Place } from '../place.ts'
import { formats } from './formats.ts'
import type { Schema } from './schema.ts'
import { fits } from './check-value.ts'
import { isObject } from './weak-values.ts'

/**
 * Removes errors from settings, so that further problems can be found: optional parts are removed, others replaced by
 * valid placeholders. The result is never served.
 *
 * @param places of what is wrong, from the settings down
 * @returns undefined = they are of no use without it
 */
export function replaceInvalid (schema: object, settings: unknown, places: readonly Place[]): unknown {
  if (settings === undefined) return undefined
  const mended = structuredClone(settings)
  for (const place of places) {
    const key = place.at(-1)
    const holder = place.slice(0, -1).reduce<unknown>(
      (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
      mended
    )
    const shape = schemaAt(schema as Schema, place)
    if (Array.isArray(holder) && typeof key === 'number') holder[key] = standIn(shape)
    if (!isObject(holder) || typeof key !== 'string') continue
    const { required = [] } = schemaAt(schema as Schema, place.slice(0, -1)) ?? {}
    if (required.includes(key)) holder[key] = standIn(shape)
    else delete holder[key]
  }
  return fits(schema, mended) ? mended : undefined
}

/** The schema of what is at a place of settings; undefined where it is none that can be followed. */
function schemaAt (schema: Schema | undefined, place: Place): Schema | undefined {
  return place.reduce<Schema | undefined>((shape, step) => {
    const next = typeof step === 'number' ? shape?.items : shape?.properties?.[step] ?? shape?.additionalProperties
    return isObject(next) ? next as Schema : undefined
  }, schema)
}

/** Something of a schema's shape; undefined where none is known. */
function standIn (schema: Schema | undefined): unknown {
  const { type, format = '', enum: words, default: fallback, properties = {}, minimum = 1, minItems = 0, required = [] } = schema ?? {}
  if (fallback !== undefined) return structuredClone(fallback)
  if (words !== undefined) return words[0]
  if (type === 'string') return formats[format]?.example ?? 'x'
  if (type === 'integer' || type === 'number') return minimum
  if (type === 'boolean') return false
  if (type === 'array') {
    return Array.from({ length: minItems }, () => standIn(isObject(schema!.items) ? schema!.items as Schema : undefined))
  }
  if (type === 'object') return Object.fromEntries(required.map((key) => [key, standIn(properties[key])]))
  return undefined
}

/** Returns whether a problem at a place follows from one at another of the same settings: it is there, below it or above it. */
export function isOnPath (place: Place, other: Place): boolean {
  const length = Math.min(place.length, other.length)
  return isDeepStrictEqual(place.slice(0, length), other.slice(0, length))
}
