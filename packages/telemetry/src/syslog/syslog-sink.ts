import { hostname } from 'node:os'
import type { LevelName } from '../logger/levels.ts'
import type { LogRecord } from '../logger/record.ts'
import { facilities } from '../options.ts'
import type { Sender } from '../senders/sender.ts'
import { severities } from '../severities.ts'

/** Number of `local0` (RFC 3164, section 4.1.1). */
const FIRST_LOCAL = 16
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Longest message over UDP in bytes (RFC 5426, section 3.2: what every network takes is less, what is usual is more). */
const LONGEST = 8192

export interface SyslogOptions {
  readonly facility: string
  /** Text of the tag. */
  readonly tag: string
  /** Over a stream, messages end with a line feed (RFC 6587, section 3.4.2). */
  readonly framed: boolean
}

/** Creates what writes records as messages of RFC 3164: `<priority>time host tag[pid]: text`. */
export function createSyslogSink (
  sender: Sender,
  format: (record: LogRecord) => string,
  { facility, tag, framed }: SyslogOptions
): (record: LogRecord) => void {
  const base = (FIRST_LOCAL + Math.max(0, facilities.indexOf(facility))) * 8
  const host = hostname().replace(/[^\x21-\x7e]/g, '') || 'localhost'
  // A bracket or a blank ends the tag.
  const name = tag.replace(/[^\w.-]+/g, '') || 'KRAKEND'
  const priority = (level: LevelName): number => base + severities[level]
  return function writeSyslog (record) {
    const text = `<${priority(record.level)}>${writeTime(record.time)} ${host} ${name}[${process.pid}]: ${format(record)}`
    const bytes = Buffer.from(text)
    sender.send(framed ? Buffer.concat([bytes, lineFeed]) : bytes.subarray(0, LONGEST))
  }
}

const lineFeed = Buffer.from('\n')

/** Local time, the day with a blank in place of a zero. */
function writeTime (ms: number): string {
  const date = new Date(ms)
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  return `${months[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${time}`
}
