import type { Environment } from '@marcbachmann/cel-js'
import { formatFloat, parseFloat64, parseInt64, parseUint64 } from '@floodgate/go/number'
import { parseTime, UTC } from '@floodgate/go/time'
import { ownName } from './own-names.ts'

interface Duration { readonly seconds: bigint, readonly nanos: number }
/** The library's unsigned integer. */
interface Unsigned { valueOf (): bigint }

const leastInt = -(2n ** 63n)
const mostInt = 2n ** 63n - 1n

/**
 * Adds the conversions of CEL (specification, "List of Standard Definitions") as cel-go has them, replacing the
 * library's: strings are parsed as by Go's strconv, and a value out of range is an error. The library converts an empty
 * string to 0, 1e400 for infinity, 9.3e18 for an int and the 30th of February for the 1st of March, and lacks those of
 * times and of `uint` to `int`. `NaN` is not a double here: comparing it is an error in cel-go, and false in the
 * library.
 */
export function registerConversions (env: Environment): void {
  const add = (
    name: string,
    from: string,
    to: string,
    convert: (value: any) => unknown
  ): void => { env.registerFunction(`${ownName(name)}(${from}): ${to}`, convert) }
  add('int', 'int', 'int', (value: bigint) => value)
  add('int', 'uint', 'int', (value: Unsigned) => inRange(value.valueOf()))
  add('int', 'double', 'int', intOfDouble)
  add('int', 'string', 'int', (text: string) => fitting(parseInt64(text, 10)))
  add('int', 'google.protobuf.Timestamp', 'int', (time: Date) => BigInt(Math.floor(time.getTime() / 1000)))

  const UnsignedInt = (env.evaluate('0u') as object).constructor as new (value: bigint) => Unsigned
  add('uint', 'uint', 'uint', (value: Unsigned) => value)
  add('uint', 'int', 'uint', (value: bigint) => new UnsignedInt(value))
  add('uint', 'double', 'uint', (value: number) => new UnsignedInt(value < 0 ? -1n : BigInt(Math.trunc(value))))
  add('uint', 'string', 'uint', (text: string) => new UnsignedInt(fitting(parseUint64(text, 10))))

  add('double', 'double', 'double', (value: number) => value)
  add('double', 'int', 'double', Number)
  add('double', 'uint', 'double', Number)
  add('double', 'string', 'double', doubleOfText)

  add('string', 'string', 'string', (value: string) => value)
  add('string', 'bool', 'string', String)
  add('string', 'int', 'string', String)
  add('string', 'uint', 'string', String)
  add('string', 'double', 'string', (value: number) => formatFloat(value, 'g', -1))
  add('string', 'bytes', 'string', textOfBytes)
  add('string', 'google.protobuf.Timestamp', 'string', (time: Date) => time.toISOString().replace(/\.?0*Z$/, 'Z'))
  add('timestamp', 'google.protobuf.Timestamp', 'google.protobuf.Timestamp', (time: Date) => time)
  add('timestamp', 'int', 'google.protobuf.Timestamp', (seconds: bigint) => inYears(new Date(Number(seconds) * 1000)))
  add('timestamp', 'string', 'google.protobuf.Timestamp', timeOfText)
  add(
    'string',
    'google.protobuf.Duration',
    'string',
    ({ seconds, nanos }: Duration) => `${formatFloat(Number(seconds) + nanos / 1e9, 'f', -1)}s`
  )
}

function fitting (read: bigint | string): bigint {
  if (typeof read === 'string') throw new RangeError(`is not a whole number that fits: ${read}`)
  return read
}

function inRange (value: bigint): bigint {
  if (value < leastInt || value > mostInt) throw new RangeError('is out of the range of an int')
  return value
}

/** As in cel-go, the doubles next to the limits are out of range. */
function intOfDouble (value: number): bigint {
  if (!(value > -(2 ** 63) && value < 2 ** 63)) throw new RangeError('is out of the range of an int')
  return BigInt(Math.trunc(value))
}

/** `NaN` is refused: see above. */
function doubleOfText (text: string): number {
  const value = parseFloat64(text)
  if (typeof value === 'string' || Number.isNaN(value)) throw new RangeError('is not a double')
  return value
}

/** RFC 3339, for existing days. */
function timeOfText (text: string): Date {
  const time = parseTime('2006-01-02T15:04:05Z07:00', text, UTC)
  if (typeof time === 'string') throw new RangeError(time)
  return inYears(new Date(time.seconds * 1000 + Math.floor(time.fraction / 1e6)))
}

/** The years of CEL: 1 to 9999. */
function inYears (time: Date): Date {
  const year = time.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw new RangeError('is a timestamp outside the years 1 to 9999')
  return time
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOfBytes (bytes: Uint8Array): string {
  return utf8.decode(bytes)
}
