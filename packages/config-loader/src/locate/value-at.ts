import type { Place } from '@floodgate/core'
import { foldKey, isObject } from '@floodgate/settings'

/** Follows a place as the loader reads it: keys are case-insensitive, and a single value counts as a list of one. */
export function valueAt (root: unknown, place: Place): unknown {
  let value = root
  for (const step of place) {
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : step === 0 ? value : undefined
    else value = isObject(value) ? member(value, step) : undefined
  }
  return value
}

function member (object: Record<string, unknown>, key: string): unknown {
  if (Object.hasOwn(object, key)) return object[key]
  const folded = foldKey(key)
  return Object.entries(object).findLast(([name]) => foldKey(name) === folded)?.[1]
}
