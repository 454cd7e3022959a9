import { index, rawSet, setIndex } from '../machine/operations.ts'
import { LuaFunction, LuaTable, type Cell, type Frame, type LuaValue, type Operation, type Proto } from '../machine/values.ts'

/** What a table or a function costs, in bytes. */
const objectBytes = 64

/** Register a = register b. */
export const moveOperation: Operation = (_machine, { registers }, { a, b }) => { registers[a] = registers[b] }

/** Register a = the constant. */
export const constantOperation: Operation = (_machine, { registers }, { a, k }) => { registers[a] = k }

/** Register a and those behind it, b in all, = nil. */
export const nilOperation: Operation = (_machine, { registers }, { a, b }) => { registers.fill(undefined, a, a + b) }

/** Register a = a new cell with register b. */
export const cellOperation: Operation = (_machine, { registers }, { a, b }) => { registers[a] = { v: registers[b] } satisfies Cell }

/** Register a = what the cell in register b has. */
export const readCellOperation: Operation = (_machine, { registers }, { a, b }) => { registers[a] = (registers[b] as Cell).v }

/** The cell in register a gets register b. */
export const writeCellOperation: Operation = (_machine, { registers }, { a, b }) => { (registers[a] as Cell).v = registers[b] }

/** Register a = captured variable b. */
export const readCapturedOperation: Operation = (_machine, { registers, fn }, { a, b }) => { registers[a] = fn.cells[b]!.v }

/** Captured variable a = register b. */
export const writeCapturedOperation: Operation = (_machine, { registers, fn }, { a, b }) => { fn.cells[a]!.v = registers[b] }

/** Register a = the global variable named by the constant. */
export const readGlobalOperation: Operation = (machine, { registers, fn: { env } }, { a, k }) => {
  registers[a] = env.field(k as string) ?? (env.metatable === null ? undefined : index(machine, env, k))
}

/** The global variable named by the constant = register a. */
export const writeGlobalOperation: Operation = (machine, { registers, fn }, { a, k }) => { setIndex(machine, fn.env, k, registers[a]) }

/** Register a = register b [register c]. */
export const readIndexOperation: Operation = (machine, { registers }, { a, b, c }) => {
  registers[a] = index(machine, registers[b], registers[c])
}

/** Register a = register b [constant]. */
export const readFieldOperation: Operation = (machine, { registers }, { a, b, k }) => { registers[a] = index(machine, registers[b], k) }

/** Register a [register b] = register c. */
export const writeIndexOperation: Operation = (machine, { registers }, { a, b, c }) => {
  setIndex(machine, registers[a], registers[b], registers[c])
}

/** Register a [constant] = register b. */
export const writeFieldOperation: Operation = (machine, { registers }, { a, b, k }) => { setIndex(machine, registers[a], k, registers[b]) }

/** Register a = register b [constant], and register a + 1 = register b: the call of a method. */
export const methodOperation: Operation = (machine, { registers }, { a, b, k }) => {
  const object: LuaValue = registers[b]
  registers[a] = index(machine, object, k)
  registers[a + 1] = object
}

/** Register a = a new table. */
export const tableOperation: Operation = (machine, { registers }, { a }) => {
  machine.budget.take(objectBytes)
  registers[a] = new LuaTable()
}

/** The list of the table in register a gets b values behind it (-1: up to the top), from position c on. */
export const listOperation: Operation = (machine, frame, { a, b, c }) => {
  const { registers } = frame
  const table = registers[a] as LuaTable
  const count = b < 0 ? frame.top - a - 1 : b
  for (let i = 0; i < count; i++) rawSet(machine, table, c + i, registers[a + 1 + i])
}

/** Register a = a function of prototype b. */
export const closureOperation: Operation = (machine, frame, { a, b }) => {
  machine.budget.take(objectBytes)
  const proto = frame.proto.protos[b]!
  frame.registers[a] = new LuaFunction(proto, cellsOf(frame, proto), frame.fn.env)
}

/** Register a = a table of the additional arguments, with their number as `n`. */
export const argOperation: Operation = (machine, { registers, varargs }, { a }) => {
  machine.budget.take(objectBytes)
  const table = new LuaTable()
  varargs.forEach((value, i) => { rawSet(machine, table, i + 1, value) })
  rawSet(machine, table, 'n', varargs.length)
  registers[a] = table
}

function cellsOf ({ registers, fn }: Frame, { captures }: Proto): Cell[] {
  return captures.map((capture) => 'local' in capture ? registers[capture.local.register] as Cell : fn.cells[capture.index]!)
}
