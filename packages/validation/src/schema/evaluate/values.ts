import { isMarkedNumber, literalOf } from '@floodgate/core'
import { canonicalText, readDecimal } from './decimal.ts'

/** Types of JSON Schema; an integer is a `number` too. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

/** Returns the type of a value of a decoded document, whose numbers may be marked strings. */
export function typeOf (value: unknown): JsonType {
  switch (typeof value) {
    case 'string': return isMarkedNumber(value) ? 'number' : 'string'
    case 'number': return 'number'
    case 'boolean': return 'boolean'
    default: return value === null ? 'null' : Array.isArray(value) ? 'array' : 'object'
  }
}

/**
 * Returns whether two values of decoded documents are equal: numbers by value, objects regardless of the order of their
 * keys.
 */
export function isEqual (a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
    if (a === b) return true
    const [one, other] = [literalOf(a), literalOf(b)]
    return one !== null && other !== null && canonicalText(readDecimal(one)) === canonicalText(readDecimal(other))
  }
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (Array.isArray(b)) return false
  const [own, others] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = Object.keys(own)
  return keys.length === Object.keys(others).length && keys.every((key) => Object.hasOwn(others, key) && isEqual(own[key], others[key]))
}

/** Returns the first item that equals an earlier one, and that item. Takes time linear in the size of the list. */
export function findDuplicate (items: readonly unknown[]): [first: number, second: number] | null {
  if (items.length < 2) return null
  const seen = new Map<unknown, number>()
  const seenTexts = new Map<string, number>()
  for (let i = 0; i < items.length; i++) {
    const item = items[i]
    const key = isPlainScalar(item) ? item : keyOf(item)
    // Distinguishes the text of an object or a number from an equal string.
    const others = typeof key === 'string' && key !== item ? seenTexts : seen
    const before = others.get(key as string)
    if (before !== undefined) return [before, i]
    others.set(key as string, i)
  }
  return null
}

function isPlainScalar (value: unknown): boolean {
  return typeof value === 'string' ? !isMarkedNumber(value) : typeof value !== 'object' || value === null
}

/** Returns a key that is the same exactly for equal objects, lists and marked numbers; a number for a double. */
function keyOf (value: unknown): number | string {
  return typeof value === 'string' ? numberKey(value) : writeKey(value)
}

/** A marked number that equals a double (`3.0`) has the double as its key. */
function numberKey (value: string): number | string {
  const literal = literalOf(value)!
  const canonical = canonicalText(readDecimal(literal))
  const double = Number(literal)
  return Number.isFinite(double) && canonicalText(readDecimal(String(double))) === canonical ? double : `n${canonical}`
}

/** JSON with sorted keys and a canonical form of each number. */
function writeKey (value: unknown): string {
  if (typeof value === 'string') return isMarkedNumber(value) ? String(numberKey(value)) : JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  let key = ''
  if (Array.isArray(value)) {
    for (const item of value) key += `${writeKey(item)},`
    return `[${key}]`
  }
  const object = value as Record<string, unknown>
  for (const name of Object.keys(object).sort()) key += `${JSON.stringify(name)}:${writeKey(object[name])},`
  return `{${key}}`
}
