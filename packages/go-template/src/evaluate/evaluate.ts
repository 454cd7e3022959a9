import { quote } from '@floodgate/go/quote'
import { formatValue } from '../texts/printf.ts'
import { LimitError } from '../errors.ts'
import type { Environment } from './environment.ts'
import { evaluatePipeline } from './expression.ts'
import { Frame } from './frame.ts'
import { indexOf, inPlaceOf, itemOf, unbox, type Slot } from './slot.ts'
import { sortedKeys } from '../texts/printer.ts'
import { Dict, Int, isTrue, List, typeOf } from './values.ts'
import type { ActionNode, BranchNode, ListNode, Statement, TemplateNode, Tree } from '../parse/nodes.ts'
import type { Output } from './output.ts'

/** What an execution works with. */
export interface Execution extends Environment {
  readonly output: Output
  /** Finds a template by its name. */
  lookup (name: string): Tree | undefined
  /** The template being executed, for errors without a place of their own. */
  frame: Frame
}

/** How a list of statements ended. */
type Outcome = 'done' | 'break' | 'continue'

/** Executes a template on the frame in `execution`. */
export function execute (execution: Execution, dot: Slot): void {
  walk(execution, dot, execution.frame.tree.root)
}

function walk (execution: Execution, dot: Slot, list: ListNode): Outcome {
  for (const node of list.nodes) {
    const outcome = walkStatement(execution, dot, node)
    if (outcome !== 'done') return outcome
  }
  return 'done'
}

function walkStatement (execution: Execution, dot: Slot, node: Statement): Outcome {
  const { frame, output, context: { budget } } = execution
  frame.node = node
  budget.step()
  switch (node.type) {
    case 'text':
      output.write(node.text, frame, node)
      return 'done'
    case 'action':
      walkAction(execution, dot, node)
      return 'done'
    case 'break': case 'continue': return node.type
    case 'template':
      walkTemplate(execution, dot, node)
      return 'done'
    case 'if': case 'with': return walkCondition(execution, dot, node)
    case 'range': return walkRange(execution, dot, node)
  }
}

function walkAction (execution: Execution, dot: Slot, node: ActionNode): void {
  const { frame, output, context: { budget } } = execution
  const value = unbox(evaluatePipeline(execution, frame, dot, node.pipe))
  if (node.pipe.variables.length > 0) return
  frame.node = node
  output.write(value === undefined ? '<no value>' : formatValue(value, budget), frame, node)
}

function walkCondition (execution: Execution, dot: Slot, node: BranchNode): Outcome {
  const { frame } = execution
  const mark = frame.mark()
  const value = evaluatePipeline(execution, frame, dot, node.pipe)
  let outcome: Outcome = 'done'
  if (isTrue(unbox(value) ?? null)) outcome = walk(execution, node.type === 'with' ? value : dot, node.list)
  else if (node.elseList !== null) outcome = walk(execution, dot, node.elseList)
  frame.drop(mark)
  return outcome
}

function walkRange (execution: Execution, dot: Slot, node: BranchNode): Outcome {
  const { frame } = execution
  const mark = frame.mark()
  const value = unbox(evaluatePipeline(execution, frame, dot, node.pipe))
  const inside = frame.mark()
  let rounds = 0
  for (const [index, item] of iterate(frame, node, value)) {
    rounds++
    setVariables(frame, node, index, item)
    execution.context.budget.step()
    const outcome = walk(execution, item, node.list)
    frame.drop(inside)
    if (outcome === 'break') break
  }
  const outcome = rounds === 0 && node.elseList !== null ? walk(execution, dot, node.elseList) : 'done'
  frame.drop(mark)
  // A break in the else of a range ends this range, not the one around it; Go does so too.
  return outcome === 'break' ? 'done' : outcome
}

/** Yields what a range goes over, with its index or key. */
function * iterate (frame: Frame, { pipe }: BranchNode, value: ReturnType<typeof unbox>): Generator<[Slot, Slot]> {
  if (value === undefined) return
  if (value instanceof List) {
    for (let i = 0; i < value.items.length; i++) yield [indexOf(i), itemOf(value, i)]
  } else if (value instanceof Dict) {
    // Items may change the map: its keys are taken first, and the values with them.
    const { entries, type } = value
    for (const [key, item] of sortedKeys(value).map((key) => [key, entries.get(key)!] as const)) {
      yield [key, inPlaceOf(type.elem!, item)]
    }
  } else if (value instanceof Int) {
    if (pipe.variables.length > 1) frame.fail(`can't use ${value.value} to iterate over more than one variable`)
    for (let i = 0n; i < value.value; i++) yield [undefined, new Int(value.type, i)]
  } else {
    // Go repeats the value here; it may be a secret.
    frame.fail(
      `range can't iterate over ${typeof value === 'string' ? 'a string' : typeof value === 'object' ? typeOf(value).name : value}`
    )
  }
}

/** Sets the variables of a range: one gets the item, two get the index and the item. */
function setVariables (frame: Frame, { pipe: { variables, isAssign } }: BranchNode, index: Slot, item: Slot): void {
  const [first, second] = variables
  if (first === undefined) return
  if (isAssign) {
    frame.assign(first.path[0]!, second === undefined ? item : index)
    if (second !== undefined) frame.assign(second.path[0]!, item)
  } else {
    frame.assignLatest(1, item)
    if (second !== undefined) frame.assignLatest(2, index)
  }
}

function walkTemplate (execution: Execution, dot: Slot, node: TemplateNode): void {
  const { frame, context: { budget: { limits } } } = execution
  const tree = execution.lookup(node.name)
  if (tree === undefined) return frame.fail(`template ${quote(node.name)} not defined`, 'FG_ERR_GO_TEMPLATE_NOT_DEFINED')
  if (frame.depth >= limits.depth) {
    throw new LimitError('FG_ERR_GO_TEMPLATE_DEPTH', `exceeded maximum template depth (${limits.depth})`)
  }
  const value = evaluatePipeline(execution, frame, dot, node.pipe)
  execution.frame = new Frame(tree, value, { frame, pos: node.pos })
  walk(execution, value, tree.root)
  execution.frame = frame
}
