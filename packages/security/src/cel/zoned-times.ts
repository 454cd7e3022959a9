import type { Environment } from '@marcbachmann/cel-js'
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
 * Adds the parts of times in a zone. The library's need Node 22 for offsets (`+02:00`). As cel-go, a zone with a colon is
 * an offset whose sign may be missing (`02:00`), any other a name (`Europe/Berlin`).
 */
export function registerZonedTimes (env: Environment): void {
  const formats = new Map<string, Intl.DateTimeFormat>()
  for (const [name, read] of Object.entries(parts)) {
    env.registerFunction(`google.protobuf.Timestamp.${ownName(name)}(string): int`, (time: Date, zone: string) => BigInt(read(inZone(time, zone, formats))))
  }
}

function inZone (time: Date, zone: string, formats: Map<string, Intl.DateTimeFormat>): Date {
  const at = zone.indexOf(':')
  return at < 0 ? inNamed(time, zone, formats) : new Date(time.getTime() + offset(zone.slice(0, at), zone.slice(at + 1)) * 60_000)
}

function offset (hours: string, minutes: string): number {
  if (!/^[+-]?\d{1,2}$/.test(hours) || !/^[+-]?\d{1,2}$/.test(minutes)) throw new Error(`no time zone "${hours}:${minutes}"`)
  return Number(hours) * 60 + (hours.startsWith('-') ? -Number(minutes) : Number(minutes))
}

function inNamed (time: Date, zone: string, formats: Map<string, Intl.DateTimeFormat>): Date {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone || 'UTC', calendar: 'gregory', hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
    // A request may bring the name, of which there are some hundreds, in any case.
    if (formats.size >= 1000) formats.clear()
    formats.set(zone, format)
  }
  const { era, year, month, day, hour, minute, second } = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value])) as Record<string, string>
  const zoned = new Date(Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), time.getUTCMilliseconds()))
  zoned.setUTCFullYear(era === 'BC' ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day))
  return zoned
}
