/** Ends a script, which cannot catch it: a budget is used up, or the request has ended. */
export class LuaAbort extends Error {
  override readonly name = 'LuaAbort'
  readonly code: 'FG_ERR_LUA_INSTRUCTIONS' | 'FG_ERR_LUA_MEMORY' | 'FG_ERR_LUA_ENDED'

  constructor (code: LuaAbort['code'], message: string) {
    super(message)
    this.code = code
  }
}
