import { formatTime, type Instant } from '@floodgate/go/time'
import { Opaque, type Type } from '../evaluate/values.ts'

export const TIME: Type = { name: 'time.Time', kind: 'struct' }

const HIDDEN = ['wall', 'ext', 'loc']

/** A time.Time in a template. */
export class TimeValue extends Opaque {
  readonly type = TIME
  readonly hidden = HIDDEN
  readonly instant: Instant

  constructor (instant: Instant) {
    super()
    this.instant = instant
  }

  print (): string {
    return formatTime(this.instant, '2006-01-02 15:04:05.999999999 -0700 MST')
  }

  toJson (): string {
    return JSON.stringify(formatTime(this.instant, '2006-01-02T15:04:05.999999999Z07:00'))
  }

  equals (other: Opaque): boolean {
    return other instanceof TimeValue &&
      other.instant.nanoseconds === this.instant.nanoseconds &&
      other.instant.location === this.instant.location
  }
}
