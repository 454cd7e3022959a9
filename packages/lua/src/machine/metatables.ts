import { isFunction } from './texts.ts'
import { LuaTable, Userdata, type LuaFunction, type LuaValue, type Machine, type NativeFunction } from './values.ts'

/** The metatable of a value; null without one. */
export function metatableOf (machine: Machine, value: LuaValue): LuaTable | null {
  if (value instanceof LuaTable || value instanceof Userdata) return value.metatable
  return typeof value === 'string' ? machine.stringMetatable : null
}

/** What a value's metatable has for an event. */
export function metamethod (machine: Machine, value: LuaValue, event: string): LuaValue {
  return metatableOf(machine, value)?.field(event)
}

/** The same as a function; undefined otherwise. */
export function metafunction (machine: Machine, value: LuaValue, event: string): LuaFunction | NativeFunction | undefined {
  const method = metamethod(machine, value, event)
  return isFunction(method) ? method : undefined
}

/** What is called instead of a value that is not a function. */
export function callMethod (machine: Machine, value: LuaValue): LuaFunction | NativeFunction | undefined {
  return metafunction(machine, value, '__call')
}
