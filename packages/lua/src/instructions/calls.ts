import { Frame, LuaFunction, type LuaValue, type Operation } from '../machine/values.ts'

/** Calls register a with b arguments behind it (-1: up to the top); c results go there (-1: all). */
export const callOperation: Operation = (machine, frame, { a, b, c }) => {
  const { registers } = frame
  const fn: LuaValue = registers[a]
  machine.callValue(fn, registers.slice(a + 1, b < 0 ? frame.top : a + 1 + b), a, c)
}

/** Calls instead of this frame; behind it, a return hands on what a function of the host gives. */
export const tailCallOperation: Operation = (machine, frame, { a, b }) => {
  const { registers, parent, into, want, depth, guard, isBase } = frame
  const fn: LuaValue = registers[a]
  const args = registers.slice(a + 1, b < 0 ? frame.top : a + 1 + b)
  if (fn instanceof LuaFunction) machine.frame = new Frame(fn, args, parent, into, want, depth, guard, isBase)
  else machine.callValue(fn, args, a, -1)
}

/** Returns b values from register a on (-1: up to the top). */
export const returnOperation: Operation = (machine, frame, { a, b }) => {
  machine.finish(b === 0 ? none : frame.registers.slice(a, b < 0 ? frame.top : a + b))
}

/** Puts b of the additional arguments from register a on (-1: all). */
export const varargOperation: Operation = (machine, frame, { a, b }) => {
  const { registers, varargs } = frame
  const count = b < 0 ? varargs.length : b
  machine.budget.scan(count * 8)
  for (let i = 0; i < count; i++) registers[a + i] = varargs[i]
  if (b < 0) frame.top = a + count
}

const none: readonly LuaValue[] = []
