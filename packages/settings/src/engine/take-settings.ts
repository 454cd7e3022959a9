import { formatPlace, type Place } from '../place.ts'
import type { Report } from '../problem.ts'
import { checkValue } from './check-value.ts'
import type { Schema } from './schema.ts'
import { isObject } from './weak-values.ts'

/**
 * Reads settings of which nothing is converted: `"true"` is not true, `null` is not a value, an unknown key is an error.
 *
 * @returns a copy of what fits: parts that do not are absent, in lists they are undefined; undefined if no part is valid
 */
export function takeSettings (schema: Schema, settings: unknown, place: Place, report: Report): unknown {
  const copy = copyOf(settings)
  const refused = new Set<string>()
  checkValue(schema, copy, place, (draft) => {
    refused.add(formatPlace(draft.place))
    report(draft.code === 'unknown-key' ? { ...draft, severity: 'error' } : draft)
  }, false)
  return refused.size === 0 ? copy : prune(copy, place, refused)
}

/** What a schema says of its keys where they are absent. */
export function defaultsOf <S extends {
  readonly properties: Readonly<Record<string, object>>
}> ({ properties }: S): { [Key in keyof S['properties']]: S['properties'][Key] extends { default: infer Value } ? Value : undefined } {
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, structuredClone((schema as Schema).default)])
  ) as ReturnType<typeof defaultsOf<S>>
}

/** A copy without what is undefined. */
function copyOf (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => item === undefined ? [] : [[key, copyOf(item)] as const]))
}

function prune (value: unknown, place: Place, refused: ReadonlySet<string>): unknown {
  if (refused.has(formatPlace(place))) return undefined
  if (Array.isArray(value)) return value.map((item, i) => prune(item, [...place, i], refused))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => {
    const fitting = prune(item, [...place, key], refused)
    return fitting === undefined ? [] : [[key, fitting] as const]
  }))
}
