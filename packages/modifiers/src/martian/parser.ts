import type { Place } from '@floodgate/core'
import type { Tell } from './fields.ts'
import type { Modifier } from './modifier.ts'

/** Reads one modifier, which may hold others. */
export interface Parser {
  readonly problem: Tell
  readonly warning: Tell
  /** Reads what stands at a place; null where it is no modifier, which is told. */
  parse (value: unknown, place: Place): Modifier | null
}
