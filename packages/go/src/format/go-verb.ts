import { wellFormed } from '../text/go-string.ts'
import { padText, plainFlags, type Flags } from './flags.ts'
import { formatInteger, isIntegerVerb } from './format-integer.ts'
import { formatText } from './format-text.ts'

/**
 * Prepares a verb of Go's fmt without its percent sign: flags, width, precision and letter, as in `.6s` or `03x`.
 *
 * @returns null if the verb does not fit the kind of value
 */
export function compileGoVerb (layout: string, kind: 'text' | 'number'): ((value: string | number) => string) | null {
  const match = /^([-+# 0]*)(\d*)(?:\.(\d*))?([a-zA-Z])$/.exec(layout)
  if (match === null) return null
  const verb = match[4]!
  const flags = readFlags(match[1]!, match[2]!, match[3])
  if (kind === 'number') return isIntegerVerb(verb) ? (value) => padText(formatInteger(Number(value), verb, flags), flags, false) : null
  if (formatText('', verb, flags) === null) return null
  return (value) => padText(formatText(wellFormed(String(value)), verb, flags)!, flags)
}

function readFlags (marks: string, width: string, precision: string | undefined): Flags {
  const flags = plainFlags()
  flags.minus = marks.includes('-')
  flags.plus = marks.includes('+')
  flags.sharp = marks.includes('#')
  flags.space = marks.includes(' ')
  flags.zero = marks.includes('0')
  if (width !== '') flags.width = Number(width)
  if (precision !== undefined) flags.precision = Number(precision)
  return flags
}
