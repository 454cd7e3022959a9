/** A date and time of day, without a zone. */
export interface Civil {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** 0 is Sunday. */
  weekday: number
  /** From 1. */
  yearDay: number
}

/** A date and time of day with the zone it is in. */
export interface ZonedCivil extends Civil {
  /** Seconds east of UTC. */
  readonly offset: number
  /** Of the zone; empty when it has none. */
  readonly abbreviation: string
}

export const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'
] as const
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

const DAY = 86_400
const DAYS_OF_400_YEARS = 146_097
/** Days from March 1 of year 0 to the Unix epoch. */
const EPOCH = 719_468

/** Converts seconds since 1970 to a date of the proleptic Gregorian calendar. */
export function toCivil (seconds: number): Civil {
  const days = Math.floor(seconds / DAY)
  const rest = seconds - days * DAY
  // Years that start in March put the leap day at their end.
  const shifted = days + EPOCH
  const era = Math.floor(shifted / DAYS_OF_400_YEARS)
  const dayOfEra = shifted - era * DAYS_OF_400_YEARS
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromCivil(year, 1, 1) + 1
  }
}

/** Converts a date and time to seconds since 1970; a month or day beyond its end runs on. */
export function fromCivil (year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const monthIndex = month - 1
  const fullYear = year + Math.floor(monthIndex / 12)
  const days = daysFromCivil(fullYear, (((monthIndex % 12) + 12) % 12) + 1, 1) + day - 1
  return days * DAY + hour * 3600 + minute * 60 + second
}

/** Counts the days of a month. */
export function daysIn (month: number, year: number): number {
  return daysFromCivil(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysFromCivil(year, month, 1)
}

function daysFromCivil (year: number, month: number, day: number): number {
  const fromMarch = month <= 2 ? year - 1 : year
  const era = Math.floor(fromMarch / 400)
  const yearOfEra = fromMarch - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_OF_400_YEARS + dayOfEra - EPOCH
}
