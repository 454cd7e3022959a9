import type { LuaValue, Where } from './values.ts'

/** An error that a script may catch. */
export class LuaError extends Error {
  override readonly name = 'LuaError'
  readonly value: LuaValue
  /** File and line of the script where it happened; null where it is not known. */
  readonly where: Where | null
  /** The text without the place. */
  readonly text: string

  constructor (value: LuaValue, text: string, where: Where | null) {
    super(text)
    this.value = value
    this.text = text
    this.where = where
  }
}
