import type { FunctionNode } from '../language/ast.ts'
import { returnOperation } from '../instructions/calls.ts'
import { argOperation, cellOperation } from '../instructions/values.ts'
import { parseScript } from '../language/parser.ts'
import type { Chunk, Proto } from '../machine/values.ts'
import { Builder } from './builder.ts'
import { compileBlock } from './statements.ts'

/**
 * Compiles a script.
 *
 * @param source a character per byte
 * @throws {ScriptSyntaxError} it is not Lua
 */
export function compileScript (source: string, chunk: Chunk): Proto {
  const compileFunction = (fn: FunctionNode): Proto => {
    const builder = new Builder(fn, chunk, compileFunction)
    for (const param of fn.params) builder.place(param)
    let arg = -1
    if (fn.arg?.used === true) {
      arg = builder.place(fn.arg)
      builder.emit(argOperation, fn.line, arg)
      if (fn.arg.captured) builder.emit(cellOperation, fn.line, arg, arg)
    }
    compileBlock(builder, fn.body)
    builder.emit(returnOperation, fn.endLine, 0, 0)
    return builder.finish(fn.params.filter(({ captured }) => captured).map(({ register }) => register), arg)
  }
  return compileFunction(parseScript(source))
}
