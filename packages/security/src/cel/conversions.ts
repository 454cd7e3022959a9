import type { Environment } from '@marcbachmann/cel-js'
import { writeGoFloat } from '@floodgate/go'
import { ownName } from './own-names.ts'

interface Duration { readonly seconds: bigint, readonly nanos: number }
/** The library's unsigned integer. */
interface Unsigned { valueOf (): bigint }

const perSecond = 1_000_000_000n
const leastInt = -(2n ** 63n)
const mostInt = 2n ** 63n - 1n

/**
 * Adds the conversions of CEL (specification, "List of Standard Definitions") as cel-go has them, in the place of the
 * library's: a text is read as by Go's strconv, and what does not fit is an error. The library takes an empty text for 0,
 * 1e400 for infinity, 9.3e18 for an int and the 30th of February for the 1st of March, and lacks those of times and of `uint` to `int`. `NaN` is no double here:
 * comparing it is an error in cel-go, and false in the library.
 */
export function registerConversions (env: Environment): void {
  const add = (name: string, from: string, to: string, convert: (value: any) => unknown): void => { env.registerFunction(`${ownName(name)}(${from}): ${to}`, convert) }
  add('int', 'int', 'int', (value: bigint) => value)
  add('int', 'uint', 'int', (value: Unsigned) => inRange(value.valueOf()))
  add('int', 'double', 'int', intOfDouble)
  add('int', 'string', 'int', (text: string) => inRange(whole(text, /^[+-]?\d+$/)))
  add('int', 'google.protobuf.Timestamp', 'int', (time: Date) => BigInt(Math.floor(time.getTime() / 1000)))

  const UnsignedInt = (env.evaluate('0u') as object).constructor as new (value: bigint) => Unsigned
  add('uint', 'uint', 'uint', (value: Unsigned) => value)
  add('uint', 'int', 'uint', (value: bigint) => new UnsignedInt(value))
  add('uint', 'double', 'uint', (value: number) => new UnsignedInt(value < 0 ? -1n : BigInt(Math.trunc(value))))
  add('uint', 'string', 'uint', (text: string) => new UnsignedInt(whole(text, /^\d+$/)))

  add('double', 'double', 'double', (value: number) => value)
  add('double', 'int', 'double', Number)
  add('double', 'uint', 'double', Number)
  add('double', 'string', 'double', doubleOfText)

  add('string', 'string', 'string', (value: string) => value)
  add('string', 'bool', 'string', String)
  add('string', 'int', 'string', String)
  add('string', 'uint', 'string', String)
  add('string', 'double', 'string', writeGoFloat)
  add('string', 'bytes', 'string', textOfBytes)
  add('string', 'google.protobuf.Timestamp', 'string', (time: Date) => time.toISOString().replace(/\.?0*Z$/, 'Z'))
  add('timestamp', 'google.protobuf.Timestamp', 'google.protobuf.Timestamp', (time: Date) => time)
  add('timestamp', 'int', 'google.protobuf.Timestamp', (seconds: bigint) => inYears(new Date(Number(seconds) * 1000)))
  add('timestamp', 'string', 'google.protobuf.Timestamp', timeOfText)
  add('string', 'google.protobuf.Duration', 'string', ({ seconds, nanos }: Duration) => writeSeconds(seconds * perSecond + BigInt(nanos)))
}

function whole (text: string, form: RegExp): bigint {
  // Twenty digits are the most that fit; BigInt takes long for very many.
  if (!form.test(text) || text.replace(/^[+-]?0*/, '').length > 20) throw new RangeError('is no whole number that fits')
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace('+', ''))
}

function inRange (value: bigint): bigint {
  if (value < leastInt || value > mostInt) throw new RangeError('does not fit an int')
  return value
}

/** As cel-go, the doubles next to the ends do not fit. */
function intOfDouble (value: number): bigint {
  if (!(value > -(2 ** 63) && value < 2 ** 63)) throw new RangeError('does not fit an int')
  return BigInt(Math.trunc(value))
}

const decimal = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/

function doubleOfText (text: string): number {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity
  const value = decimal.test(text) ? Number(text.replaceAll('_', '')) : NaN
  if (!Number.isFinite(value)) throw new RangeError('is no double')
  return value
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/** RFC 3339, for days that there are. */
function timeOfText (text: string): Date {
  const found = rfc3339.exec(text)
  if (found === null) throw new RangeError('is no time of RFC 3339')
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const [fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = found.slice(7)
  const time = new Date(0)
  time.setUTCFullYear(year, month - 1, day)
  const isDay = time.getUTCMonth() === month - 1 && time.getUTCDate() === day
  if (!isDay || hour > 23 || minute > 59 || second > 59 || Number(zoneHour) > 24 || Number(zoneMinute) > 60) throw new RangeError('is a time that there is not')
  const zone = Number(zoneHour) * 60 + Number(zoneMinute)
  time.setUTCHours(hour, minute - (sign === '-' ? -zone : zone), second, Number(fraction.padEnd(3, '0').slice(0, 3)))
  return inYears(time)
}

/** The years of CEL: 1 to 9999. */
function inYears (time: Date): Date {
  const year = time.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw new RangeError('is a time out of the years 1 to 9999')
  return time
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOfBytes (bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

/** Seconds with the fraction they have: `90s`, `-1.5s`. */
function writeSeconds (nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = String(size % perSecond).padStart(9, '0').replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / perSecond}${fraction === '' ? '' : `.${fraction}`}s`
}
