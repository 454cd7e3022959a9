import { timeProblem as goTimeProblem } from '@floodgate/go/time'
import { readInteger } from './go-strings.ts'

/** Checks a date such as `2006-01-02`. */
export function dateProblem (text: string): string | null {
  return goTimeProblem('2006-01-02', text)
}

/** Checks a time of RFC 3339 with its offset; a leap second is only valid where UTC may have one. */
export function timeProblem (text: string): string | null {
  if (text.length < 9) return 'less than 9 characters long'
  if (text[2] !== ':' || text[5] !== ':') return 'missing colon in correct place'
  const parts = text.slice(0, 8).split(':')
  const [hour, minute, second] = parts.map(readInteger) as [number | string, number | string, number | string]
  if (typeof hour === 'string' || typeof minute === 'string' || typeof second === 'string') return 'invalid hour/min/sec'
  if (hour < 0 || minute < 0 || second < 0) return 'non-positive hour/min/sec'
  if (hour > 23 || minute > 59 || second > 60) return 'hour/min/sec out of range'
  let rest = text.slice(8)
  if (rest.startsWith('.')) {
    const digits = /^\d*/.exec(rest.slice(1))![0]
    if (digits === '') return 'no digits in second fraction'
    rest = rest.slice(1 + digits.length)
  }
  const offset = rest === 'z' || rest === 'Z' ? 0 : readOffset(rest)
  if (typeof offset === 'string') return offset
  const minutes = hour * 60 + minute - offset
  return second === 60 && (minutes < 0 ? minutes + 24 * 60 : minutes) !== 23 * 60 + 59 ? 'invalid leap second' : null
}

/** Checks a date and a time separated by `T`. */
export function dateTimeProblem (text: string): string | null {
  if (text.length < 20) return 'less than 20 characters long'
  if (text[10] !== 't' && text[10] !== 'T') return '11th character must be t or T'
  const date = dateProblem(text.slice(0, 10))
  if (date !== null) return `invalid date element: ${date}`
  const time = timeProblem(text.slice(11))
  return time === null ? null : `invalid time element: ${time}`
}

/** Returns the minutes east of UTC, or an error message. */
function readOffset (text: string): number | string {
  if (text.length !== 6) return 'offset must be 6 characters long'
  const sign = text[0] === '+' ? 1 : text[0] === '-' ? -1 : null
  if (sign === null) return 'offset must begin with plus/minus'
  if (text[3] !== ':') return 'missing colon in offset in correct place'
  const [hours, minutes] = [readInteger(text.slice(1, 3)), readInteger(text.slice(4))]
  if (typeof hours === 'string' || typeof minutes === 'string') return 'invalid hour/min in offset'
  if (hours < 0 || minutes < 0) return 'non-positive hour/min in offset'
  if (hours > 23 || minutes > 59) return 'hour/min in offset out of range'
  return sign * (hours * 60 + minutes)
}
