import { daysIn, fromCivil, MONTHS, toCivil, WEEKDAYS } from './calendar.ts'
import { fromDate, type Instant } from './instant.ts'
import { parseLayout, type Element, type Offset } from './layout.ts'
import { fixedZone, UTC, type Location } from './location.ts'
import { quoteBytes } from '../quote/quote-bytes.ts'
import { wellFormed } from '../text/go-string.ts'

/** What is read so far; -1 where nothing is. */
interface Fields {
  year: number
  month: number
  day: number
  yearDay: number
  hour: number
  minute: number
  second: number
  fraction: number
  am: boolean
  pm: boolean
  utc: boolean
  offset: number | null
  zone: string
}

/** Text did not match: the caller reports the element. */
const MISMATCH = Symbol('mismatch')

const OFFSET_PATTERNS: Record<string, RegExp> = {
  '07': /^([ -~])(\d\d)/,
  '0700': /^([ -~])(\d\d)(\d\d)/,
  '07:00': /^([ -~])(\d\d):(\d\d)/,
  '070000': /^([ -~])(\d\d)(\d\d)(\d\d)/,
  '07:00:00': /^([ -~])(\d\d):(\d\d):(\d\d)/
}

/**
 * Reads a time that is written as the layout says, like time.ParseInLocation.
 *
 * @returns the problem as Go words it, when it does not fit
 */
export function parseTime (layout: string, value: string, location: Location): Instant | string {
  const fields: Fields = {
    year: 0, month: -1, day: -1, yearDay: -1, hour: 0, minute: 0, second: 0, fraction: 0, am: false, pm: false, utc: false, offset: null, zone: ''
  }
  const problem = (message: string) => `parsing time ${quoteBytes(value)}${message}`
  const mismatch = (rest: string, wanted: string) =>
    problem(` as ${quoteBytes(layout)}: cannot parse ${quoteBytes(rest)} as ${quoteBytes(wanted)}`)
  const chunks = parseLayout(layout)
  let rest = value
  for (const [i, { prefix, element, text }] of chunks.entries()) {
    const afterPrefix = skipPrefix(rest, prefix)
    if (typeof afterPrefix !== 'string') return mismatch(afterPrefix.rest, afterPrefix.prefix)
    rest = afterPrefix
    if (element === null) {
      if (rest !== '') return problem(`: extra text: ${quoteBytes(rest)}`)
      break
    }
    const taken = readElement(element, text, rest, fields)
    if (taken === MISMATCH) return mismatch(rest, text)
    if (typeof taken === 'string') return problem(`: ${taken} out of range`)
    rest = rest.slice(taken)
    if (element === '5' || element === '05') rest = rest.slice(readStrayFraction(rest, chunks[i + 1]!.element, fields))
  }
  const wrong = complete(fields)
  return wrong === null ? toInstant(fields, location) : problem(`: ${wrong}`)
}

/** Skips the text between elements, in which a run of spaces matches any other. */
function skipPrefix (value: string, prefix: string): string | { rest: string, prefix: string } {
  let rest = value
  for (let at = 0; at < prefix.length;) {
    if (prefix[at] === ' ') {
      if (rest !== '' && rest[0] !== ' ') return { rest, prefix }
      while (prefix[at] === ' ') at++
      rest = rest.replace(/^ +/, '')
    } else {
      if (rest[0] !== prefix[at]) return { rest, prefix }
      at++
      rest = rest.slice(1)
    }
  }
  return rest
}

/** Reads one element; returns how much it took, a field that is out of range, or MISMATCH. */
function readElement (element: Element, text: string, rest: string, fields: Fields): number | string | typeof MISMATCH {
  switch (element) {
    case '06': return readYear(/^\d\d/.exec(rest), fields)
    case '2006': return readYear(/^\d{4}/.exec(rest), fields)
    case 'Jan': return readName(MONTHS.map((name) => name.slice(0, 3)), rest, (index) => { fields.month = index + 1 })
    case 'January': return readName(MONTHS, rest, (index) => { fields.month = index + 1 })
    case 'Mon': return readName(WEEKDAYS.map((name) => name.slice(0, 3)), rest, () => {})
    case 'Monday': return readName(WEEKDAYS, rest, () => {})
    case '1': case '01': return readNumber(element, rest, 'month', 1, 12, (value) => { fields.month = value })
    case '2': case '_2': case '02': return readNumber(element, rest, 'day', 0, 99, (value) => { fields.day = value })
    case '__2': case '002': return readNumber(element, rest, 'day-of-year', 0, 999, (value) => { fields.yearDay = value })
    case '15': return readNumber('1', rest, 'hour', 0, 23, (value) => { fields.hour = value })
    case '3': case '03': return readNumber(element, rest, 'hour', 0, 12, (value) => { fields.hour = value })
    case '4': case '04': return readNumber(element, rest, 'minute', 0, 59, (value) => { fields.minute = value })
    case '5': case '05': return readNumber(element, rest, 'second', 0, 59, (value) => { fields.second = value })
    case 'PM': case 'pm': return readHalf(element, rest, fields)
    case 'MST': return readZone(rest, fields)
    case '.000': return readFraction(new RegExp(`^[.,](\\d{${text.length - 1}})`).exec(rest), fields) || MISMATCH
    case '.999': return readFraction(/^[.,](\d+)/.exec(rest), fields)
    default: return readOffset(element, rest, fields)
  }
}

function readYear (match: RegExpExecArray | null, fields: Fields): number | typeof MISMATCH {
  if (match === null) return MISMATCH
  const year = Number(match[0])
  fields.year = match[0].length === 4 ? year : year >= 69 ? year + 1900 : year + 2000
  return match[0].length
}

function readName (names: readonly string[], rest: string, take: (index: number) => void): number | typeof MISMATCH {
  const index = names.findIndex((name) => rest.slice(0, name.length).toLowerCase() === name.toLowerCase())
  if (index === -1) return MISMATCH
  take(index)
  return names[index]!.length
}

function readNumber (
  element: string, rest: string, name: string, least: number, most: number, take: (value: number) => void
): number | string | typeof MISMATCH {
  const [blank] = element === '_2' ? /^ ?/.exec(rest)! : element === '__2' ? /^ {0,2}/.exec(rest)! : ['']
  const pattern = element === '002' ? /^\d{3}/ : element === '__2' ? /^\d{1,3}/ : element.startsWith('0') ? /^\d\d/ : /^\d\d?/
  const match = pattern.exec(rest.slice(blank.length))
  if (match === null) return MISMATCH
  const value = Number(match[0])
  if (value < least || value > most) return name
  take(value)
  return blank.length + match[0].length
}

function readHalf (element: 'PM' | 'pm', rest: string, fields: Fields): number | typeof MISMATCH {
  const half = rest.slice(0, 2)
  const upper = half.toUpperCase()
  if ((upper !== 'AM' && upper !== 'PM') || half !== (element === 'PM' ? upper : half.toLowerCase())) return MISMATCH
  if (upper === 'AM') fields.am = true
  else fields.pm = true
  return 2
}

function readZone (rest: string, fields: Fields): number | typeof MISMATCH {
  if (rest.startsWith('UTC')) {
    fields.utc = true
    return 3
  }
  const zone = zoneAt(rest)
  if (zone === '') return MISMATCH
  fields.zone = zone
  return zone.length
}

/** Zones look like three to five capitals, or like an offset in hours. */
function zoneAt (rest: string): string {
  if (rest.length < 3) return ''
  const special = /^(?:ChST|MeST)/.exec(rest)
  if (special !== null) return special[0]
  const offset = /^(GMT)?([+-]\d+)/.exec(rest)
  if (offset !== null) return Math.abs(Number(offset[2])) <= 23 ? offset[0] : offset[1] ?? ''
  const capitals = /^[A-Z]*/.exec(rest)![0].slice(0, 6)
  if (capitals.length === 3) return capitals
  if (capitals.length === 4 && (capitals.endsWith('T') || capitals === 'WITA')) return capitals
  return capitals.length === 5 && capitals.endsWith('T') ? capitals : ''
}

function readFraction (match: RegExpExecArray | null, fields: Fields): number {
  if (match === null) return 0
  fields.fraction = Number(match[1]!.slice(0, 9).padEnd(9, '0'))
  return match[0].length
}

/** Takes a fraction behind the seconds that the layout does not mention. */
function readStrayFraction (rest: string, next: Element | null, fields: Fields): number {
  return next === '.000' || next === '.999' ? 0 : readFraction(/^[.,](\d+)/.exec(rest), fields)
}

function readOffset (element: Offset, rest: string, fields: Fields): number | string | typeof MISMATCH {
  if (element.startsWith('Z') && rest.startsWith('Z')) {
    fields.utc = true
    return 1
  }
  const match = OFFSET_PATTERNS[element.slice(1)]!.exec(rest)
  if (match === null) return MISMATCH
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3] ?? 0), Number(match[4] ?? 0)]
  if (seconds > 60) return 'time zone offset second'
  if (minutes > 60) return 'time zone offset minute'
  if (hours > 24) return 'time zone offset hour'
  if (match[1] !== '+' && match[1] !== '-') return MISMATCH
  fields.offset = (match[1] === '-' ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds)
  return match[0].length
}

/** Settles what depends on several fields; returns what is wrong. */
function complete (fields: Fields): string | null {
  if (fields.pm && fields.hour < 12) fields.hour += 12
  else if (fields.am && fields.hour === 12) fields.hour = 0
  if (fields.yearDay >= 0) {
    const { yearDay, year } = fields
    if (yearDay < 1 || yearDay > 337 + daysIn(2, year)) return 'day-of-year out of range'
    const { month, day } = toCivil(fromCivil(year, 1, yearDay, 0, 0, 0))
    if (fields.month >= 0 && fields.month !== month) return 'day-of-year does not match month'
    if (fields.day >= 0 && fields.day !== day) return 'day-of-year does not match day'
    fields.month = month
    fields.day = day
  }
  if (fields.month < 0) fields.month = 1
  if (fields.day < 0) fields.day = 1
  return fields.day < 1 || fields.day > daysIn(fields.month, fields.year) ? 'day out of range' : null
}

function toInstant (fields: Fields, location: Location): Instant {
  const { year, month, day, hour, minute, second, fraction, offset, zone } = fields
  const inZone = (where: Location) => fromDate(year, month, day, hour, minute, second, fraction, where)
  if (fields.utc) return inZone(UTC)
  if (offset === null && zone === '') return inZone(location)
  const wall = inZone(UTC)
  if (offset !== null) {
    const exact = wall.add(BigInt(-offset) * 1_000_000_000n)
    const local = location.at(exact.seconds)
    const fits = local.offset === offset && (zone === '' || local.abbreviation === zone)
    return exact.in(fits ? location : fixedZone(zone, offset))
  }
  const local = location.at(wall.seconds)
  if (local.abbreviation === zone) return inZone(location)
  // A name alone says nothing about the offset, except for GMT+3.
  const hours = zone.startsWith('GMT') && zone.length > 3 ? Number(zone.slice(3)) : 0
  return wall.in(fixedZone(zone, hours * 3600))
}

/** Returns what time.Parse says about a text that is not a time of this layout; null if it is one. */
export function timeProblem (layout: string, text: string): string | null {
  const time = parseTime(layout, wellFormed(text), UTC)
  return typeof time === 'string' ? time : null
}
