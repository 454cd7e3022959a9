import { CallError } from '../errors.ts'
import type { Environment } from './environment.ts'
import { idealConstant } from './ideal-constant.ts'
import { SLOT, type GoFunction } from '../functions/definition.ts'
import { describe } from '../parse/nodes.ts'
import { Boxed, NOTHING_PIPED, unbox, type Argument, type Piped, type Slot } from './slot.ts'
import { ANY, int, isTrue, typeOf, zeroOf, type Type, type Value } from './values.ts'
import type { Frame } from './frame.ts'
import type { Node, Operand } from '../parse/nodes.ts'

const NILLABLE: ReadonlySet<string> = new Set(['interface', 'map', 'slice', 'ptr', 'func'])

/**
 * Calls a function: evaluates its arguments, checks them against its signature as Go does, and reports what it refuses.
 *
 * @param node where an error of the function itself is reported
 * @param args the function's own name first, unless empty
 * @param receiver of a method
 */
export function applyFunction (
  env: Environment, frame: Frame, dot: Slot, called: GoFunction, node: Node, name: string, args: Operand[], piped: Piped,
  receiver?: NonNullable<Value>
): Slot {
  const operands = args.slice(1)
  const params = receiver === undefined ? called.params : called.params.slice(1)
  checkCount(frame, called, params.length, name, operands.length, piped)
  if (called.takesSlots && (name === 'and' || name === 'or')) return shortCircuit(env, frame, dot, name, operands, piped)
  const given = operands.map((operand, i) => evaluateArgument(env, frame, dot, params[i] ?? called.rest!, operand))
  if (piped !== NOTHING_PIPED) given.push(fit(frame, piped, params[given.length] ?? called.rest!))
  if (called.takesSlots && name === 'call') given.unshift(operands.length > 0 ? describe(operands[0]!) : '')
  if (receiver !== undefined) given.unshift(receiver)
  let result: Argument
  try {
    result = called.call(given, env.context)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    frame.node = node
    frame.fail(`error calling ${name}: ${error.message}`, 'FG_ERR_GO_TEMPLATE_CALL', error.cause)
  }
  return called.result === ANY ? new Boxed(result as Value) : result as Slot
}

function checkCount (frame: Frame, called: GoFunction, fixed: number, name: string, operands: number, piped: Piped): void {
  const count = operands + (piped === NOTHING_PIPED ? 0 : 1)
  if (called.rest !== null) {
    if (count < fixed) frame.fail(`wrong number of args for ${name}: want at least ${fixed} got ${operands}`)
  } else if (count !== fixed) {
    frame.fail(`wrong number of args for ${name}: want ${fixed} got ${count}`)
  }
}

/** `and` and `or` stop at the first argument that decides. */
function shortCircuit (
  env: Environment, frame: Frame, dot: Slot, name: 'and' | 'or', operands: Operand[], piped: Piped
): Slot {
  let value: Slot
  for (const operand of operands) {
    value = evaluateArgument(env, frame, dot, SLOT, operand) as Slot
    if (isTrue(unbox(value) ?? null) === (name === 'or')) return value
  }
  return piped === NOTHING_PIPED ? value : piped
}

/** Evaluates an argument for a parameter of the given type. */
function evaluateArgument (env: Environment, frame: Frame, dot: Slot, type: Type, node: Operand): Argument {
  frame.node = node
  switch (node.type) {
    case 'nil':
      if (type === SLOT) return undefined
      if (!NILLABLE.has(type.kind)) frame.fail(`cannot assign nil to ${type.name}`)
      return zeroOf(type)
    case 'bool': case 'number': case 'string': return literal(frame, type, node)
    default: return fit(frame, env.evaluateOperand(env, frame, dot, node), type)
  }
}

/** Gives a literal the type of its parameter. */
function literal (frame: Frame, type: Type, node: Extract<Operand, { type: 'bool' | 'number' | 'string' }>): Slot {
  switch (type.kind) {
    case 'bool': return node.type === 'bool' ? node.value : frame.fail(`expected bool; found ${describe(node)}`)
    case 'string': return node.type === 'string' ? node.value : frame.fail(`expected string; found ${describe(node)}`)
    case 'float64':
      if (node.type === 'number' && node.value.float !== null) return node.value.float
      return frame.fail(`expected float; found ${describe(node)}`)
    case 'int':
      if (node.type === 'number' && node.value.int !== null) return int(node.value.int)
      return frame.fail(`expected integer; found ${describe(node)}`)
  }
  if (type !== ANY && type !== SLOT) frame.fail(`can't handle ${describe(node)} for arg of type ${type.name}`)
  return node.type === 'number' ? idealConstant(frame, node) : node.value
}

/** Checks that a value fits a parameter, and takes it out of its interface. */
function fit (frame: Frame, slot: Slot, type: Type): Argument {
  if (type === SLOT) return slot
  if (slot === undefined) {
    if (!NILLABLE.has(type.kind)) frame.fail(`invalid value; expected ${type.name}`)
    return zeroOf(type)
  }
  if (type === ANY) return slot instanceof Boxed ? slot.value : slot
  const value = unbox(slot)
  if (value !== undefined && typeOf(value) === type) return value
  return frame.fail(`wrong type for value; expected ${type.name}; got ${value === undefined ? ANY.name : typeOf(value).name}`)
}
