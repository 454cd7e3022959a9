import type { Budget } from '../evaluate/budget.ts'
import { Complex, Dict, Int, List, Opaque, type Value } from '../evaluate/values.ts'

/** Compares as reflect.DeepEqual does: an int never equals a float64, a nil slice not an empty one. */
export function deepEqual (a: Value, b: Value, budget: Budget): boolean {
  budget.step()
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Int) return b instanceof Int && a.type === b.type && a.value === b.value
  if (a instanceof Complex) return b instanceof Complex && a.re === b.re && a.im === b.im
  if (a instanceof Opaque) return b instanceof Opaque && a.type === b.type && a.equals(b)
  if (a instanceof List) {
    return b instanceof List && a.type === b.type && a.isNil === b.isNil && a.items.length === b.items.length &&
      a.items.every((item, i) => deepEqual(item, b.items[i]!, budget))
  }
  return b instanceof Dict && a.type === b.type && a.isNil === b.isNil && a.entries.size === b.entries.size &&
    [...a.entries].every(([key, item]) => b.entries.has(key) && deepEqual(item, b.entries.get(key)!, budget))
}
