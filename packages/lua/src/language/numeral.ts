import { parseFloat64, parseInt64 } from '@floodgate/go/number'

const PLAIN = /^\d{1,15}(?:\.\d{1,15})?$/

/** Reads a text as a number, as the reference's interpreter does: integers of any of Go's bases, or a float; null if it is neither. */
export function readNumeral (text: string): number | null {
  const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '')
  if (PLAIN.test(trimmed) && !/^0\d/.test(trimmed)) return Number(trimmed)
  const integer = parseInt64(trimmed, 0)
  if (typeof integer === 'bigint') return Number(integer)
  const float = parseFloat64(trimmed)
  if (typeof float === 'number') return float
  return null
}
