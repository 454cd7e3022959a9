import { quoteCharacter } from '@floodgate/go/quote'
import { byteSlices } from './go-strings.ts'
import { dateTimeProblem } from './times.ts'

const UNITS = ['YMD', 'HMS']

/** Checks a duration of ISO 8601 in the grammar of RFC 3339: `P3DT4H`, `P2W`. */
export function durationProblem (text: string): string | null {
  if (!text.startsWith('P')) return 'must start with P'
  const length = text.slice(1)
  if (length === '') return 'nothing after P'
  if (length.endsWith('W')) {
    if (length === 'W') return 'no number in week'
    return /^\d+W$/.test(length) ? null : 'invalid week'
  }
  for (const [i, part] of length.split('T').entries()) {
    if (i !== 0 && part === '') return 'no time elements'
    if (i >= UNITS.length) return 'more than one T'
    const problem = elementsProblem(byteSlices(part), UNITS[i]!)
    if (problem !== null) return problem
  }
  return null
}

/** Checks two times, or a time and a duration, separated by a slash. */
export function periodProblem (text: string): string | null {
  const slash = text.indexOf('/')
  if (slash < 0) return 'missing slash'
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)]
  if (start.startsWith('P')) {
    return told('start duration', durationProblem(start)) ?? told('end date-time', dateTimeProblem(byteSlices(end)))
  }
  return told('start date-time', dateTimeProblem(byteSlices(start))) ??
    (end.startsWith('P') ? told('end duration', durationProblem(end)) : told('end date-time', dateTimeProblem(byteSlices(end))))
}

function elementsProblem (elements: string, all: string): string | null {
  let units = all
  let rest = elements
  while (rest !== '') {
    const digits = /^\d*/.exec(rest)![0].length
    if (digits === 0) return 'missing number'
    const unit = rest[digits]
    if (unit === undefined) return 'missing unit'
    const at = units.indexOf(unit)
    if (at < 0) return `${all.includes(unit) ? `unit ${quoteCharacter(unit)} out of order` : `invalid unit ${quoteCharacter(unit)}`}`
    units = units.slice(at + 1)
    rest = rest.slice(digits + 1)
  }
  return null
}

function told (what: string, problem: string | null): string | null {
  return problem === null ? null : `invalid ${what}: ${problem}`
}
