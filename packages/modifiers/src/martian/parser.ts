import type { Place } from '@floodgate/core'
import type { ReportProblem } from './fields.ts'
import type { Modifier } from './modifier.ts'

/** Parses one modifier, which may contain others. */
export interface Parser {
  readonly problem: ReportProblem
  readonly warning: ReportProblem
  /** Parses the modifier at a place; null if it is invalid, which is reported. */
  parse (value: unknown, place: Place): Modifier | null
}
