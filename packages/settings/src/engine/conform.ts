import { parseDuration } from '@floodgate/go/duration'
import type { Place } from '../place.ts'
import type { Report } from '../problem.ts'
import { foldKey, isComment } from '../words/fold-key.ts'
import { adviseKey } from '../words/key-advice.ts'
import { describeFailure, unknownKey, wrongType } from './describe-failure.ts'
import type { Schema } from './schema.ts'
import { isObject, weakBoolean, weakInteger, weakList, weakNumber, weakObject, weakText } from './weak-values.ts'

/**
 * Brings a value into the shape of its schema, as the reference decodes its configuration: in objects with `properties`
 * keys ignore case (of several spellings the exact one wins, otherwise the last), comments go and unknown keys are
 * reported and go; other objects are data and stay as they are. Scalars are converted weakly, a single value makes a
 * list, null counts as absent. What cannot be converted is reported and left out (undefined in a list, so that the
 * others keep their places). The value given is not changed.
 */
export function conform (schema: Schema, value: unknown, place: Place, report: Report): unknown {
  if (value === undefined) return undefined
  const type = typeof schema.type === 'string'
    ? schema.type
    : schema.type === undefined && schema.properties !== undefined
      ? 'object'
      : undefined
  if (type === undefined) return conformUnion(schema, value, place, report)
  if (value === null) return type === 'null' ? null : undefined
  if (type === 'array') return conformList(schema, value, place, report)
  if (type === 'object') return conformObject(schema, value, place, report)
  if (schema.format === 'go-duration') return conformDuration(value, place, report)
  const convert = conversions[type]
  if (convert === undefined) return value
  const converted = convert(value)
  if (converted === undefined) report(wrongType(schema, value, place))
  return converted
}

const conversions: Readonly<Record<string, (value: unknown) => string | number | boolean | undefined>> = {
  string: weakText,
  boolean: weakBoolean,
  integer: weakInteger,
  number: weakNumber
}

function conformList (schema: Schema, value: unknown, place: Place, report: Report): unknown[] {
  const items = weakList(value)
  const shape = schema.items
  if (!isObject(shape)) return items
  return items.map((item, i) => {
    const at = [...place, i]
    if (item === null && (shape as Schema).type !== undefined) {
      report({ severity: 'error', code: 'wrong-type', place: at, message: 'must not be null' })
    }
    return conform(shape as Schema, item, at, report)
  })
}

function conformObject (schema: Schema, value: unknown, place: Place, report: Report): Record<string, unknown> | undefined {
  if (schema.properties === undefined || Object.keys(schema.properties).length === 0) return conformData(schema, value, place, report)
  if (!isObject(value)) {
    report(wrongType({ type: 'object' }, value, place))
    return undefined
  }
  const names = foldedNames(schema.properties)
  const result: Record<string, unknown> = {}
  const others: [string, unknown][] = []
  const exact = new Set<string>()
  for (const [key, item] of Object.entries(value)) {
    const name = names.get(key) ?? (isComment(key) ? undefined : names.get(foldKey(key)))
    if (name === undefined) {
      if (!isComment(key)) others.push([key, item])
      continue
    }
    if (exact.has(name)) continue
    if (key === name) exact.add(name)
    reportInert(schema.properties[name]!, item, [...place, name], report)
    const converted = conform(schema.properties[name]!, item, [...place, name], report)
    if (converted !== undefined) result[name] = converted
  }
  const free = schema.additionalProperties
  if (free === true || isObject(free)) {
    return Object.fromEntries([...Object.entries(result), ...others.flatMap(([key, item]) => {
      const converted = free === true ? item : conform(free as Schema, item, [...place, key], report)
      return converted === undefined ? [] : [[key, converted] as const]
    })])
  }
  for (const [key] of others) reportUnknownKey(place, key, Object.keys(schema.properties), report)
  return result
}

/** An object whose keys are data: only its values have a shape. */
function conformData (schema: Schema, value: unknown, place: Place, report: Report): Record<string, unknown> | undefined {
  const object = weakObject(value)
  if (object === undefined) {
    report(wrongType({ type: 'object' }, value, place))
    return undefined
  }
  const patterns = Object.values(schema.patternProperties ?? {})
  const shape = isObject(schema.additionalProperties)
    ? schema.additionalProperties as Schema
    : patterns.length === 1
      ? patterns[0]!
      : undefined
  if (shape === undefined) return object
  return Object.fromEntries(Object.entries(object).flatMap(([key, item]) => {
    const converted = conform(shape, item, [...place, key], report)
    return converted === undefined ? [] : [[key, converted] as const]
  }))
}

/** The one alternative that fits the value's kind; where several or none do, the validator has to decide. */
function conformUnion (schema: Schema, value: unknown, place: Place, report: Report): unknown {
  const types = Array.isArray(schema.type) ? schema.type as readonly string[] : undefined
  const alternatives = types?.map((type) => ({ ...schema, type })) ?? schema.anyOf ?? schema.oneOf ?? []
  const fitting = alternatives.filter((alternative) => isOfKind(alternative, value))
  return fitting.length === 1 ? conform(fitting[0]!, value, place, report) : value
}

function isOfKind (schema: Schema, value: unknown): boolean {
  if (schema.const !== undefined) return schema.const === value
  switch (schema.type) {
    case 'array': return Array.isArray(value)
    case 'object': return isObject(value)
    case 'integer': return Number.isInteger(value)
    case 'null': return value === null
    case undefined: return false
    default: return typeof value === schema.type // eslint-disable-line valid-typeof
  }
}

function conformDuration (value: unknown, place: Place, report: Report): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) {
    const nanoseconds = Math.trunc(value)
    if (nanoseconds !== 0) {
      report(
        {
          severity: 'warning',
          code: 'bare-duration',
          place,
          value,
          message: `a number without a unit counts nanoseconds: this is ${nanoseconds / 1e6} ms`,
          instead: `write "${value}ms" or "${value}s"`
        }
      )
    }
    return `${nanoseconds}ns`
  }
  if (typeof value === 'string' && parseDuration(value) !== null) return value
  report(
    {
      ...describeFailure('format', { format: 'go-duration' }, value, place),
      code: 'wrong-type',
      ...(typeof value === 'string' && /^\d+$/.test(value) && { instead: `add a unit: "${value}ms" or "${value}s"` })
    }
  )
  return undefined
}

function reportUnknownKey (place: Place, key: string, known: readonly string[], report: Report): void {
  report({ ...unknownKey(place, key, known), instead: adviseKey(place, key) })
}

/** Reports a key that is accepted and has no effect, unless it requests nothing. */
function reportInert (
  { inert, narrows = false, needless = false, default: fallback }: Schema,
  value: unknown,
  place: Place,
  report: Report
): void {
  if (inert === undefined && !needless) return
  if (value === null || value === fallback || value === false || value === 0 || value === '') return
  report(
    {
      severity: 'warning',
      code: needless ? 'needless-key' : 'no-effect',
      place,
      at: 'key',
      message: `${JSON.stringify(place.at(-1))} has no effect: ${inert ?? 'this gateway does not need it'}`,
      narrows,
      strict: !needless
    }
  )
}

// eslint-disable-next-line no-restricted-syntax -- by schema, filled at boot
const folds = new WeakMap<object, ReadonlyMap<string, string>>()

/** The names of an object's keys by their spelling without case, and by the exact one. */
function foldedNames (properties: Readonly<Record<string, Schema>>): ReadonlyMap<string, string> {
  let names = folds.get(properties)
  if (names === undefined) {
    const keys = Object.keys(properties)
    names = new Map([...keys.map((key) => [foldKey(key), key] as const), ...keys.map((key) => [key, key] as const)])
    folds.set(properties, names)
  }
  return names
}
