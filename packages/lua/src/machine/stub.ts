import { callOperation, returnOperation, varargOperation } from '../instructions/calls.ts'
import { LuaFunction, LuaTable, type Instruction, type Proto } from './values.ts'

const instruction = (run: Instruction['run'], a: number, b: number, c: number): Instruction => ({ run, a, b, c, k: undefined, line: 0 })

const proto: Proto = {
  name: '?',
  // function (fn, ...) return fn(...) end
  code: [instruction(varargOperation, 1, -1, 0), instruction(callOperation, 0, -1, -1), instruction(returnOperation, 0, -1, 0)],
  registers: 2,
  params: 1,
  isVararg: true,
  arg: -1,
  shared: [],
  captures: [],
  protos: [],
  chunk: { name: '', locate: (line) => ({ file: '', line }) }
}

/** Calls its first argument: a frame for functions that have none. Error messages do not count it. */
export const stub = new LuaFunction(proto, [], new LuaTable())
