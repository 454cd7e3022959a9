import type { Flags } from './flags.ts'

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, v: 10, x: 16, X: 16 }

/** Whether a verb of Go's fmt writes the digits of an integer. */
export function isIntegerVerb (verb: string): boolean {
  return Object.hasOwn(BASES, verb)
}

/**
 * Writes an integer as a verb of Go's fmt does, padded with zeros where it says so, but not with blanks.
 *
 * @param verb one that `isIntegerVerb` knows
 */
export function formatInteger (value: number | bigint, verb: string, flags: Flags, sharp = flags.sharp): string {
  const { precision, width, zero, minus, plus, space } = flags
  const base = BASES[verb]!
  const negative = value < 0
  let least = 0
  if (precision !== null) {
    least = precision
    if (precision === 0 && Number(value) === 0) return ''
  } else if (zero && !minus && width !== null) {
    least = negative || plus || space ? width - 1 : width
  }
  let digits = (negative ? -value : value).toString(base).padStart(least, '0')
  if (verb === 'X') digits = digits.toUpperCase()
  if (sharp && base === 2) digits = '0b' + digits
  if (sharp && base === 8 && !digits.startsWith('0')) digits = '0' + digits
  if (sharp && base === 16) digits = (verb === 'X' ? '0X' : '0x') + digits
  if (verb === 'O') digits = '0o' + digits
  return (negative ? '-' : plus ? '+' : space ? ' ' : '') + digits
}
