/*
 * Go's values as the engine meets them. A float64 is a JavaScript number, strings and booleans are themselves, nil is
 * null; every other Go type has a class here, so that int and float64, []string and []interface {} stay apart.
 */

/** Go's kinds of types, as far as templates can meet them. */
export type Kind =
  'invalid' | 'bool' | 'int' | 'int32' | 'int64' | 'uint8' | 'uint64' | 'float64' | 'complex128' | 'string' |
  'interface' | 'slice' | 'map' | 'struct' | 'ptr' | 'func'

/** A Go type. */
export interface Type {
  /** As `%T` prints it. */
  readonly name: string
  readonly kind: Kind
  /** Of a slice or a map. */
  readonly elem?: Type
  /** Of a named integer type with a String method. */
  readonly print?: (value: bigint) => string
}

/** Anything a template can compute; null is a nil interface. */
export type Value = string | boolean | number | Int | Complex | List | Dict | Opaque | null

export const ANY: Type = { name: 'interface {}', kind: 'interface' }
export const STRING: Type = { name: 'string', kind: 'string' }
export const BOOL: Type = { name: 'bool', kind: 'bool' }
export const INT: Type = { name: 'int', kind: 'int' }
export const INT64: Type = { name: 'int64', kind: 'int64' }
export const UINT8: Type = { name: 'uint8', kind: 'uint8' }
export const UINT64: Type = { name: 'uint64', kind: 'uint64' }
export const FLOAT64: Type = { name: 'float64', kind: 'float64' }
const COMPLEX128: Type = { name: 'complex128', kind: 'complex128' }

const listTypes = new Map<Type, Type>()
const dictTypes = new Map<Type, Type>()

/** Returns the one type object of `[]elem`. */
export function listOf (elem: Type): Type {
  let type = listTypes.get(elem)
  if (type === undefined) listTypes.set(elem, type = { name: `[]${elem.name}`, kind: 'slice', elem })
  return type
}

/** Returns the one type object of `map[string]elem`. */
export function dictOf (elem: Type): Type {
  let type = dictTypes.get(elem)
  if (type === undefined) dictTypes.set(elem, type = { name: `map[string]${elem.name}`, kind: 'map', elem })
  return type
}

/** An integer of any of Go's integer types. */
export class Int {
  readonly type: Type
  readonly value: bigint

  constructor (type: Type, value: bigint) {
    this.type = type
    this.value = value
  }
}

/** A complex128; only literals such as `1i` make one. */
export class Complex {
  readonly re: number
  readonly im: number

  constructor (re: number, im: number) {
    this.re = re
    this.im = im
  }
}

/** A slice. Nothing changes its items once it is built. */
export class List {
  readonly type: Type
  readonly items: readonly Value[]
  /** A nil slice: prints as empty, is null in JSON. */
  readonly isNil: boolean

  constructor (elem: Type, items: readonly Value[], isNil = false) {
    this.type = listOf(elem)
    this.items = items
    this.isNil = isNil
  }
}

/** A map with string keys; `set`, `unset` and `merge` change it. */
export class Dict {
  readonly type: Type
  readonly entries: Map<string, Value>
  readonly isNil: boolean

  constructor (elem: Type, entries: Map<string, Value> = new Map(), isNil = false) {
    this.type = dictOf(elem)
    this.entries = entries
    this.isNil = isNil
  }
}

/** A value with a String method and hidden fields: a time, a version. */
export abstract class Opaque {
  abstract readonly type: Type
  /** What its String method returns. */
  abstract print (): string
  /** How encoding/json writes it. */
  abstract toJson (): string
  abstract equals (other: Opaque): boolean
  /** Names of its hidden fields: asking for one is an error of its own kind. */
  abstract readonly hidden: readonly string[]
}

/** Names the type of a value that is not nil. */
export function typeOf (value: NonNullable<Value>): Type {
  switch (typeof value) {
    case 'string': return STRING
    case 'boolean': return BOOL
    case 'number': return FLOAT64
  }
  return value instanceof Complex ? COMPLEX128 : value.type
}

/** Names the type, or `<nil>`, as `%T` prints it. */
export function typeName (value: Value): string {
  return value === null ? '<nil>' : typeOf(value).name
}

/** Makes an int of a JavaScript integer. */
export function int (value: number | bigint): Int {
  return new Int(INT, BigInt(value))
}

/** Makes an int64, wrapping around as Go does. */
export function int64 (value: bigint): Int {
  return new Int(INT64, BigInt.asIntN(64, value))
}

/** Makes a `[]string`. */
export function strings (items: readonly string[], isNil = false): List {
  return new List(STRING, items, isNil)
}

/** Makes a `[]interface {}`. */
export function anyList (items: readonly Value[], isNil = false): List {
  return new List(ANY, items, isNil)
}

/** Makes a `map[string]interface {}`. */
export function anyDict (entries?: Iterable<readonly [string, Value]>): Dict {
  return new Dict(ANY, new Map(entries))
}

/** Tells whether a value counts as true in `if`, `and`, `or` and `not`. */
export function isTrue (value: Value): boolean {
  return value !== null && (value instanceof Opaque || !isZero(value))
}

/** Tells whether a value is the zero value of its type, or without items: sprig's `empty`. */
export function isZero (value: Value): boolean {
  if (value === null) return true
  switch (typeof value) {
    case 'string': return value.length === 0
    case 'boolean': return !value
    case 'number': return value === 0
  }
  if (value instanceof Int) return value.value === 0n
  if (value instanceof List) return value.items.length === 0
  if (value instanceof Dict) return value.entries.size === 0
  if (value instanceof Complex) return value.re === 0 && value.im === 0
  return false
}

/** Returns the zero value of a type. */
export function zeroOf (type: Type): Value {
  switch (type.kind) {
    case 'string': return ''
    case 'bool': return false
    case 'float64': return 0
    case 'slice': return new List(type.elem!, [], true)
    case 'map': return new Dict(type.elem!, new Map(), true)
    case 'interface': case 'ptr': return null
    default: return new Int(type, 0n)
  }
}

/** Returns what a value's String method says, null when its type has none. */
export function printed (value: Value): string | null {
  if (value instanceof Opaque) return value.print()
  if (value instanceof Int && value.type.print !== undefined) return value.type.print(value.value)
  return null
}
