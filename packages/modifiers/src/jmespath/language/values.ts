import { isMarkedNumber, literalOf } from '@floodgate/core'
import type { Run } from './run.ts'

/** What `type()` says of a value; null is `null`, and numbers whose digits are kept are numbers. */
export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

export type Data = Readonly<Record<string, unknown>>

export function typeOf (value: unknown): TypeName {
  switch (typeof value) {
    case 'boolean': return 'boolean'
    case 'number': return 'number'
    case 'string': return isMarkedNumber(value) ? 'number' : 'string'
    case 'object': return value === null ? 'null' : Array.isArray(value) ? 'array' : 'object'
    default: return 'null'
  }
}

/** The double of a number, marked or not; null for anything else. */
export function numberOf (value: unknown): number | null {
  if (typeof value === 'number') return value
  return isMarkedNumber(value) ? Number(literalOf(value)) : null
}

/** What counts as false: null, false, and what is empty. A number is true, 0 as well. */
export function isFalse (value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true
  if (typeof value !== 'object') return false
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
}

/** Whether two values are equal, as deep as they are. */
export function isEqual (first: unknown, second: unknown, run: Run): boolean {
  const pairs: [unknown, unknown][] = [[first, second]]
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    run.spend(1)
    const [a, b] = pair
    if (a === b) continue
    const type = typeOf(a)
    if (type !== typeOf(b)) return false
    if (type === 'number') {
      if (numberOf(a) !== numberOf(b)) return false
    } else if (type === 'array') {
      const [items, others] = [a as unknown[], b as unknown[]]
      if (items.length !== others.length) return false
      run.spend(items.length)
      for (const [i, item] of items.entries()) pairs.push([item, others[i]])
    } else if (type === 'object') {
      const [data, other] = [a as Data, b as Data]
      const keys = Object.keys(data)
      if (keys.length !== Object.keys(other).length) return false
      run.spend(keys.length)
      for (const key of keys) {
        if (!Object.hasOwn(other, key)) return false
        pairs.push([data[key], other[key]])
      }
    } else if (type !== 'null') return false
  }
  return true
}
