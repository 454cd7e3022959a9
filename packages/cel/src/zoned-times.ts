import type { Environment } from '@marcbachmann/cel-js'
import { findLocation } from '@floodgate/go/time'
import { ownName } from './own-names.ts'

/** Parts of a time whose UTC fields are those of its zone (CEL specification: all count from 0, but `getDate` and the year). */
const parts: Readonly<Record<string, (time: Date) => number>> = {
  getDate: (time) => time.getUTCDate(),
  getDayOfMonth: (time) => time.getUTCDate() - 1,
  getDayOfWeek: (time) => time.getUTCDay(),
  getDayOfYear: (time) => Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0)) / 86_400_000),
  getFullYear: (time) => time.getUTCFullYear(),
  getHours: (time) => time.getUTCHours(),
  getMilliseconds: (time) => time.getUTCMilliseconds(),
  getMinutes: (time) => time.getUTCMinutes(),
  getMonth: (time) => time.getUTCMonth(),
  getSeconds: (time) => time.getUTCSeconds()
}

/**
 * Adds the parts of times in a zone. The library's need Node 22 for offsets (`+02:00`). As cel-go, a zone with a colon
 * is an offset whose sign may be missing (`02:00`); any other zone is a name (`Europe/Berlin`).
 */
export function registerZonedTimes (env: Environment): void {
  for (const [name, read] of Object.entries(parts)) {
    env.registerFunction(
      `google.protobuf.Timestamp.${ownName(name)}(string): int`,
      (time: Date, zone: string) => BigInt(read(inZone(time, zone)))
    )
  }
}

/** A time whose UTC fields are those of a zone. */
function inZone (time: Date, zone: string): Date {
  const at = zone.indexOf(':')
  return new Date(time.getTime() + (at < 0 ? offsetOfName(time, zone) : offset(zone.slice(0, at), zone.slice(at + 1)) * 60) * 1000)
}

/** Seconds east of UTC. */
function offsetOfName (time: Date, name: string): number {
  const location = findLocation(name)
  if (location === null) throw new Error(`unknown time zone ${name}`)
  return location.at(Math.floor(time.getTime() / 1000)).offset
}

/** Minutes east of UTC. */
function offset (hours: string, minutes: string): number {
  if (!/^[+-]?\d{1,2}$/.test(hours) || !/^[+-]?\d{1,2}$/.test(minutes)) throw new Error(`invalid time zone "${hours}:${minutes}"`)
  return Number(hours) * 60 + (hours.startsWith('-') ? -Number(minutes) : Number(minutes))
}
