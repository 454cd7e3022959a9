import { readNumeral } from '../language/numeral.ts'
import { metafunction, metamethod } from './metatables.ts'
import { asText, isFunction, textOf, typeOf } from './texts.ts'
import { LuaTable, Userdata, type LuaValue, type Machine } from './values.ts'

/** Most metatables that are asked in turn. */
const maxChain = 100

/** What a place in a table costs, in bytes. */
const placeBytes = 40

export function index (machine: Machine, object: LuaValue, key: LuaValue): LuaValue {
  let current = object
  for (let i = 0; i < maxChain; i++) {
    const isTable = current instanceof LuaTable
    if (isTable) {
      if (typeof key === 'string') machine.budget.scan(key.length)
      const value = (current as LuaTable).get(key)
      if (value !== undefined) return value
    }
    const next = metamethod(machine, current, '__index')
    if (next === undefined) {
      if (isTable) return undefined
      throw machine.failure(`attempt to index a non-table object(${typeOf(current)}) with key '${textOf(key)}'`)
    }
    if (isFunction(next)) return machine.call(next, [current, key])[0]
    current = next
  }
  throw machine.failure('too many recursions in gettable')
}

export function setIndex (machine: Machine, object: LuaValue, key: LuaValue, value: LuaValue): void {
  let current = object
  for (let i = 0; i < maxChain; i++) {
    const table = current instanceof LuaTable ? current : null
    if (table !== null && (table.metatable === null || table.get(key) !== undefined)) { rawSet(machine, table, key, value); return }
    const next = metamethod(machine, current, '__newindex')
    if (next === undefined) {
      if (table === null) throw machine.failure(`attempt to index a non-table object(${typeOf(current)}) with key '${textOf(key)}'`)
      rawSet(machine, table, key, value)
      return
    }
    if (isFunction(next)) { machine.call(next, [current, key, value]); return }
    current = next
  }
  throw machine.failure('too many recursions in settable')
}

/** Sets a key of a table without looking at metatables. */
export function rawSet (machine: Machine, table: LuaTable, key: LuaValue, value: LuaValue): void {
  checkChangeable(machine, table)
  if (key === undefined) throw machine.failure('table index is nil')
  if (typeof key === 'string') machine.budget.scan(key.length)
  else if (typeof key === 'number') {
    if (Number.isNaN(key)) throw machine.failure('table index is NaN')
    const growth = value === undefined ? 0 : table.growth(key)
    if (growth > 1) machine.budget.take(growth * placeBytes)
  }
  if (table.set(key, value) === 1) machine.budget.take(placeBytes)
}

/** @throws the table is not the script's own */
export function checkChangeable (machine: Machine, { isFrozen }: LuaTable): void {
  if (isFrozen) throw machine.failure('attempt to change a table of the gateway')
}

const EVENTS: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', '%': 'mod', '^': 'pow' }

export function arithmetic (operator: string, left: number, right: number): number {
  switch (operator) {
    case '+': return left + right
    case '-': return left - right
    case '*': return left * right
    case '/': return left / right
    case '%': return modulo(left, right)
    default: return left ** right
  }
}

/** Has the sign of the divisor. */
export function modulo (left: number, right: number): number {
  const rest = left % right
  return rest !== 0 && (rest < 0) !== (right < 0) ? rest + right : rest
}

/** An operation on values that are not both numbers. */
export function objectArithmetic (machine: Machine, operator: string, left: LuaValue, right: LuaValue): LuaValue {
  const event = EVENTS[operator]!
  const method = metafunction(machine, left, `__${event}`) ?? metafunction(machine, right, `__${event}`)
  if (method !== undefined) return machine.call(method, [left, right])[0]
  const [a, b] = [asNumber(left), asNumber(right)]
  if (a === null || b === null) {
    const type = (value: LuaValue, number: number | null): string => number === null ? typeOf(value) : 'number'
    throw machine.failure(`cannot perform ${event} operation between ${type(left, a)} and ${type(right, b)}`)
  }
  return arithmetic(operator, a, b)
}

/** The number that a value is, or that its text reads as; null for others. */
export function asNumber (value: LuaValue): number | null {
  return typeof value === 'number' ? value : typeof value === 'string' ? readNumeral(value) : null
}

export function negate (machine: Machine, value: LuaValue): LuaValue {
  const method = metafunction(machine, value, '__unm')
  if (method !== undefined) return machine.call(method, [value])[0]
  const number = asNumber(value)
  if (number === null) throw machine.failure('__unm undefined')
  return -number
}

export function lengthOf (machine: Machine, value: LuaValue): LuaValue {
  if (typeof value === 'string') return value.length
  const method = metafunction(machine, value, '__len')
  if (method !== undefined) return machine.call(method, [value])[0]
  if (value instanceof LuaTable) return value.length
  throw machine.failure('__len undefined')
}

export function concat (machine: Machine, left: LuaValue, right: LuaValue): LuaValue {
  const [a, b] = [asText(left), asText(right)]
  if (a !== null && b !== null) {
    machine.budget.takeJoined(a.length + b.length)
    return a + b
  }
  const method = metafunction(machine, left, '__concat') ?? metafunction(machine, right, '__concat')
  if (method !== undefined) return machine.call(method, [left, right])[0]
  throw machine.failure(`cannot perform concat operation between ${typeOf(left)} and ${typeOf(right)}`)
}

export function equals (machine: Machine, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === 'string' && typeof right === 'string' && left.length === right.length) machine.budget.scan(left.length)
  if (left === right) return true
  const areObjects = (left instanceof LuaTable && right instanceof LuaTable) || (left instanceof Userdata && right instanceof Userdata)
  return areObjects && compareBy(machine, left, right, '__eq') === true
}

export function lessThan (machine: Machine, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right
  if (typeof left === 'string' && typeof right === 'string') {
    machine.budget.scan(Math.min(left.length, right.length))
    return left < right
  }
  return compareBy(machine, left, right, '__lt') ?? incomparable(machine, left, right)
}

export function lessOrEqual (machine: Machine, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left <= right
  if (typeof left === 'string' && typeof right === 'string') {
    machine.budget.scan(Math.min(left.length, right.length))
    return left <= right
  }
  const result = compareBy(machine, left, right, '__le')
  if (result !== null) return result
  return !(compareBy(machine, right, left, '__lt') ?? incomparable(machine, left, right))
}

/** Compares by the event that both values have in common; null without one. */
function compareBy (machine: Machine, left: LuaValue, right: LuaValue, event: string): boolean | null {
  if (typeOf(left) !== typeOf(right)) return null
  const method = metafunction(machine, left, event)
  if (method === undefined || method !== metafunction(machine, right, event)) return null
  const [result] = machine.call(method, [left, right])
  return result !== undefined && result !== false
}

function incomparable (machine: Machine, left: LuaValue, right: LuaValue): never {
  throw machine.failure(`attempt to compare ${typeOf(left)} with ${typeOf(right)}`)
}
