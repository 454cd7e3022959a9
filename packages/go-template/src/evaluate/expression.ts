import { applyFunction } from './call.ts'
import type { Environment, ValueOperand } from './environment.ts'
import { idealConstant } from './ideal-constant.ts'
import { Boxed, elementOf, NOTHING_PIPED, unbox, type Piped, type Slot } from './slot.ts'
import { describe } from '../parse/nodes.ts'
import { ANY, Dict, Opaque, typeOf, type Type } from './values.ts'
import type { Frame } from './frame.ts'
import type {
  ChainNode, CommandNode, FieldNode, IdentifierNode, Node, Operand, PipeNode, VariableNode
} from '../parse/nodes.ts'

/** Evaluates a pipeline and declares or assigns its variables. */
export function evaluatePipeline (env: Environment, frame: Frame, dot: Slot, pipe: PipeNode | null): Slot {
  if (pipe === null) return undefined
  frame.node = pipe
  let value: Piped = NOTHING_PIPED
  for (const command of pipe.commands) value = unbox(evaluateCommand(env, frame, dot, command, value))
  const result = value as Slot
  for (const { path } of pipe.variables) {
    if (pipe.isAssign) frame.assign(path[0]!, result)
    else frame.declare(path[0]!, result)
  }
  return result
}

/** Evaluates an operand that is not a literal. */
export function evaluateOperand (
  env: Environment, frame: Frame, dot: Slot, node: ValueOperand
): Slot {
  switch (node.type) {
    case 'dot': return dot
    case 'field': return evaluateField(env, frame, dot, node, [node], NOTHING_PIPED)
    case 'variable': return evaluateVariable(env, frame, dot, node, [], NOTHING_PIPED)
    case 'pipe': return evaluatePipeline(env, frame, dot, node)
    case 'identifier': return evaluateIdentifier(env, frame, dot, node, node, [], NOTHING_PIPED)
    case 'chain': return evaluateChain(env, frame, dot, node, [], NOTHING_PIPED)
  }
}

function evaluateCommand (env: Environment, frame: Frame, dot: Slot, command: CommandNode, piped: Piped): Slot {
  const { args } = command
  const first = args[0]!
  switch (first.type) {
    case 'field': return evaluateField(env, frame, dot, first, args, piped)
    case 'chain': return evaluateChain(env, frame, dot, first, args, piped)
    case 'identifier': return evaluateIdentifier(env, frame, dot, first, command, args, piped)
    case 'variable': return evaluateVariable(env, frame, dot, first, args, piped)
    case 'pipe':
      refuseArguments(frame, args, piped)
      return evaluatePipeline(env, frame, dot, first)
  }
  frame.node = first
  refuseArguments(frame, args, piped)
  switch (first.type) {
    case 'bool': return first.value
    case 'dot': return dot
    case 'nil': return frame.fail('nil is not a command')
    case 'number': return idealConstant(frame, first)
    case 'string': return first.value
  }
}

function evaluateIdentifier (
  env: Environment, frame: Frame, dot: Slot, node: IdentifierNode, command: Node, args: Operand[], piped: Piped
): Slot {
  frame.node = node
  const called = env.functions.get(node.name)
  if (called === undefined) frame.fail(`"${node.name}" is not a defined function`)
  return applyFunction(env, frame, dot, called, command, node.name, args, piped)
}

function evaluateVariable (
  env: Environment, frame: Frame, dot: Slot, node: VariableNode, args: Operand[], piped: Piped
): Slot {
  frame.node = node
  const value = frame.variable(node.path[0]!)
  if (node.path.length === 1) {
    refuseArguments(frame, args, piped)
    return value
  }
  return walkPath(env, frame, dot, value, node, node.path.slice(1), args, piped)
}

function evaluateField (env: Environment, frame: Frame, dot: Slot, node: FieldNode, args: Operand[], piped: Piped): Slot {
  frame.node = node
  return walkPath(env, frame, dot, dot, node, node.path, args, piped)
}

function evaluateChain (env: Environment, frame: Frame, dot: Slot, node: ChainNode, args: Operand[], piped: Piped): Slot {
  frame.node = node
  const { node: inner } = node
  if (inner.type === 'nil') frame.fail(`indirection through explicit nil in ${describe(node)}`)
  if (inner.type === 'bool' || inner.type === 'number' || inner.type === 'string') frame.fail(`can't evaluate ${describe(node)}`)
  frame.node = inner
  return walkPath(env, frame, dot, evaluateOperand(env, frame, dot, inner), node, node.path, args, piped)
}

/** Follows `.A.B.C`; only the last name gets the arguments. */
function walkPath (
  env: Environment, frame: Frame, dot: Slot, start: Slot, node: Node, path: string[], args: Operand[], piped: Piped
): Slot {
  let receiver = start
  for (let i = 0; i < path.length - 1; i++) receiver = evaluateName(env, frame, dot, path[i]!, node, [], NOTHING_PIPED, receiver)
  return evaluateName(env, frame, dot, path.at(-1)!, node, args, piped, receiver)
}

/** Evaluates one name on a receiver: a method, or the key of a map. */
function evaluateName (
  env: Environment, frame: Frame, dot: Slot, name: string, node: Node, args: Operand[], piped: Piped, receiver: Slot
): Slot {
  if (receiver === undefined) return undefined
  const type: Type = receiver instanceof Boxed ? ANY : typeOf(receiver)
  const value = unbox(receiver)
  if (value === undefined) frame.fail(`nil pointer evaluating ${type.name}.${name}`)
  const method = env.methods.get(typeOf(value).name)?.get(name)
  if (method !== undefined) return applyFunction(env, frame, dot, method, node, name, args, piped, value)
  if (value instanceof Dict) {
    if (args.length > 1 || piped !== NOTHING_PIPED) frame.fail(`${name} is not a method but has arguments`)
    return elementOf(value, name)
  }
  if (value instanceof Opaque && value.hidden.includes(name)) frame.fail(`${name} is an unexported field of struct type ${type.name}`)
  return frame.fail(`can't evaluate field ${name} in type ${type.name}`)
}

function refuseArguments (frame: Frame, args: Operand[], piped: Piped): void {
  if (args.length > 1 || piped !== NOTHING_PIPED) frame.fail(`can't give argument to non-function ${describe(args[0]!)}`)
}
