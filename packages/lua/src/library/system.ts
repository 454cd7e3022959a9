import type { LuaTable, LuaValue } from '../machine/values.ts'
import { LuaTable as Table } from '../machine/values.ts'
import { libraryOf, native, type Arguments } from './arguments.ts'

const FORBIDDEN_OS = ['execute', 'exit', 'remove', 'rename', 'setenv', 'tmpname'] as const
const FORBIDDEN_IO = ['close', 'flush', 'input', 'lines', 'open', 'output', 'popen', 'read', 'tmpfile', 'write'] as const

/** The library `os`, without files, processes and environment variables. */
export function createOsLibrary (): LuaTable {
  return libraryOf([
    native('clock', () => performance.now() / 1000),
    native('date', date),
    native('difftime', (args) => args.integer(1) - args.integerOr(2, 0)),
    native('getenv', () => undefined),
    native('setlocale', () => false),
    native('time', time),
    ...FORBIDDEN_OS.map((name) => native(name, (args) => { throw forbidden(args, `os.${name}`) }))
  ])
}

/** The library `io`: every function is an error. */
export function createIoLibrary (): LuaTable {
  return libraryOf(FORBIDDEN_IO.map((name) => native(name, (args) => { throw forbidden(args, `io.${name}`) })))
}

/** The library `debug`: only `traceback`. */
export function createDebugLibrary (): LuaTable {
  return libraryOf([native('traceback', (args) => {
    const message = args.stringOr(1, '')
    return `${message === '' ? '' : message + '\n'}stack traceback:\n\t${args.machine.locate().prefix.replace(/: $/, '')}`
  })])
}

function forbidden ({ machine }: Arguments, name: string): Error {
  return machine.failure(`${name} is not available: scripts have no access to files and processes`)
}

function time (args: Arguments): LuaValue {
  if (args.count === 0) return Math.floor(Date.now() / 1000)
  const table = args.table(1)
  const field = (name: string, otherwise: number): number => {
    const value = table.field(name)
    return typeof value === 'number' ? Math.trunc(value) : otherwise
  }
  const at = new Date(
    field('year', -1), field('month', -1) - 1, field('day', -1), field('hour', 12), field('min', 0), field('sec', 0)
  )
  return Math.floor(at.getTime() / 1000)
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'
]

/** A date, its parts in UTC: of local time it is moved by the offset. */
interface Moment {
  readonly date: Date
  /** Minutes east of UTC. */
  readonly offset: number
}

function date (args: Arguments): LuaValue {
  const given = args.stringOr(1, '%c')
  const isUtc = given.startsWith('!')
  const layout = isUtc ? given.slice(1) : given
  const seconds = args.count >= 2 ? args.integer(2) : Math.floor(Date.now() / 1000)
  const instant = new Date(seconds * 1000)
  if (Number.isNaN(instant.getTime())) throw args.wrong(2, 'time out of range')
  const offset = isUtc ? 0 : -instant.getTimezoneOffset()
  const at = { date: new Date(instant.getTime() + offset * 60_000), offset }
  if (layout.startsWith('*t')) return tableOf(at.date)
  args.machine.budget.directives(layout)
  const text = layout.replace(/%([a-zA-Z%])/g, (all, letter: string) => letter === '%' ? '%' : part(letter, at) ?? all)
  args.machine.budget.takeString(text.length)
  return text
}

function tableOf (date: Date): LuaTable {
  const table = new Table()
  const parts: Record<string, LuaValue> = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    min: date.getUTCMinutes(),
    sec: date.getUTCSeconds(),
    wday: date.getUTCDay() + 1,
    yday: dayOfYear(date),
    isdst: false
  }
  for (const [name, value] of Object.entries(parts)) table.set(name, value)
  return table
}

function dayOfYear (date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
}

function part (letter: string, { date, offset }: Moment): string | null {
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = date.getUTCHours()
  const year = String(date.getUTCFullYear()).padStart(4, '0')
  const [day, month] = [DAYS[date.getUTCDay()]!, MONTHS[date.getUTCMonth()]!]
  switch (letter) {
    case 'a': return day.slice(0, 3)
    case 'A': return day
    case 'b': return month.slice(0, 3)
    case 'B': return month
    case 'c': return `${two(date.getUTCDate())} ${month.slice(0, 3)} ${year.slice(-2)} ${two(hours)}:${two(date.getUTCMinutes())} ${zoneName(offset)}`
    case 'd': return two(date.getUTCDate())
    case 'F': return `${year}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
    case 'H': return two(hours)
    case 'I': return two(hours % 12 === 0 ? 12 : hours % 12)
    case 'm': return two(date.getUTCMonth() + 1)
    case 'M': return two(date.getUTCMinutes())
    case 'p': return hours < 12 ? 'AM' : 'PM'
    case 'P': return hours < 12 ? 'am' : 'pm'
    case 'S': return two(date.getUTCSeconds())
    case 'w': return String(date.getUTCDay())
    case 'y': return year.slice(-2)
    case 'Y': return year
    case 'z': return zone(offset)
    case 'Z': return zoneName(offset)
    default: return null
  }
}

function zone (offset: number): string {
  const minutes = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`
}

function zoneName (offset: number): string {
  return offset === 0 ? 'UTC' : zone(offset)
}
