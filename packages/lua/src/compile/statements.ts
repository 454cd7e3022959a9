import type { Expression, Local, Statement } from '../language/ast.ts'
import { callOperation, returnOperation, tailCallOperation } from '../instructions/calls.ts'
import {
  countOperation, eachOperation, jumpIfFalseOperation, jumpOperation, prepareCountOperation
} from '../instructions/operators.ts'
import {
  cellOperation, closureOperation, moveOperation, nilOperation, writeCapturedOperation, writeCellOperation, writeFieldOperation,
  writeGlobalOperation, writeIndexOperation
} from '../instructions/values.ts'
import type { Builder } from './builder.ts'
import { compileInto, compileList, compileMultiple, compileOperand, compileValues } from './expressions.ts'

/** Makes code for statements in a block of their own. */
export function compileBlock (builder: Builder, statements: readonly Statement[], isLoop = false): void {
  builder.open(isLoop)
  for (const statement of statements) compileStatement(builder, statement)
  builder.close()
}

function compileStatement (builder: Builder, statement: Statement): void {
  const { line } = statement
  switch (statement.type) {
    case 'local': compileLocals(builder, statement.locals, statement.values, line); return
    case 'assign': compileAssignment(builder, statement.targets, statement.values, line); break
    case 'call': compileMultiple(builder, statement.call, 0); break
    case 'do': compileBlock(builder, statement.body); break
    case 'while': compileWhile(builder, statement); break
    case 'repeat': compileRepeat(builder, statement); break
    case 'if': compileIf(builder, statement); break
    case 'count': compileCount(builder, statement); break
    case 'each': compileEach(builder, statement); break
    case 'local-function': {
      const register = builder.place(statement.local)
      builder.emit(nilOperation, line, register, 1)
      if (statement.local.captured) builder.emit(cellOperation, line, register, register)
      builder.protos.push(builder.compileFunction(statement.fn))
      const value = statement.local.captured ? builder.take() : register
      builder.emit(closureOperation, line, value, builder.protos.length - 1)
      if (statement.local.captured) builder.emit(writeCellOperation, line, register, value)
      builder.free = register + 1
      return
    }
    case 'return': compileReturn(builder, statement.values, line); break
    case 'break': builder.break(line); return
    case 'goto': builder.goto(statement.label, line); return
    case 'label': builder.label(statement.label, line)
  }
}

/** The values first: they do not see the new variables. */
function compileLocals (builder: Builder, locals: readonly Local[], values: readonly Expression[], line: number): void {
  const first = compileValues(builder, values, locals.length, line)
  builder.free = first
  for (const local of locals) {
    const register = builder.place(local)
    if (local.captured) builder.emit(cellOperation, line, register, register)
  }
}

function compileAssignment (builder: Builder, targets: readonly Expression[], values: readonly Expression[], line: number): void {
  const { free } = builder
  const [target] = targets
  if (targets.length === 1 && values.length === 1) {
    if (target!.type === 'local' && !target!.local.captured) compileInto(builder, values[0]!, target!.local.register)
    else {
      const place = preparePlace(builder, target!, false)
      place(compileOperand(builder, values[0]!))
    }
  } else {
    const places = targets.map((target) => preparePlace(builder, target, true))
    const first = compileValues(builder, values, targets.length, line)
    for (let i = targets.length - 1; i >= 0; i--) places[i]!(first + i)
  }
  builder.free = free
}

/**
 * Makes code for the parts of a target, and gives what makes the code that assigns.
 *
 * @param copies whether a local that is a part may be assigned before the target
 */
function preparePlace (builder: Builder, target: Expression, copies: boolean): (value: number) => void {
  const { line } = target
  const operand = (expression: Expression): number => {
    if (!copies) return compileOperand(builder, expression)
    const register = builder.take()
    compileInto(builder, expression, register)
    return register
  }
  switch (target.type) {
    case 'local': {
      const { captured, register } = target.local
      return (value) => { builder.emit(captured ? writeCellOperation : moveOperation, line, register, value) }
    }
    case 'captured': return (value) => { builder.emit(writeCapturedOperation, line, target.index, value) }
    case 'global': return (value) => { builder.emit(writeGlobalOperation, line, value, 0, 0, target.name) }
    case 'index': {
      const object = operand(target.object)
      const { key } = target
      if (key.type === 'constant') return (value) => { builder.emit(writeFieldOperation, line, object, value, 0, key.value) }
      const register = operand(key)
      return (value) => { builder.emit(writeIndexOperation, line, object, register, value) }
    }
    default: throw new TypeError(`cannot assign to ${target.type}`)
  }
}

/** Makes code that goes on if a condition is true. */
function compileCondition (builder: Builder, condition: Expression): number {
  const { free } = builder
  const register = compileOperand(builder, condition)
  builder.free = free
  return builder.emit(jumpIfFalseOperation, condition.line, register)
}

function compileIf (builder: Builder, { branches, otherwise, line }: Statement & { type: 'if' }): void {
  const ends: number[] = []
  for (const [i, { condition, body }] of branches.entries()) {
    const skip = compileCondition(builder, condition)
    compileBlock(builder, body)
    if (i < branches.length - 1 || otherwise.length > 0) ends.push(builder.emit(jumpOperation, line))
    builder.land(skip)
  }
  compileBlock(builder, otherwise)
  for (const end of ends) builder.land(end)
}

function compileWhile (builder: Builder, { condition, body, line }: Statement & { type: 'while' }): void {
  builder.open(true)
  const start = builder.here
  const leave = compileCondition(builder, condition)
  compileBlock(builder, body)
  builder.land(builder.emit(jumpOperation, line), start)
  builder.land(leave)
  builder.close()
}

/** The condition sees the variables of the body. */
function compileRepeat (builder: Builder, { condition, body }: Statement & { type: 'repeat' }): void {
  builder.open(true)
  const start = builder.here
  builder.open(false)
  for (const statement of body) compileStatement(builder, statement)
  builder.land(compileCondition(builder, condition), start)
  builder.close()
  builder.close()
}

function compileCount (builder: Builder, { local, from, to, step, body, line }: Statement & { type: 'count' }): void {
  builder.open(true)
  const base = builder.take(4)
  compileInto(builder, from, base)
  compileInto(builder, to, base + 1)
  compileInto(builder, step ?? { type: 'constant', value: 1, line }, base + 2)
  const prepare = builder.emit(prepareCountOperation, line, base)
  const start = builder.here
  compileLoopBody(builder, [local], base + 3, body, line)
  builder.land(prepare)
  builder.emit(countOperation, line, base, start)
  builder.close()
}

function compileEach (builder: Builder, { locals, values, body, line }: Statement & { type: 'each' }): void {
  builder.open(true)
  const base = compileValues(builder, values, 3, line)
  builder.free = base + 3
  const call = builder.take(Math.max(3, locals.length))
  const enter = builder.emit(jumpOperation, line)
  const start = builder.here
  compileLoopBody(builder, locals, call, body, line)
  builder.land(enter)
  for (let i = 0; i < 3; i++) builder.emit(moveOperation, line, call + i, base + i)
  builder.emit(callOperation, line, call, 2, locals.length)
  builder.emit(eachOperation, line, base, start)
  builder.close()
}

/** Each round has its own variables, so that functions made in it keep them. */
function compileLoopBody (builder: Builder, locals: readonly Local[], from: number, body: readonly Statement[], line: number): void {
  builder.open(false)
  for (const [i, local] of locals.entries()) {
    const register = builder.place(local)
    builder.emit(local.captured ? cellOperation : moveOperation, line, register, from + i)
  }
  compileBlock(builder, body)
  builder.close()
}

function compileReturn (builder: Builder, values: readonly Expression[], line: number): void {
  const { free } = builder
  const [only] = values
  if (values.length === 1 && (only!.type === 'call' || only!.type === 'method')) {
    const first = compileMultiple(builder, only!, -1, tailCallOperation)
    builder.emit(returnOperation, line, first, -1)
  } else {
    const first = builder.free
    const count = compileList(builder, values)
    builder.emit(returnOperation, line, first, count)
  }
  builder.free = free
}
