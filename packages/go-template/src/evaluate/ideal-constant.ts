import type { NumberNode } from '../parse/nodes.ts'
import type { Frame } from './frame.ts'
import type { Slot } from './slot.ts'
import { Complex, int } from './values.ts'

/** Returns the value of a number where nothing says which type is wanted. */
export function idealConstant (frame: Frame, node: NumberNode): Slot {
  frame.node = node
  const { text, value } = node
  if (value.complex !== null) return new Complex(value.complex.re, value.complex.im)
  const looksLikeFloat = /[.eEpP]/.test(text) && !text.startsWith("'") && !/^0x[^pP]*$/i.test(text)
  if (value.float !== null && looksLikeFloat) return value.float
  if (value.int === null) frame.fail(`${text} overflows int`)
  return int(value.int)
}
