import { CallError } from '../../errors.ts'
import { deepCopy } from './deep-copy.ts'
import { mergeDicts } from './merge.ts'
import { sortedKeys } from '../../texts/printer.ts'
import { ANY, anyDict, anyList, BOOL, Dict, dictOf, listOf, strings, STRING, typeName, type Value } from '../../evaluate/values.ts'
import { any, define, dict, rest, text, type FunctionTable } from '../definition.ts'
import { stringify } from '../text/stringify.ts'

const DICT = dictOf(ANY)
const NO_NIL_MAP = 'assignment to entry in nil map'

const merge = define([dict, rest(dict)], ANY, ([into, ...others], { budget }) => mergeDicts(into, others, false, budget))
const mergeOverwrite = define([dict, rest(dict)], ANY, ([into, ...others], { budget }) => mergeDicts(into, others, true, budget))
const copy = define([any], ANY, ([value], { budget }) => {
  if (value === null) throw new CallError('reflect: call of reflect.Value.Type on zero Value')
  return deepCopy(value, budget)
})

/** sprig's functions on maps. `set`, `unset` and the merges change the map they get first. Keys come sorted. */
export const dictFunctions: FunctionTable = {
  dict: define([rest(any)], DICT, (pairs, { budget }) => {
    const made = anyDict()
    for (let i = 0; i < pairs.length; i += 2) made.entries.set(stringify(pairs[i]!, budget), i + 1 < pairs.length ? pairs[i + 1]! : '')
    return made
  }),
  get: define([dict, text], ANY, ([from, key]) => from.entries.has(key) ? from.entries.get(key)! : ''),
  set: define([dict, text, any], DICT, ([into, key, value]) => {
    if (into.isNil) throw new CallError(NO_NIL_MAP)
    into.entries.set(key, value)
    return into
  }),
  unset: define([dict, text], DICT, ([from, key]) => {
    from.entries.delete(key)
    return from
  }),
  hasKey: define([dict, text], BOOL, ([from, key]) => from.entries.has(key)),
  pluck: define([text, rest(dict)], listOf(ANY), ([key, ...dicts]) =>
    anyList(dicts.filter(({ entries }) => entries.has(key)).map(({ entries }) => entries.get(key)!))),
  keys: define([rest(dict)], listOf(STRING), (dicts) => strings(dicts.flatMap(sortedKeys))),
  values: define([dict], listOf(ANY), ([from]) => anyList(sortedKeys(from).map((key) => from.entries.get(key)!))),
  pick: define([dict, rest(text)], DICT, ([from, ...keys]) =>
    anyDict(keys.filter((key) => from.entries.has(key)).map((key) => [key, from.entries.get(key)!]))),
  omit: define([dict, rest(text)], DICT, ([from, ...keys]) =>
    anyDict([...from.entries].filter(([key]) => !keys.includes(key)))),
  dig: define([rest(any)], ANY, (args) => dig(args)),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy: copy,
  mustDeepCopy: copy
}

/** Follows keys into maps; the last argument is the map, the one before what to return when a key is missing. */
function dig (args: readonly Value[]): Value {
  if (args.length < 3) throw new CallError('dig needs at least three arguments')
  let current = asDict(args.at(-1)!)
  const keys = args.slice(0, -2).map(asKey)
  for (const [i, key] of keys.entries()) {
    if (!current.entries.has(key)) return args.at(-2)!
    const value = current.entries.get(key)!
    if (i === keys.length - 1) return value
    current = asDict(value)
  }
  return current
}

function asDict (value: Value): Dict {
  if (value instanceof Dict && value.type === DICT) return value
  throw new CallError(`interface conversion: interface {} is ${nameForConversion(value)}, not map[string]interface {}`)
}

function asKey (value: Value): string {
  if (typeof value === 'string') return value
  throw new CallError(`interface conversion: interface {} is ${nameForConversion(value)}, not string`)
}

function nameForConversion (value: Value): string {
  return value === null ? 'nil' : typeName(value)
}
