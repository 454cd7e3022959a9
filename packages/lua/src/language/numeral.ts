import { parseFloat64, parseInt64 } from '@floodgate/go/number'

const PLAIN = /^\d{1,15}(?:\.\d{1,15})?$/

/** Longest text that is read as a number. */
export const maxNumeral = 10_000

/** A text without blanks at its ends; in one pass, whatever is inside. */
export function trimBlanks (text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isBlank (code: number): boolean {
  return code === 32 || code === 9 || code === 10
}

/** Reads a text as a number, as the reference's interpreter does: integers of any of Go's bases, or a float; null if it is neither. */
export function readNumeral (text: string): number | null {
  if (text.length > maxNumeral) return null
  const trimmed = trimBlanks(text)
  if (PLAIN.test(trimmed) && !/^0\d/.test(trimmed)) return Number(trimmed)
  const integer = parseInt64(trimmed, 0)
  if (typeof integer === 'bigint') return Number(integer)
  const float = parseFloat64(trimmed)
  if (typeof float === 'number') return float
  return null
}
