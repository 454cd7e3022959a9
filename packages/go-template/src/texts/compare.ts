import { compareText } from '@floodgate/go/text'
import { CallError } from '../errors.ts'
import { JsonNumber } from '../evaluate/json-number.ts'
import { unbox, type Slot } from '../evaluate/slot.ts'
import { Complex, Dict, Int, int, List, Opaque, typeOf, type Value } from '../evaluate/values.ts'

/** Kinds of values that can be compared with each other. */
type BasicKind = 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string'
type Present = NonNullable<Value>

/**
 * Tells whether the first value equals any of the others: Go's `eq`.
 *
 * @throws {CallError} for values of different kinds, and for maps and lists
 */
export function isEqual (first: Slot, others: readonly Slot[]): boolean {
  if (others.length === 0) throw new CallError('missing argument for comparison')
  const a = unbox(first)
  return others.some((other) => equalPair(...alike(a, unbox(other))))
}

/**
 * Tells whether a value comes before another: Go's `lt`.
 *
 * @throws {CallError} for values that have no order, or are of different kinds
 */
export function isLess (first: Slot, second: Slot): boolean {
  const [a, b] = alike(unbox(first), unbox(second))
  const kinds = [a, b].map((value) => {
    const kind = basicKind(value)
    if (kind === null) throw new CallError('invalid type for comparison')
    return kind
  })
  if (a instanceof Int && b instanceof Int) return a.value < b.value
  if (kinds[0] !== kinds[1]) throw incompatible(a!, b!)
  if (typeof a === 'number') return a < (b as number)
  if (typeof a === 'string') return compareText(a, b as string) < 0
  throw new CallError('invalid type for comparison')
}

/** Go's `le`: less, or equal. */
export function isLessOrEqual (first: Slot, second: Slot): boolean {
  return isLess(first, second) || isEqual(first, [second])
}

/** Makes two values comparable of which one, or both, are numbers of decoded JSON. */
function alike (a: Present | undefined, b: Present | undefined): [Present | undefined, Present | undefined] {
  if (a instanceof JsonNumber) return b instanceof JsonNumber ? bothNumbers(a, b) : besideNumber(a, b)
  if (!(b instanceof JsonNumber)) return [a, b]
  const [right, left] = besideNumber(b, a)
  return [left, right]
}

function bothNumbers (a: JsonNumber, b: JsonNumber): [Present, Present] {
  return a.isWhole && b.isWhole ? [int(BigInt(a.literal)), int(BigInt(b.literal))] : [Number(a.literal), Number(b.literal)]
}

/** A number with a fraction and an integer are compared as floats. */
function besideNumber (number: JsonNumber, other: Present | undefined): [Present, Present | undefined] {
  const own = number.besides(other)
  return [own, typeof own === 'number' && other instanceof Int ? Number(other.value) : other]
}

function equalPair (a: Present | undefined, b: Present | undefined): boolean {
  const kind = basicKind(a)
  if (a instanceof Int && b instanceof Int) return a.value === b.value
  if (kind !== basicKind(b)) {
    if (a !== undefined && b !== undefined) throw incompatible(a, b)
    return false
  }
  if (a === undefined || b === undefined) return isNil(a) && isNil(b)
  if (a instanceof Complex) return a.re === (b as Complex).re && a.im === (b as Complex).im
  if (kind !== null) return a === b
  // What is left is a map, a list or an opaque value. Go would show the values here; they may be secrets.
  if (typeOf(a).kind !== typeOf(b).kind) throw new CallError(`non-comparable types ${typeOf(a).name}, ${typeOf(b).name}`)
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b)
  if (!(b instanceof Opaque)) throw new CallError(`non-comparable type ${typeOf(b).name}`)
  return a instanceof Opaque && typeOf(a).kind === 'ptr' ? a === b : b.equals(a as Opaque)
}

function basicKind (value: Present | undefined): BasicKind | null {
  switch (typeof value) {
    case 'string': return 'string'
    case 'boolean': return 'bool'
    case 'number': return 'float'
  }
  if (value instanceof Int) return value.type.kind.startsWith('uint') ? 'uint' : 'int'
  return value instanceof Complex ? 'complex' : null
}

function isNil (value: Present | undefined): boolean {
  return value === undefined || ((value instanceof Dict || value instanceof List) && value.isNil)
}

function incompatible (a: Present, b: Present): CallError {
  return new CallError(`incompatible types for comparison: ${typeOf(a).name} and ${typeOf(b).name}`)
}
