import { wellFormed } from '@floodgate/go/text'
import { TemplateError } from '../errors.ts'
import { JsonNumber } from './json-number.ts'
import { anyDict, anyList, Complex, Dict, Int, int, List, type Value } from './values.ts'

/** Tells the digits of a number of decoded JSON, whatever it is kept as; null for any other value. */
export type LiteralOf = (value: number | string) => string | null

/** Objects and lists within each other. */
const DEEPEST = 1000

const LARGEST_INT = (1n << 63n) - 1n

/**
 * Converts JSON data to Go's values: numbers become float64 (a bigint an int), objects maps. The data is copied, so
 * that `set` and `merge` change nothing outside. Only own properties are looked at.
 *
 * @param literalOf tells the digits of what is to be a json.Number instead
 * @throws {FG_ERR_GO_TEMPLATE_DATA} for what is not JSON: functions, symbols, dates and other instances, cycles
 */
export function toValue (data: unknown, file = '', literalOf: LiteralOf | null = null): Value {
  try {
    return convert(data, 0, '', literalOf)
  } catch (error) {
    const message = error instanceof DataProblem ? error.message : 'cannot be read'
    throw new TemplateError('FG_ERR_GO_TEMPLATE_DATA', `template: ${file}: the data ${message}`,
      { file, line: 0, column: 0, lineText: '' }, error)
  }
}

/** Converts a value to plain JavaScript: maps become objects without a prototype, integers beyond 2^53 a bigint. */
export function toPlain (value: Value): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Int) {
    const number = Number(value.value)
    return Number.isSafeInteger(number) ? number : value.value
  }
  if (value instanceof List) return value.items.map(toPlain)
  if (value instanceof Dict) {
    const object: Record<string, unknown> = Object.create(null)
    for (const [key, item] of value.entries) object[key] = toPlain(item)
    return object
  }
  return value instanceof Complex ? `(${value.re}+${value.im}i)` : value.print()
}

class DataProblem extends Error {}

function convert (data: unknown, depth: number, path: string, literalOf: LiteralOf | null): Value {
  if (literalOf !== null && (typeof data === 'number' || typeof data === 'string')) {
    const literal = literalOf(data)
    if (literal !== null) return new JsonNumber(literal)
  }
  switch (typeof data) {
    case 'string': return wellFormed(data)
    case 'boolean': case 'number': return data
    case 'undefined': return null
    case 'bigint':
      if (data > LARGEST_INT || data < -LARGEST_INT - 1n) throw new DataProblem(`has an integer beyond 64 bits at ${path || 'its root'}`)
      return int(data)
    case 'function': case 'symbol': throw new DataProblem(`has a ${typeof data} at ${path || 'its root'}: only JSON can be rendered`)
  }
  if (data === null) return null
  if (depth > DEEPEST) throw new DataProblem(`is nested deeper than ${DEEPEST} levels`)
  if (Array.isArray(data)) return anyList(Array.from(data, (item, i) => convert(item, depth + 1, `${path}[${i}]`, literalOf)))
  const prototype: unknown = Object.getPrototypeOf(data)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new DataProblem(`has an instance of a class at ${path || 'its root'}: only JSON can be rendered`)
  }
  const dict = anyDict()
  for (const [key, item] of Object.entries(data!)) {
    if (item !== undefined) dict.entries.set(wellFormed(key), convert(item, depth + 1, `${path}.${key}`, literalOf))
  }
  return dict
}
