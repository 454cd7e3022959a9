import { ABBREVIATIONS } from './abbreviations.ts'

/** A time zone. */
export interface Location {
  readonly name: string
  /** Offset from UTC in seconds, and the abbreviation, at a second of the Unix clock. */
  at (seconds: number): { readonly offset: number, readonly abbreviation: string }
}

export const UTC: Location = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC' }) }

/** Seconds that JavaScript's Date can tell the zone of. */
const DATE_LIMIT = 8.64e12

/** Zones without letters in the database, though ICU calls them like a neighbour. */
const NUMERIC_ZONES: ReadonlySet<string> = new Set(['Antarctica/Casey', 'Antarctica/Troll', 'Asia/Colombo', 'Europe/Minsk'])
/** Zones of UTC that are called GMT. */
const GMT_ZONE = /^(?:Etc\/)?(?:GMT[+-]?0?|Greenwich)$/

// eslint-disable-next-line no-restricted-syntax -- zones that exist, of which there are some hundred
const zones = new Map<string, Location>()

/**
 * Finds a zone of the time zone database.
 *
 * @returns null for a name that it does not have
 */
export function findLocation (name: string): Location | null {
  if (name === '' || name === 'UTC') return UTC
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = createZone(name)
  if (zone !== null) zones.set(name, zone)
  return zone
}

/** Makes a zone of one offset. */
export function fixedZone (abbreviation: string, offset: number): Location {
  return { name: abbreviation, at: () => ({ offset, abbreviation }) }
}

function createZone (name: string): Location | null {
  // ICU also takes offsets and any case; the database's file names are exact.
  if (!/^[A-Z][A-Za-z]*([/_+-]?[A-Za-z0-9]+)*$/.test(name)) return null
  let clock: Intl.DateTimeFormat
  let names: Intl.DateTimeFormat
  try {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: name, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric'
    })
    names = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'long' })
  } catch {
    return null
  }
  return {
    name,
    at: (seconds) => {
      const clamped = Math.max(-DATE_LIMIT, Math.min(DATE_LIMIT, seconds))
      const offset = offsetOf(clock, clamped)
      return {
        offset,
        // Looked up on demand.
        get abbreviation () {
          const long = names.formatToParts(clamped * 1000).find(({ type }) => type === 'timeZoneName')!.value
          const known = NUMERIC_ZONES.has(name) ? undefined : GMT_ZONE.test(name) ? 'GMT' : ABBREVIATIONS[long]
          return known ?? numericAbbreviation(offset)
        }
      }
    }
  }
}

function offsetOf (clock: Intl.DateTimeFormat, seconds: number): number {
  const parts: Record<string, string> = {}
  for (const { type, value } of clock.formatToParts(seconds * 1000)) parts[type] = value
  const year = parts['era'] === 'AD' ? Number(parts['year']) : 1 - Number(parts['year'])
  const local = new Date(0)
  local.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']))
  local.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']))
  return Math.round(local.getTime() / 1000 - Math.floor(seconds))
}

function numericAbbreviation (offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60)
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${hours}${minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0')}`
}
