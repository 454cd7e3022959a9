import { readNumeral } from '../language/numeral.ts'
import {
  arithmetic, concat, equals, lengthOf, lessOrEqual, lessThan, negate, objectArithmetic
} from '../machine/operations.ts'
import type { LuaValue, Operation } from '../machine/values.ts'

/** Register a = register b operator register c. */
const arithmeticOperation = (operator: string): Operation => (machine, { registers }, { a, b, c }) => {
  const [left, right]: LuaValue[] = [registers[b], registers[c]]
  registers[a] = typeof left === 'number' && typeof right === 'number'
    ? arithmetic(operator, left, right)
    : objectArithmetic(machine, operator, left, right)
}

const addOperation: Operation = (machine, { registers }, { a, b, c }) => {
  const left: LuaValue = registers[b]
  const right: LuaValue = registers[c]
  registers[a] = typeof left === 'number' && typeof right === 'number' ? left + right : objectArithmetic(machine, '+', left, right)
}

const subtractOperation: Operation = (machine, { registers }, { a, b, c }) => {
  const left: LuaValue = registers[b]
  const right: LuaValue = registers[c]
  registers[a] = typeof left === 'number' && typeof right === 'number' ? left - right : objectArithmetic(machine, '-', left, right)
}

/** Operations by the operator. */
export const binaryOperations: Readonly<Record<string, Operation>> = {
  '+': addOperation,
  '-': subtractOperation,
  '*': arithmeticOperation('*'),
  '/': arithmeticOperation('/'),
  '%': arithmeticOperation('%'),
  '^': arithmeticOperation('^'),
  '..': (machine, { registers }, { a, b, c }) => { registers[a] = concat(machine, registers[b], registers[c]) },
  '==': (machine, { registers }, { a, b, c }) => { registers[a] = equals(machine, registers[b], registers[c]) },
  '~=': (machine, { registers }, { a, b, c }) => { registers[a] = !equals(machine, registers[b], registers[c]) },
  '<': (machine, { registers }, { a, b, c }) => { registers[a] = lessThan(machine, registers[b], registers[c]) },
  '<=': (machine, { registers }, { a, b, c }) => { registers[a] = lessOrEqual(machine, registers[b], registers[c]) },
  '>': (machine, { registers }, { a, b, c }) => { registers[a] = lessThan(machine, registers[c], registers[b]) },
  '>=': (machine, { registers }, { a, b, c }) => { registers[a] = lessOrEqual(machine, registers[c], registers[b]) }
}

/** Register a = operator register b. */
export const unaryOperations: Readonly<Record<string, Operation>> = {
  '-': (machine, { registers }, { a, b }) => {
    const value: LuaValue = registers[b]
    registers[a] = typeof value === 'number' ? -value : negate(machine, value)
  },
  not: (_machine, { registers }, { a, b }) => {
    const value: LuaValue = registers[b]
    registers[a] = value === undefined || value === false
  },
  '#': (machine, { registers }, { a, b }) => { registers[a] = lengthOf(machine, registers[b]) }
}

/** Goes to b. */
export const jumpOperation: Operation = (_machine, frame, { b }) => { frame.pc = b }

/** Goes to b if register a is nil or false. */
export const jumpIfFalseOperation: Operation = (_machine, frame, { a, b }) => {
  const value: LuaValue = frame.registers[a]
  if (value === undefined || value === false) frame.pc = b
}

/** Goes to b if register a is neither nil nor false. */
export const jumpIfTrueOperation: Operation = (_machine, frame, { a, b }) => {
  const value: LuaValue = frame.registers[a]
  if (value !== undefined && value !== false) frame.pc = b
}

/** Checks the three numbers of a counting loop in a, a + 1, a + 2, and goes to b. */
export const prepareCountOperation: Operation = (machine, frame, { a, b }) => {
  const { registers } = frame
  for (const [i, what] of ['init', 'limit', 'step'].entries()) {
    const value: LuaValue = registers[a + i]
    const number = typeof value === 'string' ? readNumeral(value) : value
    if (typeof number !== 'number') throw machine.failure(`for statement ${what} must be a number`)
    registers[a + i] = number
  }
  registers[a] -= registers[a + 2]
  frame.pc = b
}

/** The next number of a counting loop: to a + 3, and to b; past the limit, further on. */
export const countOperation: Operation = (_machine, frame, { a, b }) => {
  const { registers } = frame
  const limit: number = registers[a + 1]
  const step: number = registers[a + 2]
  const next: number = registers[a] + step
  registers[a] = next
  if (step > 0 ? next <= limit : next >= limit) {
    registers[a + 3] = next
    frame.pc = b
  }
}

/** What an iterator has given, from a + 3 on: goes to b if there was something. */
export const eachOperation: Operation = (_machine, frame, { a, b }) => {
  const { registers } = frame
  const value: LuaValue = registers[a + 3]
  if (value === undefined) return
  registers[a + 2] = value
  frame.pc = b
}
