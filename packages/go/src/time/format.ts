import { MONTHS, WEEKDAYS, type ZonedCivil } from './calendar.ts'
import { parseLayout, type Element } from './layout.ts'

/** What can be written: an `Instant`. */
export interface Shown {
  /** Nanoseconds within the second. */
  readonly fraction: number
  civil (): ZonedCivil
}

/** Writes a time as a layout of Go's time package says. */
export function formatTime (time: Shown, layout: string): string {
  const civil = time.civil()
  let text = ''
  for (const { prefix, element, text: written } of parseLayout(layout)) {
    text += prefix
    if (element === '.000' || element === '.999') text += formatFraction(time.fraction, written)
    else if (element !== null) text += formatElement(element, civil)
  }
  return text
}

/**
 * Writes a fraction of a second.
 *
 * @param written as the layout has it: `.000` keeps zeros at the end, `,999` drops them, and the fraction with them
 */
export function formatFraction (nanoseconds: number, written: string): string {
  const digits = pad(nanoseconds, 9).slice(0, written.length - 1).padEnd(written.length - 1, '0')
  if (written[1] === '0') return written[0] + digits
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? '' : written[0] + kept
}

/** Writes one element of a layout, but for fractions of a second. */
export function formatElement (element: Exclude<Element, '.000' | '.999'>, civil: ZonedCivil): string {
  const { year, month, day, hour, minute, second, offset } = civil
  const hour12 = hour % 12 === 0 ? 12 : hour % 12
  switch (element) {
    case '2006': return pad(year, 4)
    case '06': return pad(Math.max(year, 0) % 100, 2)
    case 'January': return MONTHS[month - 1]!
    case 'Jan': return MONTHS[month - 1]!.slice(0, 3)
    case '1': return String(month)
    case '01': return pad(month, 2)
    case 'Monday': return WEEKDAYS[civil.weekday]!
    case 'Mon': return WEEKDAYS[civil.weekday]!.slice(0, 3)
    case '2': return String(day)
    case '_2': return String(day).padStart(2)
    case '02': return pad(day, 2)
    case '__2': return String(civil.yearDay).padStart(3)
    case '002': return pad(civil.yearDay, 3)
    case '15': return pad(hour, 2)
    case '3': return String(hour12)
    case '03': return pad(hour12, 2)
    case '4': return String(minute)
    case '04': return pad(minute, 2)
    case '5': return String(second)
    case '05': return pad(second, 2)
    case 'PM': return hour >= 12 ? 'PM' : 'AM'
    case 'pm': return hour >= 12 ? 'pm' : 'am'
    case 'MST': return civil.abbreviation === '' ? formatOffset(offset, '-0700') : civil.abbreviation
    default: return element.startsWith('Z') && offset === 0 ? 'Z' : formatOffset(offset, element)
  }
}

function formatOffset (offset: number, element: string): string {
  const size = Math.abs(offset)
  const parts = [pad(Math.floor(size / 3600), 2), pad(Math.floor(size / 60) % 60, 2), pad(size % 60, 2)]
  const count = element.replaceAll(':', '').length / 2
  return (offset < 0 ? '-' : '+') + parts.slice(0, Math.floor(count)).join(element.includes(':') ? ':' : '')
}

function pad (value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0')
}
