import { setKey } from '@floodgate/core'
import { compareText } from '@floodgate/go/text'
import { native, type Arguments } from '../library/arguments.ts'
import { fromBytes } from '../machine/texts.ts'
import { Userdata } from '../machine/values.ts'
import { createClass, type ObjectClass } from './classes.ts'
import { JsonList, JsonObject, toJson, toScript, type Wrap } from './json-values.ts'

/** What a member of an object, or an element of an array, costs, in bytes. */
const memberBytes = 40

/** `luaTable`, `luaList` and `luaNil`. */
export interface JsonClasses extends Wrap {
  readonly classes: Readonly<Record<'luaTable' | 'luaList' | 'luaNil', ObjectClass>>
}

export function createJsonClasses (): JsonClasses {
  const wrap: Wrap = {
    object: (data) => luaTable.create(new JsonObject(data)),
    list: (items) => luaList.create(new JsonList(items)),
    nil: () => luaNil.create(null)
  }
  const luaTable = createClass([native('new', () => wrap.object({}))], [
    native('get', (args) => {
      need(args, 2)
      const { data } = objectOf(args)
      const key = keyOf(args)
      return Object.hasOwn(data, key) ? toScript(args.machine, data[key], wrap) : undefined
    }),
    native('set', (args) => {
      need(args, 3)
      const { data } = objectOf(args)
      const key = keyOf(args)
      const value = toJson(args.machine, args.get(3))
      if (value === undefined) return []
      args.machine.budget.take(memberBytes)
      setKey(data, key, value)
      return []
    }),
    native('len', (args) => {
      const { length } = Object.keys(objectOf(args).data)
      args.machine.budget.work(length)
      return length
    }),
    native('del', (args) => {
      need(args, 2)
      delete objectOf(args).data[keyOf(args)]
      return []
    }),
    native('keys', (args) => {
      const keys = Object.keys(objectOf(args).data)
      args.machine.budget.work(keys.length * 4)
      args.machine.budget.take(keys.length * memberBytes)
      return wrap.list(keys.sort(compareText))
    }),
    native('keyExists', (args) => {
      need(args, 2)
      return Object.hasOwn(objectOf(args).data, keyOf(args))
    })
  ])
  const luaList = createClass([native('new', () => wrap.list([]))], [
    native('get', (args) => {
      need(args, 2)
      const { items, length } = listOf(args)
      const at = args.integer(2)
      return at < 0 || at >= length ? undefined : toScript(args.machine, items[at], wrap)
    }),
    native('set', (args) => {
      need(args, 3)
      const list = listOf(args)
      const at = args.integer(2)
      if (at < 0) return []
      if (at >= list.length) grow(args, list, at + 1)
      const value = toJson(args.machine, args.get(3))
      if (value !== undefined) list.items[at] = value
      return []
    }),
    native('len', (args) => listOf(args).length),
    native('del', (args) => {
      need(args, 2)
      const list = listOf(args)
      const at = args.integer(2)
      if (at < 0 || at >= list.length) return []
      args.machine.budget.work((list.length - at) >> 1)
      list.items.copyWithin(at, at + 1, list.length)
      list.items[--list.length] = null
      return []
    })
  ])
  const luaNil = createClass([native('new', () => wrap.nil())], [])
  return { ...wrap, classes: { luaTable, luaList, luaNil } }
}

/** More elements, which are null, in an array of its own. */
function grow ({ machine }: Arguments, list: JsonList, length: number): void {
  machine.budget.take(length * 16)
  const items = [...list.items.slice(0, list.length), ...new Array<null>(length - list.length).fill(null)]
  list.items = items
  list.length = length
}

/** The number of arguments, with the object itself. */
export function need (args: Arguments, count: number): void {
  if (args.count !== count) throw args.machine.failure('need arguments')
}

function objectOf (args: Arguments): JsonObject {
  const { value } = args.userdata(1)
  if (!(value instanceof JsonObject)) throw args.machine.failure('response expected')
  return value
}

function listOf (args: Arguments): JsonList {
  const { value } = args.userdata(1)
  if (!(value instanceof JsonList)) throw args.machine.failure('response expected')
  return value
}

function keyOf (args: Arguments): string {
  const key = args.string(2)
  args.machine.budget.scan(key.length)
  return fromBytes(key)
}

/** An array of texts, as values of JSON; anything else is an error. */
export function textsOf (args: Arguments, n: number): string[] {
  const value = args.any(n)
  if (!(value instanceof Userdata) || !(value.value instanceof JsonList)) {
    throw args.machine.failure('invalid header value, must be a luaList')
  }
  return value.value.data.map((item) => typeof item === 'string' ? item : item === null ? '' : String(item))
}
