import { byteLength, encode } from '@floodgate/go/text'
import { escapeQuery } from '@floodgate/go/url'
import { CallError } from '../errors.ts'
import { escapeHtml, escapeScript } from '../texts/escape.ts'
import { isEqual, isLess, isLessOrEqual } from '../texts/compare.ts'
import { sprint, sprintf, sprintln } from '../texts/printf.ts'
import { byteOf, elementOf, inPlaceOf, itemOf, unbox, type Slot } from '../evaluate/slot.ts'
import { BOOL, Dict, Int, int, isTrue, List, STRING, typeOf, zeroOf, type Value } from '../evaluate/values.ts'
import { any, define, defineOnSlots, rest, text, type Context, type FunctionTable } from './definition.ts'

/** The functions of Go's text/template. `and` and `or` are evaluated by the caller, argument by argument. */
export const builtins: FunctionTable = {
  and: defineOnSlots(1, true, ([first]) => first),
  or: defineOnSlots(1, true, ([first]) => first),
  not: { ...defineOnSlots(1, false, ([value]) => !isTrue(unbox(value) ?? null)), result: BOOL },
  len: defineOnSlots(1, false, ([value]) => int(lengthOf(value))),
  index: defineOnSlots(1, true, ([item, ...indexes]) => indexes.reduce(indexInto, requireValue(item))),
  call: defineOnSlots(1, true, ([name, called]) => refuseCall(name as string, called)),

  eq: defineOnSlots(1, true, ([first, ...others]) => isEqual(first, others)),
  ne: defineOnSlots(2, false, ([first, second]) => !isEqual(first, [second])),
  lt: defineOnSlots(2, false, ([first, second]) => isLess(first, second)),
  le: defineOnSlots(2, false, ([first, second]) => isLessOrEqual(first, second)),
  gt: defineOnSlots(2, false, ([first, second]) => !isLessOrEqual(first, second)),
  ge: defineOnSlots(2, false, ([first, second]) => !isLess(first, second)),

  print: define([rest(any)], STRING, (args, { budget }) => sprint(args, budget)),
  printf: define([text, rest(any)], STRING, ([format, ...args], { budget }) => sprintf(format, args, budget)),
  println: define([rest(any)], STRING, (args, { budget }) => sprintln(args, budget)),
  html: define([rest(any)], STRING, (args, context) => escapeHtml(plainText(args, context))),
  js: define([rest(any)], STRING, (args, context) => escapeScript(plainText(args, context))),
  urlquery: define([rest(any)], STRING, (args, context) => escapeQuery(plainText(args, context)))
}

function lengthOf (slot: Slot): number {
  const value = unbox(slot)
  if (value === undefined) {
    throw new CallError(slot === undefined ? 'reflect: call of reflect.Value.Type on zero Value' : 'len of nil pointer')
  }
  if (typeof value === 'string') return byteLength(value)
  if (value instanceof List) return value.items.length
  if (value instanceof Dict) return value.entries.size
  throw new CallError(`len of type ${typeOf(value).name.replace(/^\*/, '')}`)
}

function requireValue (slot: Slot): Slot {
  const value = unbox(slot)
  if (value === undefined) throw new CallError('index of untyped nil')
  return value
}

function indexInto (slot: Slot, index: Slot): Slot {
  const item = unbox(slot)
  const key = unbox(index)
  if (item === undefined) throw new CallError('index of nil pointer')
  if (item instanceof Dict) {
    if (key === undefined) throw new CallError('value is nil; should be of type string')
    if (typeof key !== 'string') throw new CallError(`value has type ${typeOf(key).name}; should be string`)
    const { elem } = item.type
    return elementOf(item, key) ?? inPlaceOf(elem!, zeroOf(elem!))
  }
  if (item instanceof List) return itemOf(item, position(key, item.items.length, 'slice'))
  if (typeof item === 'string') {
    const bytes = encode(item)
    return byteOf(bytes, position(key, bytes.length, 'string'))
  }
  throw new CallError(`can't index item of type ${typeOf(item).name.replace(/^\*/, '')}`)
}

function position (key: NonNullable<Value> | undefined, length: number, what: 'slice' | 'string'): number {
  if (key === undefined) throw new CallError('cannot index slice/array with nil')
  if (!(key instanceof Int)) throw new CallError(`cannot index slice/array with type ${typeOf(key).name}`)
  if (key.value < 0n || key.value > BigInt(length)) throw new CallError(`index out of range: ${key.value}`)
  if (key.value === BigInt(length)) throw new CallError(`reflect: ${what} index out of range`)
  return Number(key.value)
}

/** JSON has no functions that could be called. */
function refuseCall (name: string, called: Slot): never {
  const value = unbox(called)
  if (value === undefined) throw new CallError('call of nil')
  throw new CallError(`non-function ${name === '' ? '' : name + ' '}of type ${typeOf(value).name}`)
}

/** Prints arguments as an action would print them. */
function plainText (args: readonly Value[], { budget }: Context): string {
  if (args.length === 1 && typeof args[0] === 'string') return args[0]
  return sprint(args.map((arg) => arg ?? '<no value>'), budget)
}
