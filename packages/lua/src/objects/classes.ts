import { libraryOf } from '../library/arguments.ts'
import { LuaTable, Userdata, type NativeFunction } from '../machine/values.ts'

/** A kind of objects of the gateway: a table with functions, which is also the metatable of its objects. */
export interface ObjectClass {
  readonly table: LuaTable
  create (value: unknown): Userdata
}

/** Creates a kind of objects: `functions` are called with a dot, `methods` with a colon. Scripts cannot change it. */
export function createClass (functions: readonly NativeFunction[], methods: readonly NativeFunction[]): ObjectClass {
  const index = libraryOf(methods)
  const table = libraryOf(functions, { __index: index })
  index.isFrozen = true
  table.isFrozen = true
  return { table, create: (value) => new Userdata(value, table) }
}
