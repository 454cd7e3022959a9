import type { Expression, TableItem } from '../language/ast.ts'
import { callOperation, varargOperation } from '../instructions/calls.ts'
import { binaryOperations, jumpIfFalseOperation, jumpIfTrueOperation, unaryOperations } from '../instructions/operators.ts'
import {
  closureOperation, constantOperation, listOperation, methodOperation, moveOperation, nilOperation, readCapturedOperation,
  readCellOperation, readFieldOperation, readGlobalOperation, readIndexOperation, tableOperation, writeFieldOperation,
  writeIndexOperation
} from '../instructions/values.ts'
import { isMultiple, type Builder } from './builder.ts'

/** How many elements of a list are put into a table at once. */
const batch = 50

/** Makes code that puts an expression's value into a register. */
export function compileInto (builder: Builder, expression: Expression, into: number): void {
  const { line } = expression
  const { free } = builder
  switch (expression.type) {
    case 'constant': builder.emit(constantOperation, line, into, 0, 0, expression.value); break
    case 'local': {
      const { captured, register } = expression.local
      if (captured) builder.emit(readCellOperation, line, into, register)
      else if (register !== into) builder.emit(moveOperation, line, into, register)
      break
    }
    case 'captured': builder.emit(readCapturedOperation, line, into, expression.index); break
    case 'global': builder.emit(readGlobalOperation, line, into, 0, 0, expression.name); break
    case 'index': {
      const object = compileOperand(builder, expression.object)
      const { key } = expression
      if (key.type === 'constant') builder.emit(readFieldOperation, line, into, object, 0, key.value)
      else builder.emit(readIndexOperation, line, into, object, compileOperand(builder, key))
      break
    }
    case 'function':
      builder.protos.push(builder.compileFunction(expression.fn))
      builder.emit(closureOperation, line, into, builder.protos.length - 1)
      break
    case 'unary': builder.emit(unaryOperations[expression.operator]!, line, into, compileOperand(builder, expression.operand)); break
    case 'binary': compileBinary(builder, expression, into); break
    case 'table': compileTable(builder, expression.items, into, line); break
    case 'paren': compileInto(builder, expression.inner, into); break
    default: {
      const first = compileMultiple(builder, expression, 1)
      builder.emit(moveOperation, line, into, first)
    }
  }
  builder.free = free
}

/** The register that has an expression's value: a local's own, or a new one. */
export function compileOperand (builder: Builder, expression: Expression): number {
  if (expression.type === 'local' && !expression.local.captured) return expression.local.register
  const register = builder.take()
  compileInto(builder, expression, register)
  return register
}

/**
 * Makes code for a call or `...`, with the given number of values (-1: all that there are).
 *
 * @returns the register of the first; those behind it are taken
 */
export function compileMultiple (builder: Builder, expression: Expression, want: number, run = callOperation): number {
  const { line } = expression
  const first = builder.take(Math.max(want, 1))
  if (expression.type === 'vararg') {
    builder.emit(varargOperation, line, first, want)
    return first
  }
  const { free } = builder
  builder.free = first
  builder.take()
  let given = 0
  if (expression.type === 'method') {
    builder.take()
    const { free } = builder
    const object = compileOperand(builder, expression.object)
    builder.free = free
    builder.emit(methodOperation, line, first, object, 0, expression.name)
    given = 1
  } else if (expression.type === 'call') compileInto(builder, expression.callee, first)
  else throw new TypeError(`an expression ${expression.type} has one value`)
  const count = compileList(builder, expression.args)
  builder.emit(run, line, first, count < 0 ? -1 : count + given, want)
  builder.free = free
  return first
}

/**
 * Makes code that puts expressions one behind the other into new registers.
 *
 * @returns how many; -1 if only the run decides
 */
export function compileList (builder: Builder, list: readonly Expression[]): number {
  for (const [i, expression] of list.entries()) {
    if (i === list.length - 1 && isMultiple(expression)) {
      compileMultiple(builder, expression, -1)
      return -1
    }
    compileInto(builder, expression, builder.take())
  }
  return list.length
}

/** Makes code that puts exactly so many values into new registers, one behind the other. */
export function compileValues (builder: Builder, list: readonly Expression[], want: number, line: number): number {
  const first = builder.free
  for (const [i, expression] of list.entries()) {
    const isLast = i === list.length - 1
    if (isLast && want > i && isMultiple(expression)) {
      compileMultiple(builder, expression, want - i)
      return first
    }
    const register = builder.take()
    compileInto(builder, expression, register)
    if (i >= want) builder.free = register
  }
  if (want > list.length) builder.emit(nilOperation, line, builder.take(want - list.length), want - list.length)
  return first
}

function compileBinary (builder: Builder, { operator, left, right, line }: Expression & { type: 'binary' }, into: number): void {
  if (operator !== 'and' && operator !== 'or') {
    const a = compileOperand(builder, left)
    builder.emit(binaryOperations[operator]!, line, into, a, compileOperand(builder, right))
    return
  }
  // In a register of its own: the right side may use a local that is the target.
  const register = builder.take()
  compileInto(builder, left, register)
  const skip = builder.emit(operator === 'and' ? jumpIfFalseOperation : jumpIfTrueOperation, line, register)
  compileInto(builder, right, register)
  builder.land(skip)
  builder.emit(moveOperation, line, into, register)
}

function compileTable (builder: Builder, items: readonly TableItem[], into: number, line: number): void {
  const table = builder.take()
  builder.emit(tableOperation, line, table)
  let pending = 0
  let position = 1
  const flush = (count: number): void => {
    builder.emit(listOperation, line, table, count, position)
    position += pending
    pending = 0
    builder.free = table + 1
  }
  for (const [i, { key, value }] of items.entries()) {
    if (key !== null) {
      const { free } = builder
      if (key.type === 'constant' && key.value !== undefined) {
        builder.emit(writeFieldOperation, value.line, table, compileOperand(builder, value), 0, key.value)
      } else {
        const register = compileOperand(builder, key)
        builder.emit(writeIndexOperation, value.line, table, register, compileOperand(builder, value))
      }
      builder.free = free
    } else if (i === items.length - 1 && isMultiple(value)) {
      compileMultiple(builder, value, -1)
      flush(-1)
    } else {
      compileInto(builder, value, builder.take())
      if (++pending === batch) flush(batch)
    }
  }
  if (pending > 0) flush(pending)
  builder.emit(moveOperation, line, into, table)
}
