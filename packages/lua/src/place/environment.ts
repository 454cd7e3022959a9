import { createLibraries, type Libraries } from '../library/globals.ts'
import type { LuaTable, LuaValue, Userdata } from '../machine/values.ts'
import { createContextClass, type ScriptContext } from '../objects/context.ts'
import { customError } from '../objects/custom-error.ts'
import { createHttpResponse } from '../objects/http-response.ts'
import { createJsonClasses } from '../objects/json-classes.ts'
import { createRequestClass, type ScriptRequest } from '../objects/request.ts'
import { createResponseClass, type ScriptResponse } from '../objects/response.ts'

/** What scripts of all requests have in common. */
export interface Environment {
  /** By `allow_open_libs`. */
  librariesOf (all: boolean, kind: 'endpoint' | 'step'): Libraries
  contextOf (context: ScriptContext): Userdata
  requestOf (request: ScriptRequest): Userdata
  responseOf (response: ScriptResponse): Userdata
  /** The global `response`, which only `post` has. */
  readonly responseTable: LuaTable
}

export function createEnvironment (): Environment {
  const json = createJsonClasses()
  const { luaTable, luaList, luaNil } = json.classes
  const ctx = createContextClass(json)
  const request = createRequestClass(json)
  const response = createResponseClass(json)
  const common: Record<string, LuaValue> = {
    luaTable: luaTable.table,
    luaList: luaList.table,
    luaNil: luaNil.table,
    http_response: createHttpResponse(json).table,
    custom_error: customError
  }
  const made: Record<string, Libraries> = Object.create(null)
  return {
    librariesOf (all, kind) {
      const key = `${kind} ${all}`
      made[key] ??= createLibraries(all, {
        ...common,
        ...kind === 'endpoint' ? { ctx: ctx.table } : { request: request.table }
      })
      return made[key]
    },
    contextOf: (context) => ctx.create(context),
    requestOf: (context) => request.create(context),
    responseOf: (context) => response.create(context),
    responseTable: response.table
  }
}
