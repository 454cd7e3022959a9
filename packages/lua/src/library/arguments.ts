import { asNumber } from '../machine/operations.ts'
import { asText, isFunction, typeOf } from '../machine/texts.ts'
import { LuaTable, NativeFunction, Thread, Userdata, type LuaFunction, type LuaValue, type Machine, type NativeResult } from '../machine/values.ts'

/** The arguments of a function of the host, checked as they are read. */
export class Arguments {
  readonly values: readonly LuaValue[]
  readonly machine: Machine
  readonly #name: string

  constructor (values: readonly LuaValue[], machine: Machine, name: string) {
    this.values = values
    this.machine = machine
    this.#name = name
  }

  get count (): number { return this.values.length }

  /** A value; the first is 1. */
  get (n: number): LuaValue { return this.values[n - 1] }

  any (n: number): LuaValue {
    if (n > this.values.length) throw this.wrong(n, 'value expected')
    return this.values[n - 1]
  }

  string (n: number): string {
    const value = this.values[n - 1]
    const text = asText(value)
    if (text === null) throw this.wrongType(n, 'string')
    return text
  }

  stringOr (n: number, otherwise: string): string {
    return this.get(n) === undefined ? otherwise : this.string(n)
  }

  number (n: number): number {
    const number = asNumber(this.get(n))
    if (number === null) throw this.wrongType(n, 'number')
    return number
  }

  integer (n: number): number { return Math.trunc(this.number(n)) || 0 }

  integerOr (n: number, otherwise: number): number {
    return this.get(n) === undefined ? otherwise : this.integer(n)
  }

  boolean (n: number): boolean {
    const value = this.get(n)
    if (typeof value !== 'boolean') throw this.wrongType(n, 'boolean')
    return value
  }

  table (n: number): LuaTable {
    const value = this.get(n)
    if (!(value instanceof LuaTable)) throw this.wrongType(n, 'table')
    return value
  }

  function (n: number): LuaFunction | NativeFunction {
    const value = this.get(n)
    if (!isFunction(value)) throw this.wrongType(n, 'function')
    return value
  }

  thread (n: number): Thread {
    const value = this.get(n)
    if (!(value instanceof Thread)) throw this.wrongType(n, 'thread')
    return value
  }

  userdata (n: number): Userdata {
    const value = this.get(n)
    if (!(value instanceof Userdata)) throw this.wrongType(n, 'userdata')
    return value
  }

  wrong (n: number, message: string): Error {
    return this.machine.failure(`bad argument #${n} to ${this.#name} (${message})`)
  }

  wrongType (n: number, expected: string): Error {
    return this.wrong(n, `${expected} expected, got ${typeOf(this.get(n))}`)
  }
}

/** A function of the host with checked arguments. */
export function native (name: string, body: (args: Arguments) => NativeResult): NativeFunction {
  return new NativeFunction(name, (values, machine) => body(new Arguments(values, machine, name)))
}

/** A table of functions by name; it is copied for each script. */
export function libraryOf (functions: readonly NativeFunction[], values: Readonly<Record<string, LuaValue>> = {}): LuaTable {
  const table = new LuaTable()
  for (const fn of functions) table.set(fn.name, fn)
  for (const [name, value] of Object.entries(values)) table.set(name, value)
  return table
}
