import { quote } from '@floodgate/go/quote'
import { TemplateError, type TemplateErrorCode } from '../errors.ts'
import { describe, type Node, type Tree } from '../parse/nodes.ts'
import { goLocation, placeOf } from '../parse/position.ts'
import type { Slot } from './slot.ts'

const LIMITS: ReadonlySet<TemplateErrorCode> = new Set<TemplateErrorCode>([
  'FG_ERR_GO_TEMPLATE_DEPTH', 'FG_ERR_GO_TEMPLATE_OUTPUT', 'FG_ERR_GO_TEMPLATE_TIME'
])
/** The longest action that a message about a limit repeats. */
const SHOWN_LENGTH = 60

/** One template while it is executed. */
export class Frame {
  readonly tree: Tree
  /** The frame whose `template` action called this one, with the offset of that action. */
  readonly caller: { readonly frame: Frame, readonly pos: number } | null
  readonly depth: number
  /** What is being evaluated: errors are reported there. */
  node: Node
  readonly #names: string[] = ['$']
  readonly #values: Slot[]

  constructor (tree: Tree, dot: Slot, caller: Frame['caller'] = null) {
    this.tree = tree
    this.caller = caller
    this.depth = caller === null ? 0 : caller.frame.depth + 1
    this.node = tree.root
    this.#values = [dot]
  }

  /** Marks the variables that exist now, for `drop`. */
  mark (): number {
    return this.#names.length
  }

  /** Forgets the variables declared since the mark. */
  drop (mark: number): void {
    this.#names.length = mark
    this.#values.length = mark
  }

  declare (name: string, value: Slot): void {
    this.#names.push(name)
    this.#values.push(value)
  }

  /** Changes the latest variable of that name. */
  assign (name: string, value: Slot): void {
    this.#values[this.#find(name)] = value
  }

  /** Changes the variable declared `n`th from last, 1 being the last. */
  assignLatest (n: number, value: Slot): void {
    this.#values[this.#values.length - n] = value
  }

  variable (name: string): Slot {
    return this.#values[this.#find(name)]
  }

  /** Ends the execution. */
  fail (message: string, code: TemplateErrorCode = 'FG_ERR_GO_TEMPLATE_EXECUTE', cause?: unknown): never {
    const place = placeOf(this.tree.source, this.node.pos)
    const shown = LIMITS.has(code) ? shorten(describe(this.node)) : describe(this.node)
    throw new TemplateError(
      code, `template: ${goLocation(place)}: executing ${quote(this.tree.name)} at <${shown}>: ${message}`, place, cause
    )
  }

  #find (name: string): number {
    const index = this.#names.lastIndexOf(name)
    if (index === -1) this.fail(`undefined variable: ${name}`)
    return index
  }
}

function shorten (text: string): string {
  return text.length > SHOWN_LENGTH ? text.slice(0, SHOWN_LENGTH) + '...' : text
}
