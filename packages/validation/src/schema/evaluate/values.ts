import { isMarkedNumber, literalOf } from '@floodgate/core'
import { canonicalText, readDecimal } from './decimal.ts'

/** Types as JSON Schema names them; a whole number is a `number` too. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

/** Tells the type of a value of a decoded document, whose numbers may be marked texts. */
export function typeOf (value: unknown): JsonType {
  switch (typeof value) {
    case 'string': return isMarkedNumber(value) ? 'number' : 'string'
    case 'number': return 'number'
    case 'boolean': return 'boolean'
    default: return value === null ? 'null' : Array.isArray(value) ? 'array' : 'object'
  }
}

/** Whether two values of decoded documents are the same: numbers by value, objects whatever the order of their keys. */
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

/** The first item that has an equal one before it, with that one. Time grows with the size of the list, not its square. */
export function findDuplicate (items: readonly unknown[]): [first: number, second: number] | null {
  if (items.length < 2) return null
  const seen = new Map<unknown, number>()
  const seenTexts = new Map<string, number>()
  for (let i = 0; i < items.length; i++) {
    const item = items[i]
    const key = isPlainScalar(item) ? item : keyOf(item)
    // The text of an object, or of a number, is another one than a text that reads like it.
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

/** Something that is the same for equal objects, lists and marked numbers, and for no others; a number where it is a double. */
function keyOf (value: unknown): number | string {
  return typeof value === 'string' ? numberKey(value) : writeKey(value)
}

/** A marked number that is a double after all (`3.0`) is the same as it. */
function numberKey (value: string): number | string {
  const literal = literalOf(value)!
  const canonical = canonicalText(readDecimal(literal))
  const double = Number(literal)
  return Number.isFinite(double) && canonicalText(readDecimal(String(double))) === canonical ? double : `n${canonical}`
}

/** JSON with its keys in order, and one text for each number. */
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
