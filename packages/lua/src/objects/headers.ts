import { findWrongHeaders, type Headers } from '@floodgate/core'
import { canonicalName } from '@floodgate/go/header'
import type { Arguments } from '../library/arguments.ts'
import { fromBytes, toBytes } from '../machine/texts.ts'
import type { NativeResult } from '../machine/values.ts'
import { textsOf } from './json-classes.ts'
import type { Wrap } from './json-values.ts'

/**
 * Headers of a message, as methods of scripts see them. Names are in lower case; values have a character per byte, as Node
 * has them.
 */
export interface HeaderPlace {
  all (): Readonly<Headers>
  set (name: string, value: string | string[]): void
  remove (name: string): void
  /** Whether only the canonical form of a name finds a header, as in the reference's responses. */
  readonly isStrict?: boolean
}

/** `headers()`, `headers(name)`, `headers(name, value)`; nil removes. */
export function headers (args: Arguments, place: HeaderPlace, wrap: Wrap): NativeResult {
  if (args.count === 1) {
    const all = Object.entries(place.all()).map(([name, value]) => [canonicalName(name), listed(value).map(fromBytes)] as const)
    return wrap.object(Object.fromEntries(all))
  }
  const name = args.string(2)
  if (args.count === 2) {
    if (place.isStrict === true && canonicalName(name) !== name) return ''
    return valuesOf(place, name)[0] ?? ''
  }
  if (args.get(3) === undefined) place.remove(name.toLowerCase())
  else place.set(name.toLowerCase(), checked(args, name, args.string(3)))
  return []
}

/** `headerList(name)`, `headerList(name, list)`. */
export function headerList (args: Arguments, place: HeaderPlace, wrap: Wrap): NativeResult {
  if (args.count === 1) throw args.machine.failure('need arguments')
  const name = args.string(2)
  if (args.count === 2) return wrap.list(valuesOf(place, name).map(fromBytes))
  place.set(name.toLowerCase(), textsOf(args, 3).map((value) => checked(args, name, toBytes(value))))
  return []
}

function valuesOf (place: HeaderPlace, name: string): readonly string[] {
  const all = place.all()
  const key = name.toLowerCase()
  return Object.hasOwn(all, key) ? listed(all[key]!) : []
}

function listed (value: string | string[]): string[] {
  return typeof value === 'string' ? [value] : value
}

/** A value that HTTP can carry: others would fail later, without a place. */
function checked (args: Arguments, name: string, value: string): string {
  const wrong = findWrongHeaders({ [name.toLowerCase()]: value })
  if (wrong !== null) throw args.machine.failure(`invalid header ${JSON.stringify(name)}: a name or a value with characters that HTTP does not allow`)
  return value
}
