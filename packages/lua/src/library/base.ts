import { compileScript } from '../compile/compile-script.ts'
import { maxNumeral, trimBlanks } from '../language/numeral.ts'
import { ScriptSyntaxError } from '../language/syntax-error.ts'
import { LuaError } from '../machine/lua-error.ts'
import { metafunction, metatableOf } from '../machine/metatables.ts'
import { checkChangeable, rawSet } from '../machine/operations.ts'
import { stub } from '../machine/stub.ts'
import { asText, isFunction, textOf, typeOf } from '../machine/texts.ts'
import {
  LuaFunction, LuaTable, Userdata, type Frame, type LuaValue, type Machine, type NativeFunction, type NativeResult
} from '../machine/values.ts'
import { Arguments, native } from './arguments.ts'
import { controlled } from './coroutines.ts'

/** Most values that `unpack` gives. */
const maxUnpacked = 100_000

/** What compiling a script costs, per byte of it: instructions, bytes. */
const compileWork = 128
const compileBytes = 32

/** The functions without a library. */
export function createBaseFunctions (): NativeFunction[] {
  const next = native('next', (args) => following(args, args.get(2)))
  const eachElement = native('ipairs', (args) => {
    const at = args.integer(2) + 1
    const value = args.table(1).get(at)
    return value === undefined ? undefined : [at, value]
  })
  return [
    native('assert', (args) => {
      const value = args.get(1)
      if (value === undefined || value === false) throw args.machine.failure(args.stringOr(2, 'assertion failed!'))
      return args.values
    }),
    native('collectgarbage', () => []),
    native('error', (args) => { throw raised(args) }),
    native('getfenv', (args) => environmentOf(args)),
    native('setfenv', (args) => setEnvironment(args)),
    native('getmetatable', (args) => {
      const metatable = metatableOf(args.machine, args.any(1))
      return metatable?.field('__metatable') ?? metatable ?? undefined
    }),
    native('setmetatable', setMetatable),
    next,
    native('pairs', (args) => [next, args.table(1), undefined]),
    native('ipairs', (args) => [eachElement, args.table(1), 0]),
    controlled('pcall', (machine, values, into, want) => {
      const fn = new Arguments(values, machine, 'pcall').any(1)
      if (!isFunction(fn)) machine.deliver(into, want, [false, `attempt to call a ${typeOf(fn)} value`])
      else machine.enter(fn, values.slice(1), into, want, { handler: undefined })
    }),
    controlled('xpcall', (machine, values, into, want) => {
      const args = new Arguments(values, machine, 'xpcall')
      machine.enter(args.function(1), [], into, want, { handler: args.function(2) })
    }),
    native('rawequal', (args) => {
      const [left, right] = [args.any(1), args.any(2)]
      if (typeof left === 'string') args.machine.budget.scan(left.length)
      return left === right
    }),
    native('rawget', (args) => {
      const key = args.any(2)
      if (typeof key === 'string') args.machine.budget.scan(key.length)
      return args.table(1).get(key)
    }),
    native('rawset', (args) => {
      rawSet(args.machine, args.table(1), args.any(2), args.any(3))
      return []
    }),
    native('select', select),
    native('tonumber', (args) => toNumber(args)),
    native('tostring', (args) => toText(args.machine, args.any(1))),
    native('type', (args) => typeOf(args.any(1))),
    native('unpack', (args) => {
      const table = args.table(1)
      const from = args.integerOr(2, 1)
      const to = args.integerOr(3, table.length)
      // Beyond safe integers, adding 1 changes nothing.
      if (to - from >= maxUnpacked || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw args.machine.failure('too many results to unpack')
      const values: LuaValue[] = []
      for (let i = from; i <= to; i++) values.push(table.get(i))
      args.machine.budget.work(values.length)
      return values
    }),
    native('loadstring', (args) => load(args.machine, args.string(1), args.stringOr(2, '<string>'))),
    native('load', (args) => loadPieces(args)),
    native('loadfile', (args) => [undefined, `can not open file: ${args.stringOr(1, '')}`]),
    native('dofile', (args) => {
      throw args.machine.failure(`cannot open ${args.stringOr(1, '')}: scripts have no access to files: name it in "sources"`)
    }),
    native('newproxy', (args) => new Userdata(undefined, args.get(1) === true ? new LuaTable() : null))
  ]
}

/** What `tostring` gives, with regard to metatables. */
export function toText (machine: Machine, value: LuaValue): string {
  const method = metafunction(machine, value, '__tostring')
  if (method === undefined) return textOf(value)
  return asText(machine.call(method, [value])[0]) ?? ''
}

function following (args: Arguments, key: LuaValue): NativeResult {
  if (typeof key === 'string') args.machine.budget.scan(key.length)
  const found = args.table(1).next(key, args.machine.budget)
  if (found === undefined) throw args.machine.failure("invalid key to 'next'")
  return found ?? undefined
}

function raised (args: Arguments): Error {
  const { machine } = args
  const value = args.any(1)
  const level = args.integerOr(2, 1)
  const text = asText(value)
  if (text !== null && level > 0) return machine.failure(text, level)
  // A message that has a place, of an error that was caught, is written without it.
  return new LuaError(value, textOf(value).replace(/^[^:\s]*:\d+: */, ''), machine.locate().where)
}

/** The function that a level of calls means. */
function functionAt (frame: Frame | null, level: number): LuaFunction | null {
  let left = level
  for (let at = frame; at !== null; at = at.parent) if (at.fn !== stub && --left <= 0) return at.fn
  return null
}

function environmentOf (args: Arguments): LuaValue {
  const { machine } = args
  const value = args.count === 0 ? 1 : args.get(1)
  if (value instanceof LuaFunction) return value.env
  return (typeof value === 'number' && value > 0 ? functionAt(machine.frame, value)?.env : undefined) ?? machine.globals
}

function setEnvironment (args: Arguments): LuaValue {
  const { machine } = args
  const env = args.table(2)
  const value = args.get(1)
  const fn = value instanceof LuaFunction ? value : typeof value === 'number' && value > 0 ? functionAt(machine.frame, value) : null
  if (fn === null) throw machine.failure('cannot change the environment of given object')
  fn.env = env
  return fn
}

function setMetatable (args: Arguments): LuaValue {
  const { machine } = args
  const metatable = args.get(2)
  if (metatable !== undefined && !(metatable instanceof LuaTable)) throw args.wrong(2, `nil or table expected, got ${typeOf(metatable)}`)
  const object = args.get(1)
  if (!(object instanceof LuaTable)) {
    throw machine.failure(object === undefined ? 'cannot set metatable to a nil object.' : `cannot set the metatable of a ${typeOf(object)}`)
  }
  checkChangeable(machine, object)
  if (object.metatable !== null && object.metatable.field('__metatable') !== undefined) {
    throw machine.failure('cannot change a protected metatable')
  }
  object.metatable = metatable ?? null
  return object
}

function select (args: Arguments): NativeResult {
  const which = args.get(1)
  if (which === '#') return args.count - 1
  if (typeof which !== 'number') throw args.wrong(1, typeof which === 'string' ? `invalid string '${which}'` : `number or string expected, got ${typeOf(which)}`)
  const at = Math.trunc(which)
  const from = at < 0 ? args.count + at : at
  if (from < 1) throw args.wrong(1, 'index out of range')
  args.machine.budget.scan((args.count - from) * 8)
  return args.values.slice(from)
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

function toNumber (args: Arguments): LuaValue {
  const value = args.any(1)
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  if (value.length > maxNumeral) return undefined
  const text = trimBlanks(value)
  let base = args.integerOr(2, 10)
  if (text.includes('.')) return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined
  let digits = text.toLowerCase()
  if (args.get(2) === undefined && digits.startsWith('0x')) {
    base = 16
    digits = digits.slice(2)
  }
  const match = /^([-+]?)([\da-z]+)$/.exec(digits)
  if (match === null || base < 2 || base > 36) return undefined
  let number = 0
  for (const digit of match[2]!) {
    const value = DIGITS.indexOf(digit)
    if (value >= base) return undefined
    number = number * base + value
  }
  if (number >= 2 ** 63) return undefined
  return match[1] === '-' ? -number : number
}

function load (machine: Machine, source: string, name: string): NativeResult {
  machine.budget.work(source.length * compileWork)
  machine.budget.take(source.length * compileBytes)
  try {
    const proto = compileScript(source, { name, locate: (line) => ({ file: name, line }) })
    return new LuaFunction(proto, [], machine.frame?.fn.env ?? machine.globals)
  } catch (error) {
    if (!(error instanceof ScriptSyntaxError)) throw error
    const { message, line, column, atEnd } = error
    const [, near, what] = /^('.*'): (.*)$/s.exec(message) ?? [undefined, '', message]
    return [undefined, atEnd ? `${name} at EOF:   ${message.replace(/ at EOF$/, '')}\n` : `${name} line:${line}(column:${column}) near ${near}:   ${what}\n`]
  }
}

function loadPieces (args: Arguments): NativeResult {
  const { machine } = args
  const read = args.function(1)
  let source = ''
  for (;;) {
    const [piece] = machine.call(read, [])
    if (piece === undefined || piece === '') break
    const text = asText(piece)
    if (text === null) return [undefined, 'reader function must return a string']
    source += text
    machine.budget.takeString(source.length)
  }
  return load(machine, source, args.stringOr(2, '?'))
}
