import { writeDuration } from '@floodgate/go/duration'
import { formatTime, fromDate, type Instant, MONTHS, UTC, WEEKDAYS, zeroTime } from '@floodgate/go/time'
import { BOOL, FLOAT64, Int, INT, int, INT64, int64, STRING, UINT64, type Type, type Value } from '../evaluate/values.ts'
import { compareVersions, Version, VERSION, VERSION_POINTER } from '../semver/version.ts'
import { define, integer, text, type GoFunction, type Param } from './definition.ts'
import { duration, DURATION } from '../time/duration.ts'
import { time } from './dates.ts'
import { TIME, TimeValue } from '../time/time-value.ts'

const MONTH: Type = { name: 'time.Month', kind: 'int', print: (value) => MONTHS[Number(value) - 1] ?? `%!Month(${value})` }
const WEEKDAY: Type = { name: 'time.Weekday', kind: 'int', print: (value) => WEEKDAYS[Number(value)] ?? `%!Weekday(${value})` }

const version: Param<Version> = { type: VERSION_POINTER, read: (value) => value as Version }
const elapsed: Param<bigint> = { type: DURATION, read: (value) => (value as Int).value }
const named: Param<Int> = { type: INT, read: (value) => value as Int }

const timeMethods: Record<string, GoFunction> = {
  Format: define([time, text], STRING, ([date, layout]) => formatTime(date, layout)),
  String: define([time], STRING, ([date]) => new TimeValue(date).print()),
  Unix: define([time], INT64, ([date]) => int64(BigInt(date.seconds))),
  UnixMilli: define([time], INT64, ([date]) => int64(floorDivide(date.nanoseconds, 1_000_000n))),
  UnixMicro: define([time], INT64, ([date]) => int64(floorDivide(date.nanoseconds, 1000n))),
  UnixNano: define([time], INT64, ([date]) => int64(date.nanoseconds)),
  Year: define([time], INT, ([date]) => int(date.civil().year)),
  Month: define([time], MONTH, ([date]) => new Int(MONTH, BigInt(date.civil().month))),
  Day: define([time], INT, ([date]) => int(date.civil().day)),
  Hour: define([time], INT, ([date]) => int(date.civil().hour)),
  Minute: define([time], INT, ([date]) => int(date.civil().minute)),
  Second: define([time], INT, ([date]) => int(date.civil().second)),
  Nanosecond: define([time], INT, ([date]) => int(date.fraction)),
  Weekday: define([time], WEEKDAY, ([date]) => new Int(WEEKDAY, BigInt(date.civil().weekday))),
  YearDay: define([time], INT, ([date]) => int(date.civil().yearDay)),
  UTC: define([time], TIME, ([date]) => new TimeValue(date.in(UTC))),
  Local: define([time], TIME, ([date], { local }) => new TimeValue(date.in(local))),
  IsZero: define([time], BOOL, ([date]) => date.nanoseconds === zeroTime.nanoseconds),
  Add: define([time, elapsed], TIME, ([date, by]) => new TimeValue(date.add(by))),
  AddDate: define(
    [time, integer, integer, integer],
    TIME,
    ([date, years, months, days]) => new TimeValue(addDate(date, years, months, days))
  ),
  Sub: define([time, time], DURATION, ([date, other]) => duration(date.nanoseconds - other.nanoseconds)),
  After: define([time, time], BOOL, ([date, other]) => date.nanoseconds > other.nanoseconds),
  Before: define([time, time], BOOL, ([date, other]) => date.nanoseconds < other.nanoseconds),
  Equal: define([time, time], BOOL, ([date, other]) => date.nanoseconds === other.nanoseconds),
  Compare: define([time, time], INT, ([date, other]) => int(sign(date.nanoseconds - other.nanoseconds)))
}

const durationMethods: Record<string, GoFunction> = {
  String: define([elapsed], STRING, ([value]) => writeDuration(value)),
  Hours: define([elapsed], FLOAT64, ([value]) => Number(value) / 3.6e12),
  Minutes: define([elapsed], FLOAT64, ([value]) => Number(value) / 6e10),
  Seconds: define([elapsed], FLOAT64, ([value]) => Number(value) / 1e9),
  Milliseconds: define([elapsed], INT64, ([value]) => int64(value / 1_000_000n)),
  Microseconds: define([elapsed], INT64, ([value]) => int64(value / 1000n)),
  Nanoseconds: define([elapsed], INT64, ([value]) => int64(value))
}

const namedMethods: Record<string, GoFunction> = {
  String: define([named], STRING, ([value]) => value.type.print!(value.value))
}

const versionMethods: Record<string, GoFunction> = {
  String: define([version], STRING, ([value]) => value.print()),
  Major: define([version], UINT64, ([value]) => new Int(UINT64, value.major)),
  Minor: define([version], UINT64, ([value]) => new Int(UINT64, value.minor)),
  Patch: define([version], UINT64, ([value]) => new Int(UINT64, value.patch)),
  Prerelease: define([version], STRING, ([value]) => value.prerelease),
  Metadata: define([version], STRING, ([value]) => value.metadata),
  IncMajor: define([version], VERSION, ([value]) => next(value, [value.major + 1n, 0n, 0n])),
  IncMinor: define([version], VERSION, ([value]) => next(value, [value.major, value.minor + 1n, 0n])),
  IncPatch: define([version], VERSION, ([value]) =>
    next(value, [value.major, value.minor, value.prerelease === '' ? value.patch + 1n : value.patch]))
}

const versionPointerMethods: Record<string, GoFunction> = {
  ...versionMethods,
  Original: define([version], STRING, ([value]) => value.original),
  Compare: define([version, version], INT, ([value, other]) => int(compareVersions(value, other))),
  Equal: compares((order) => order === 0),
  LessThan: compares((order) => order < 0),
  LessThanEqual: compares((order) => order <= 0),
  GreaterThan: compares((order) => order > 0),
  GreaterThanEqual: compares((order) => order >= 0)
}

/** Methods of Go types by the name of the type. */
export const methods: ReadonlyMap<string, ReadonlyMap<string, GoFunction>> = new Map([
  [TIME.name, new Map(Object.entries(timeMethods))],
  [DURATION.name, new Map(Object.entries(durationMethods))],
  [MONTH.name, new Map(Object.entries(namedMethods))],
  [WEEKDAY.name, new Map(Object.entries(namedMethods))],
  [VERSION_POINTER.name, new Map(Object.entries(versionPointerMethods))],
  [VERSION.name, new Map(Object.entries(versionMethods))]
])

function compares (fits: (order: number) => boolean): GoFunction {
  return define([version, version], BOOL, ([value, other]) => fits(compareVersions(value, other)))
}

function next (value: Version, numbers: readonly [bigint, bigint, bigint]): Value {
  const plain = numbers.join('.')
  return new Version(numbers, '', '', value.original.startsWith('v') ? `v${plain}` : plain, VERSION)
}

function addDate (date: Instant, years: number, months: number, days: number): Instant {
  const { year, month, day, hour, minute, second } = date.civil()
  return fromDate(year + years, month + months, day + days, hour, minute, second, date.fraction, date.location)
}

function floorDivide (value: bigint, by: bigint): bigint {
  return value % by < 0n ? value / by - 1n : value / by
}

function sign (value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}
