import { markNumber, unmark } from '@floodgate/core'
import { compareText, parseFloat64, runeCount, writeGoJson } from '@floodgate/go'
import type { Run } from './run.ts'
import { isEqual, numberOf, typeOf, type Data, type TypeName } from './values.ts'

/** Evaluates a part of an expression for a value. */
export type Evaluate = (value: unknown, run: Run) => unknown

type Argument = TypeName | 'any' | 'expression' | 'numbers' | 'strings'

export interface Definition {
  /** Types that each argument may have; the last one may be repeated where `isVariadic`. */
  readonly takes: readonly (readonly Argument[])[]
  readonly isVariadic?: boolean
  call (args: any[], run: Run): unknown
}

type Item = [item: unknown, key: number | string]

/** The functions of go-jmespath 0.4, which are those of the JMESPath specification. */
export const functions: Readonly<Record<string, Definition>> = {
  abs: { takes: [['number']], call: ([value]) => numberOf(value)! >= 0 ? value : Math.abs(numberOf(value)!) },
  avg: { takes: [['numbers']], call: ([values]) => values.length === 0 ? null : sum(values) / values.length },
  ceil: { takes: [['number']], call: ([value]) => round(value, Math.ceil) },
  contains: { takes: [['array', 'string'], ['any']], call: ([subject, searched], run) => contains(subject, searched, run) },
  ends_with: { takes: [['string'], ['string']], call: ([text, end]) => text.endsWith(end) },
  floor: { takes: [['number']], call: ([value]) => round(value, Math.floor) },
  join: { takes: [['string'], ['strings']], call: ([glue, texts], run) => join(texts, glue, run) },
  keys: { takes: [['object']], call: ([data]) => Object.keys(data) },
  length: { takes: [['string', 'array', 'object']], call: ([value], run) => lengthOf(value, run) },
  map: {
    takes: [['expression'], ['array']],
    call: ([expression, values], run) => values.map((value: unknown) => { run.spend(1); return expression(value, run) })
  },
  max: { takes: [['numbers', 'strings']], call: ([values]) => pick(values.map(keyed), 1) },
  max_by: { takes: [['array'], ['expression']], call: ([values, expression], run) => pick(keyedBy(values, expression, run), 1) },
  merge: {
    takes: [['object']],
    isVariadic: true,
    call: (objects, run) => {
      run.spend(
        objects.reduce((count: number, data: Data) => count + Object.keys(data).length, 0)
      ); return Object.fromEntries(objects.flatMap((data) => Object.entries(data)))
    }
  },
  min: { takes: [['numbers', 'strings']], call: ([values]) => pick(values.map(keyed), -1) },
  min_by: { takes: [['array'], ['expression']], call: ([values, expression], run) => pick(keyedBy(values, expression, run), -1) },
  not_null: { takes: [['any']], isVariadic: true, call: (values) => values.find((value) => value !== null) ?? null },
  reverse: {
    takes: [['array', 'string']],
    call: ([value]) => typeof value === 'string' ? [...value].reverse().join('') : [...value].reverse()
  },
  sort: { takes: [['numbers', 'strings']], call: ([values], run) => sorted(values.map(keyed), run) },
  sort_by: { takes: [['array'], ['expression']], call: ([values, expression], run) => sorted(keyedBy(values, expression, run), run) },
  starts_with: { takes: [['string'], ['string']], call: ([text, start]) => text.startsWith(start) },
  sum: { takes: [['numbers']], call: ([values]) => sum(values) },
  to_array: { takes: [['any']], call: ([value]) => Array.isArray(value) ? value : [value] },
  to_number: { takes: [['any']], call: ([value]) => toNumber(value) },
  to_string: { takes: [['any']], call: ([value], run) => typeOf(value) === 'string' ? value : toText(value, run) },
  type: { takes: [['any']], call: ([value]) => typeOf(value) },
  values: { takes: [['object']], call: ([data]) => Object.values(data) }
}

/**
 * Checks the arguments of a call.
 *
 * @throws {TypeError} one has another type
 */
export function checkArguments (name: string, { takes }: Definition, args: readonly unknown[], run: Run): void {
  for (const [i, value] of args.entries()) {
    const types = takes[Math.min(i, takes.length - 1)]!
    if (!types.some((type) => isOf(type, value, run))) {
      throw new TypeError(
        `${name}(): argument ${i + 1} has an invalid type (${typeof value === 'function' ? 'expression' : typeOf(value)})`
      )
    }
  }
}

function isOf (type: Argument, value: unknown, run: Run): boolean {
  if (type === 'any') return typeof value !== 'function'
  if (type === 'expression') return typeof value === 'function'
  if (type !== 'numbers' && type !== 'strings') return typeof value !== 'function' && typeOf(value) === type
  if (!Array.isArray(value)) return false
  run.spend(value.length)
  return value.every((item) => typeOf(item) === (type === 'numbers' ? 'number' : 'string'))
}

function sum (values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + numberOf(value)!, 0)
}

/** A whole number keeps its digits. */
function round (value: unknown, way: (value: number) => number): unknown {
  const number = numberOf(value)!
  return Number.isInteger(number) ? value : way(number)
}

function contains (subject: unknown, searched: unknown, run: Run): boolean {
  if (Array.isArray(subject)) return subject.some((item) => isEqual(item, searched, run))
  return typeOf(searched) === 'string' && (subject as string).includes(searched as string)
}

function join (texts: readonly string[], glue: string, run: Run): string {
  for (const text of texts) run.spend(text.length + glue.length)
  return texts.join(glue)
}

function lengthOf (value: unknown, run: Run): number {
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'string') return Object.keys(value as Data).length
  run.spend(value.length)
  return runeCount(value)
}

function keyed (value: unknown): Item {
  return [value, numberOf(value) ?? value as string]
}

/** Items with what an expression makes of them: numbers, or strings. */
function keyedBy (values: readonly unknown[], expression: Evaluate, run: Run): Item[] {
  let expected: TypeName | null = null
  return values.map((value) => {
    run.spend(1)
    const key = expression(value, run)
    const type = typeOf(key)
    if (type !== 'number' && type !== 'string') throw new TypeError(`items can be sorted or compared by numbers or strings, not by ${type}`)
    expected ??= type
    if (type !== expected) throw new TypeError(`items cannot be sorted or compared by ${expected} and ${type}`)
    return [value, keyed(key)[1]]
  })
}

function compare (a: number | string, b: number | string): number {
  return typeof a === 'string' ? compareText(a, b as string) : a - (b as number)
}

/** The first of the greatest items, or of the least; null of none. */
function pick (items: readonly Item[], sign: 1 | -1): unknown {
  let best: Item | undefined
  for (const item of items) if (best === undefined || compare(item[1], best[1]) * sign > 0) best = item
  return best === undefined ? null : best[0]
}

function sorted (items: Item[], run: Run): unknown[] {
  run.spend(items.length * Math.ceil(Math.log2(items.length + 1)))
  return items.sort((a, b) => compare(a[1], b[1])).map(([item]) => item)
}

/** Digits that a double would change are kept. */
function toNumber (value: unknown): unknown {
  const type = typeOf(value)
  if (type === 'number') return value
  if (type !== 'string') return null
  const number = parseFloat64(value as string)
  return typeof number === 'string' || !Number.isFinite(number) ? null : markNumber(value as string) ?? number
}

/** JSON as Go writes it. */
function toText (value: unknown, run: Run): string {
  const text = unmark(writeGoJson(value))
  run.spend(text.length)
  return text
}
