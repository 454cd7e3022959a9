import { literalOf, setKey } from '@floodgate/core'
import { LuaTable, Userdata, type LuaValue, type Machine } from '../machine/values.ts'
import { hostOf, type Host } from './host.ts'
import { fromBytes, numberText, textOf, toBytes } from '../machine/texts.ts'

/** A JSON object that a script holds: changes reach the document. */
export class JsonObject {
  readonly data: Record<string, unknown>

  constructor (data: Record<string, unknown>) {
    this.data = data
  }
}

/**
 * A JSON array that a script holds, as a slice of Go's: elements that are set reach the document, but an array that has
 * grown or shrunk has to be set again.
 */
export class JsonList {
  items: unknown[]
  length: number

  constructor (items: unknown[]) {
    this.items = items
    this.length = items.length
  }

  /** The array as it is now. */
  get data (): unknown[] {
    return this.length === this.items.length ? this.items : this.items.slice(0, this.length)
  }
}

/** Makes objects of the gateway for values of JSON. */
export interface Wrap {
  object (data: Record<string, unknown>): Userdata
  list (items: unknown[]): Userdata
  /** A new one each time: no two are equal. */
  nil (): Userdata
}

/** A value of JSON as scripts see it. */
export function toScript (machine: Machine, value: unknown, wrap: Wrap): LuaValue {
  if (value === null || value === undefined) return wrap.nil()
  switch (typeof value) {
    case 'string': {
      const literal = literalOf(value)
      if (literal !== null) return Number(literal)
      machine.budget.scan(value.length)
      const bytes = toBytes(value)
      if (bytes.length !== value.length) machine.budget.takeString(bytes.length)
      return bytes
    }
    case 'number':
    case 'boolean': return value
    case 'object': return Array.isArray(value) ? wrap.list(value) : wrap.object(value as Record<string, unknown>)
    default: return undefined
  }
}

/** A value of a script as JSON; undefined for what JSON cannot express, which is not set. */
export function toJson (machine: Machine, value: LuaValue): unknown {
  if (value instanceof LuaTable) return tableToJson(machine, value, 0)
  if (value instanceof Userdata) return userdataToJson(machine, value)
  if (typeof value === 'string') {
    machine.budget.scan(value.length)
    return fromBytes(value)
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

/** How deep tables may be inside each other. */
const maxDepth = 200

/** A table is an object, with the text of its keys. */
function tableToJson (machine: Machine, table: LuaTable, depth: number): Record<string, unknown> {
  if (depth > maxDepth) throw machine.failure('a table is in itself, or too many tables are in each other')
  machine.budget.scan(table.list.length * 16)
  const object: Record<string, unknown> = {}
  table.forEach((key, value) => {
    machine.budget.take(32)
    const json = value instanceof LuaTable ? listOrObject(tableToJson(machine, value, depth + 1)) : toJson(machine, value)
    if (json !== undefined) setKey(object, fromBytes(typeof key === 'number' ? numberText(key) : textOf(key)), json)
  })
  return object
}

/** A table inside another one is an array if all of its keys are integers; one without keys is null, as in the reference. */
function listOrObject (object: Record<string, unknown>): unknown {
  const keys = Object.keys(object)
  if (keys.length === 0) return null
  if (!keys.every((key) => /^[-+]?\d+$/.test(key))) return object
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => object[key])
}

function userdataToJson (machine: Machine, { value }: Userdata): unknown {
  if (value === null) return null
  const host = hostOf(machine) as Host | null
  if (host !== null) host.sharesValues = true
  return value instanceof JsonObject || value instanceof JsonList ? value.data : undefined
}

/** Most values in a document in which a script has put objects into others. */
const maxValues = 1_000_000

/** Whether a document is too large to be written: an object that is in it at many places counts at each of them, one in itself for ever. */
export function isTooLarge (document: unknown): boolean {
  let count = 0
  const open: unknown[] = [document]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const parts = Array.isArray(value) ? value : Object.values(value)
    count += parts.length + 1
    if (count > maxValues) return true
    for (const part of parts) if (typeof part === 'object') open.push(part)
  }
  return false
}
