import { CallError } from '../../errors.ts'
import { ANY, Dict, isZero, List, type Value } from '../../evaluate/values.ts'
import type { Budget } from '../../evaluate/budget.ts'

/**
 * Merges maps into the first one, which it changes, as mergo does: what is missing or empty there is taken from the
 * others in turn. With `overwrite` what they have wins.
 *
 * @returns the first map, a new one when it is nil
 */
export function mergeDicts (into: Dict, others: readonly Dict[], overwrite: boolean, budget: Budget): Dict {
  let target = into
  for (const other of others) {
    if (target.isNil && !other.isNil) target = new Dict(ANY)
    mergeInto(target, other, overwrite, budget)
  }
  return target
}

function mergeInto (target: Dict, source: Dict, overwrite: boolean, budget: Budget): void {
  for (const [key, value] of [...source.entries]) {
    budget.step()
    const known = target.entries.get(key)
    if (value === null) {
      if (overwrite) assign(target, key, null, source)
      continue
    }
    if (value instanceof Dict && known instanceof Dict && !known.isNil) mergeInto(known, value, overwrite, budget)
    if (value instanceof List && overwrite) assign(target, key, value, source)
    const hasContent = known !== undefined && !isZero(known)
    if (hasContent && (value instanceof List || (value instanceof Dict && known instanceof Dict))) continue
    if (overwrite || !hasContent) assign(target, key, value, source)
  }
}

function assign (target: Dict, key: string, value: Value, source: Dict): void {
  if (target.type.elem !== ANY && source.type.elem !== target.type.elem) {
    throw new CallError(
      `reflect.Value.SetMapIndex: value of type ${source.type.elem!.name} is not assignable to type ${target.type.elem!.name}`
    )
  }
  target.entries.set(key, value)
}
