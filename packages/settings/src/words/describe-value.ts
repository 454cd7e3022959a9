import type { Place } from '../place.ts'
import { showValue } from '../secrets/secret-places.ts'

/** Names a value in a message: scalars as they are written, secrets masked, the rest by its kind. */
export function describeValue (place: Place, value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (value === undefined) return 'nothing'
  if (typeof value === 'function') return 'a function'
  const text = JSON.stringify(showValue(place, value))
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`
}

/** Joins names for a sentence: `a, b or c`. */
export function listWords (words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
