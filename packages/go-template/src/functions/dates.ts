import { parseNanoseconds, writeDuration } from '@floodgate/go/duration'
import { parseInt64 } from '@floodgate/go/number'
import { atSecond, findLocation, formatTime, type Instant, type Location, parseTime, UTC, zeroTime } from '@floodgate/go/time'
import { CallError } from '../errors.ts'
import { Int, STRING, type Value } from '../evaluate/values.ts'
import { TIME, TimeValue } from '../time/time-value.ts'
import { any, define, text, type Context, type FunctionTable, type Param } from './definition.ts'

/** A parameter of type time.Time. */
export const time: Param<Instant> = { type: TIME, read: (value) => (value as TimeValue).instant }

const SECOND = 1_000_000_000n
const HOUR = 3600n * SECOND
const ROUNDED_UNITS: readonly (readonly [bigint, string])[] = [
  [365n * 24n * HOUR, 'y'], [30n * 24n * HOUR, 'mo'], [24n * HOUR, 'd'], [HOUR, 'h'], [60n * SECOND, 'm'], [SECOND, 's']
]

const inZone = define([text, any, text], STRING, ([layout, value, zone], context) => format(layout, value, zone, context))
const modify = define([text, time], TIME, ([change, date]) => {
  const by = parseNanoseconds(change)
  return new TimeValue(typeof by === 'bigint' ? date.add(by) : date)
})
const mustModify = define([text, time], TIME, ([change, date]) => {
  const by = parseNanoseconds(change)
  if (typeof by === 'string') throw new CallError(by)
  return new TimeValue(date.add(by))
})

/** sprig's functions on dates. A date is a time, or an int of seconds since 1970; anything else stands for now. */
export const dateFunctions: FunctionTable = {
  now: define([], TIME, (_, context) => new TimeValue(context.now())),
  date: define([text, any], STRING, ([layout, value], context) => format(layout, value, 'Local', context)),
  dateInZone: inZone,
  date_in_zone: inZone,
  htmlDate: define([any], STRING, ([value], context) => format('2006-01-02', value, 'Local', context)),
  htmlDateInZone: define([any, text], STRING, ([value, zone], context) => format('2006-01-02', value, zone, context)),
  dateModify: modify,
  date_modify: modify,
  mustDateModify: mustModify,
  must_date_modify: mustModify,
  toDate: define([text, text], TIME, ([layout, value], { local }) => {
    const parsed = parseTime(layout, value, local)
    return new TimeValue(typeof parsed === 'string' ? zeroTime : parsed)
  }),
  mustToDate: define([text, text], TIME, ([layout, value], { local }) => {
    const parsed = parseTime(layout, value, local)
    if (typeof parsed === 'string') throw new CallError(parsed)
    return new TimeValue(parsed)
  }),
  unixEpoch: define([time], STRING, ([date]) => String(date.seconds)),
  ago: define([any], STRING, ([value], context) => {
    const elapsed = context.now().nanoseconds - toInstant(value, context, ['int64', 'int']).nanoseconds
    return writeDuration(roundToSeconds(elapsed))
  }),
  duration: define([any], STRING, ([value]) => writeDuration(BigInt.asIntN(64, secondsOf(value) * SECOND))),
  durationRound: define([any], STRING, ([value], context) => roundDuration(toDuration(value, context)))
}

function format (layout: string, value: Value, zone: string, context: Context): string {
  const instant = toInstant(value, context, ['int64', 'int', 'int32'])
  return formatTime(instant.in(zoneOf(zone, context)), layout)
}

function zoneOf (name: string, { local }: Context): Location {
  return name === 'Local' ? local : findLocation(name) ?? UTC
}

function toInstant (value: Value, context: Context, integerTypes: readonly string[]): Instant {
  if (value instanceof TimeValue) return value.instant
  if (value instanceof Int && integerTypes.includes(value.type.name)) return atSecond(value.value, context.local)
  return context.now()
}

/** Half seconds are rounded away from zero. */
function roundToSeconds (nanoseconds: bigint): bigint {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const rounded = ((size + SECOND / 2n) / SECOND) * SECOND
  return nanoseconds < 0n ? -rounded : rounded
}

function secondsOf (value: Value): bigint {
  if (typeof value === 'string') {
    const parsed = parseInt64(value, 10)
    if (typeof parsed === 'bigint') return parsed
    if (parsed === 'value out of range') return value.startsWith('-') ? -(1n << 63n) : (1n << 63n) - 1n
    return 0n
  }
  return value instanceof Int && value.type.name === 'int64' ? value.value : 0n
}

function toDuration (value: Value, context: Context): bigint {
  if (typeof value === 'string') {
    const parsed = parseNanoseconds(value)
    return typeof parsed === 'bigint' ? parsed : 0n
  }
  if (value instanceof TimeValue) return context.now().nanoseconds - value.instant.nanoseconds
  return value instanceof Int && value.type.name === 'int64' ? value.value : 0n
}

/** Keeps the largest unit that is exceeded. */
function roundDuration (nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const unit = ROUNDED_UNITS.find(([length]) => size > length)
  return unit === undefined ? '0s' : `${size / unit[0]}${unit[1]}`
}
