import type { Context, GoFunction } from '../functions/definition.ts'
import type { Operand } from '../parse/nodes.ts'
import type { Frame } from './frame.ts'
import type { Slot } from './slot.ts'

/** An operand that is not a literal. */
export type ValueOperand = Exclude<Operand, { type: 'nil' | 'bool' | 'number' | 'string' }>

/** What expressions are evaluated with. */
export interface Environment {
  readonly context: Context
  readonly functions: ReadonlyMap<string, GoFunction>
  /** Methods of Go types, by the name of the type; they take the receiver first. */
  readonly methods: ReadonlyMap<string, ReadonlyMap<string, GoFunction>>
  /** Evaluates an argument that is an expression itself: calls and expressions hold each other. */
  readonly evaluateOperand: (env: Environment, frame: Frame, dot: Slot, node: ValueOperand) => Slot
}
