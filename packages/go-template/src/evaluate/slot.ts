import { ANY, Dict, INT, Int, List, UINT8, type Type, type Value } from './values.ts'

/**
 * A value of interface type, such as an element of a JSON array: Go's messages distinguish it from the bare value, and a
 * nil one from no value at all.
 */
export class Boxed {
  readonly value: Value

  constructor (value: Value) {
    this.value = value
  }
}

/** What an expression evaluates to; undefined means no value (a missing key). */
export type Slot = NonNullable<Value> | Boxed | undefined
/** What functions get and return: null is a nil that has been taken out of its interface. */
export type Argument = Slot | null

/** Marks that nothing was piped into a command. */
export const NOTHING_PIPED = Symbol('nothing piped')
export type Piped = Slot | typeof NOTHING_PIPED

/** Takes the value out of its interface; undefined when there is none, or nil. */
export function unbox (slot: Slot): NonNullable<Value> | undefined {
  return slot instanceof Boxed ? slot.value ?? undefined : slot
}

/** Puts a value in a place of the given type. */
export function inPlaceOf (type: Type, value: Value): Slot {
  return type === ANY || value === null ? new Boxed(value) : value
}

/** Returns an element of a map; undefined when it has none of that key. */
export function elementOf (dict: Dict, key: string): Slot {
  const value = dict.entries.get(key)
  return value === undefined ? undefined : inPlaceOf(dict.type.elem!, value)
}

/** Returns an element of a list. */
export function itemOf (list: List, index: number): Slot {
  return inPlaceOf(list.type.elem!, list.items[index]!)
}

/** Returns one byte of a text. */
export function byteOf (bytes: Uint8Array, index: number): Int {
  return new Int(UINT8, BigInt(bytes[index]!))
}

/** Returns the position in a list as `range` and `index` see it. */
export function indexOf (index: number): Int {
  return new Int(INT, BigInt(index))
}
