import { fromCivil, toCivil, type ZonedCivil } from './calendar.ts'
import { UTC, type Location } from './location.ts'

const SECOND = 1_000_000_000n

/** A time.Time: an instant and the zone it is shown in. */
export class Instant {
  /** Since 1970, in UTC. */
  readonly nanoseconds: bigint
  readonly location: Location

  constructor (nanoseconds: bigint, location: Location) {
    this.nanoseconds = nanoseconds
    this.location = location
  }

  /** Whole seconds since 1970, rounded down. */
  get seconds (): number {
    const seconds = this.nanoseconds / SECOND
    return Number(this.nanoseconds % SECOND < 0n ? seconds - 1n : seconds)
  }

  /** Nanoseconds within the second. */
  get fraction (): number {
    return Number(((this.nanoseconds % SECOND) + SECOND) % SECOND)
  }

  /** The date and time of day in its zone, and the zone. */
  civil (): ZonedCivil {
    const zone = this.location.at(this.seconds)
    return { ...toCivil(this.seconds + zone.offset), offset: zone.offset, get abbreviation () { return zone.abbreviation } }
  }

  in (location: Location): Instant {
    return new Instant(this.nanoseconds, location)
  }

  add (nanoseconds: bigint): Instant {
    return new Instant(this.nanoseconds + nanoseconds, this.location)
  }
}

/** Makes an instant of seconds since 1970. */
export function atSecond (seconds: bigint, location: Location): Instant {
  return new Instant(seconds * SECOND, location)
}

/** Makes an instant of a date and time of day in a zone. */
export function fromDate (
  year: number, month: number, day: number, hour: number, minute: number, second: number, fraction: number, location: Location
): Instant {
  const local = fromCivil(year, month, day, hour, minute, second)
  // The offset of the wall clock read as UTC may be that of the other side of a change: look again where it leads.
  const guess = local - location.at(local).offset
  const seconds = local - location.at(guess).offset
  return new Instant(BigInt(seconds) * SECOND + BigInt(fraction), location)
}

/** Go's zero time: January 1 of year 1. */
export const zeroTime = fromDate(1, 1, 1, 0, 0, 0, 0, UTC)
