import { compareText } from '@floodgate/go/text'
import { CallError } from '../../errors.ts'
import { toInt } from '../../number/cast.ts'
import { deepEqual } from '../../texts/deep-equal.ts'
import { ANY, anyList, BOOL, isZero, List, listOf, strings, STRING, typeOf, type Value } from '../../evaluate/values.ts'
import { any, define, integer, rest, type Context, type FunctionTable, type GoFunction } from '../definition.ts'
import { stringify, toStrings } from '../text/stringify.ts'

const LIST = listOf(ANY)
const NIL_POINTER = 'runtime error: invalid memory address or nil pointer dereference'

const push = define([any, any], LIST, ([list, item], context) =>
  grown([...itemsOf(list, 'Cannot push on type'), item], context))
const prepend = define([any, any], LIST, ([list, item], context) =>
  grown([item, ...itemsOf(list, 'Cannot prepend on type')], context))
const list = define([rest(any)], LIST, (items) => anyList(items))
const sprigSlice = define([any, rest(any)], ANY, ([list, start, end]) => sliceOf(list, start, end))

/** sprig's functions on lists. None of them changes the list it gets. */
export const listFunctions: FunctionTable = {
  list,
  tuple: list,
  append: push,
  push,
  mustAppend: push,
  mustPush: push,
  prepend,
  mustPrepend: prepend,
  slice: sprigSlice,
  mustSlice: sprigSlice,
  ...both('first', define([any], ANY, ([list]) => itemsOf(list, 'Cannot find first on type')[0] ?? null)),
  ...both('last', define([any], ANY, ([list]) => itemsOf(list, 'Cannot find last on type').at(-1) ?? null)),
  ...both('rest', define([any], LIST, ([list]) => without(itemsOf(list, 'Cannot find rest on type'), 1, undefined))),
  ...both('initial', define([any], LIST, ([list]) => without(itemsOf(list, 'Cannot find initial on type'), 0, -1))),
  ...both('reverse', define([any], LIST, ([list]) => anyList([...itemsOf(list, 'Cannot find reverse on type')].reverse()))),
  ...both('compact', define([any], LIST, ([list]) => anyList(itemsOf(list, 'Cannot compact on type').filter((item) => !isZero(item))))),
  ...both('uniq', define([any], LIST, ([list], context) => anyList(unique(itemsOf(list, 'Cannot find uniq on type'), context)))),
  ...both('without', define([any, rest(any)], LIST, ([list, ...unwanted], context) =>
    anyList(itemsOf(list, 'Cannot find without on type').filter((item) => !isIn(unwanted, item, context))))),
  ...both('has', define([any, any], BOOL, ([item, list], context) =>
    list !== null && isIn(itemsOf(list, 'Cannot find has on type'), item, context))),
  ...both('chunk', define([integer, any], listOf(LIST), ([size, list]) => chunk(itemsOf(list, 'Cannot chunk type'), size))),
  concat: define([rest(any)], ANY, (lists, context) => {
    const items = lists.flatMap((list) => itemsOf(list, (kind) => `Cannot concat type ${kind} as list`))
    return grown(items, context, items.length === 0)
  }),
  sortAlpha: define([any], listOf(STRING), ([list], { budget }) => {
    if (!(list instanceof List)) return strings([stringify(list, budget)])
    return strings(toStrings(list, budget).sort(compareText))
  })
}

/** Enters a function under its name and its `must` name: they fail alike. */
function both (name: string, called: GoFunction): FunctionTable {
  return { [name]: called, [`must${name[0]!.toUpperCase()}${name.slice(1)}`]: called }
}

function itemsOf (list: Value, problem: string | ((kind: string) => string)): readonly Value[] {
  if (list === null) throw new CallError(NIL_POINTER)
  if (list instanceof List) return list.items
  const { kind } = typeOf(list)
  throw new CallError(typeof problem === 'string' ? `${problem} ${kind}` : problem(kind))
}

function grown (items: readonly Value[], { budget }: Context, isNil = false): List {
  budget.items(items.length)
  return anyList(items, isNil)
}

/** Part of a list; nil when there is nothing to take it from. */
function without (items: readonly Value[], start: number, end: number | undefined): List {
  return items.length === 0 ? anyList([], true) : anyList(items.slice(start, end))
}

function unique (items: readonly Value[], context: Context): Value[] {
  const found: Value[] = []
  for (const item of items) if (!isIn(found, item, context)) found.push(item)
  return found
}

function isIn (items: readonly Value[], wanted: Value, { budget }: Context): boolean {
  return items.some((item) => deepEqual(wanted, item, budget))
}

function sliceOf (list: Value, start: Value | undefined, end: Value | undefined): Value {
  const items = itemsOf(list, (kind) => `list should be type of slice or array but ${kind}`)
  if (items.length === 0) return null
  const from = start === undefined ? 0 : Number(toInt(start))
  const to = end === undefined ? items.length : Number(toInt(end))
  if (from < 0 || from > to || to > items.length) throw new CallError('reflect.Value.Slice: slice index out of bounds')
  return new List((list as List).type.elem!, items.slice(from, to))
}

function chunk (items: readonly Value[], size: number): List {
  const count = Math.floor((items.length - 1) / size) + 1
  if (!(count >= 0 && count <= items.length)) throw new CallError('runtime error: makeslice: len out of range')
  const chunks = Array.from({ length: count }, (_, i) => {
    return size < 0 ? anyList(items.slice(0, items.length)) : anyList(items.slice(i * size, (i + 1) * size))
  })
  return new List(LIST, chunks)
}
