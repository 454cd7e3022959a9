import { formatFloat } from '@floodgate/go/number'
import { LuaFunction, LuaTable, NativeFunction, Thread, Userdata, type LuaValue } from './values.ts'

const MAX_INT64 = 2 ** 63

/** The name of a value's type. */
export function typeOf (value: LuaValue): string {
  switch (typeof value) {
    case 'undefined': return 'nil'
    case 'object':
      if (value instanceof LuaTable) return 'table'
      if (value instanceof Userdata) return 'userdata'
      return value instanceof Thread ? 'thread' : 'function'
    default: return typeof value
  }
}

/** Writes a number as the reference's interpreter does: integers with all digits, others in Go's shortest form. */
export function numberText (value: number): string {
  if (Number.isInteger(value) && value >= -MAX_INT64 && value < MAX_INT64) {
    return Number.isSafeInteger(value) ? String(value + 0) : BigInt(value).toString()
  }
  return formatFloat(value, 'g', -1)
}

/** What `tostring` gives for a value without a metatable that says otherwise. */
export function textOf (value: LuaValue): string {
  switch (typeof value) {
    case 'string': return value
    case 'number': return numberText(value)
    case 'undefined': return 'nil'
    case 'boolean': return String(value)
    default: return `${typeOf(value)}: ${address(value)}`
  }
}

/** The text of a string or a number, which are the same in many places; null for others. */
export function asText (value: LuaValue): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? numberText(value) : null
}

/** Converts a text of JavaScript to one with a character per byte. */
export function toBytes (text: string): string {
  return isAscii(text) ? text : Buffer.from(text).toString('latin1')
}

/** The reverse; bytes that are not UTF-8 become U+FFFD. */
export function fromBytes (bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString()
}

function isAscii (text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[^\x00-\x7f]/.test(text)
}

/** Distinct for each object, and the same for one object. */
function address (value: object): string {
  let id = addresses.get(value)
  if (id === undefined) addresses.set(value, id = `0xc${(Math.floor(Math.random() * 0xffffffff)).toString(16).padStart(9, '0')}`)
  return id
}

// Keyed by objects of one script each: no request sees another's.
const addresses = new WeakMap<object, string>() // eslint-disable-line no-restricted-syntax -- only gives each object its own number

/** Kinds of functions. */
export function isFunction (value: LuaValue): value is LuaFunction | NativeFunction {
  return value instanceof LuaFunction || value instanceof NativeFunction
}
