/** A script that cannot be compiled. */
export class ScriptSyntaxError extends Error {
  override readonly name = 'ScriptSyntaxError'
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Whether the script ends too early. */
  readonly atEnd: boolean

  constructor (message: string, line: number, column: number, atEnd = false) {
    super(message)
    this.line = line
    this.column = column
    this.atEnd = atEnd
  }
}
