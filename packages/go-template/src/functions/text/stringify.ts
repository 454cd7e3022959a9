import { formatValue } from '../../texts/printf.ts'
import { List, printed, type Value } from '../../evaluate/values.ts'
import type { Budget } from '../../evaluate/budget.ts'

/** sprig's `toString`: what a value prints as. */
export function stringify (value: Value, budget: Budget): string {
  return typeof value === 'string' ? value : printed(value) ?? formatValue(value, budget)
}

/** sprig's `toStrings`: the items of a list as texts, without nil; any other value alone. */
export function toStrings (value: Value, budget: Budget): string[] {
  if (value === null) return []
  if (!(value instanceof List)) return [stringify(value, budget)]
  return value.items.filter((item) => item !== null).map((item) => stringify(item, budget))
}
