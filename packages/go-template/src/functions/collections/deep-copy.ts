import { Dict, List, type Value } from '../../evaluate/values.ts'
import type { Budget } from '../../evaluate/budget.ts'

/** Copies maps and lists all the way down. */
export function deepCopy (value: Value, budget: Budget): Value {
  budget.step()
  if (value instanceof List) {
    return new List(value.type.elem!, value.items.map((item) => deepCopy(item, budget)), value.isNil)
  }
  if (!(value instanceof Dict)) return value
  const copy = new Dict(value.type.elem!, new Map(), value.isNil)
  for (const [key, item] of value.entries) copy.entries.set(key, deepCopy(item, budget))
  return copy
}
