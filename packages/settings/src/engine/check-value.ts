import type { Place } from '../place.ts'
import type { Report } from '../problem.ts'
import { assertions, isOfType } from './assertions.ts'
import { describeFailure } from './describe-failure.ts'
import type { Schema } from './schema.ts'
import { isObject } from './weak-values.ts'

interface Walk {
  /** What references start at. */
  readonly root: unknown
  /** Whether defaults are filled in: not where a schema is only tried. */
  readonly fill: boolean
  /** Reports failures; null = the first failure ends the validation. */
  readonly report: Report | null
}

type Branch = (operand: any, value: unknown, schema: Schema, place: Place, walk: Walk) => boolean

/**
 * Returns whether a value fits a JSON Schema (draft 7, without remote references), and fills in its defaults.
 *
 * @throws {TypeError} the schema has a reference that leads nowhere, or a keyword that would be ignored here
 */
export function fits (schema: unknown, value: unknown): boolean {
  return check(schema, value, [], { root: schema, fill: true, report: null })
}

/**
 * The same, and reports everything that does not fit.
 *
 * @param fill false = defaults are left out
 */
export function checkValue (schema: unknown, value: unknown, place: Place, report: Report, fill = true): boolean {
  // Nearly everything fits: what is wrong is looked for a second time, with its place.
  return check(schema, value, [], { root: schema, fill, report: null }) || check(schema, value, place, { root: schema, fill, report })
}

function check (schema: unknown, value: unknown, place: Place, walk: Walk): boolean {
  if (!isObject(schema)) return schema !== false || fail('never', {}, value, place, walk)
  const { type } = schema as Schema
  if (type !== undefined && !(typeof type === 'string' ? isOfType(type, value) : type.some((type) => isOfType(type, value)))) {
    return fail('type', schema, value, place, walk)
  }
  if (walk.fill && isObject(value)) fillDefaults(value, schema['properties'])
  let fitting = true
  for (const keyword of Object.keys(schema)) {
    if (Object.hasOwn(assertions, keyword)) {
      if (assertions[keyword]!(schema[keyword], value) || fail(keyword, schema, value, place, walk)) continue
    } else if (Object.hasOwn(branches, keyword)) {
      if (branches[keyword]!(schema[keyword], value, schema, place, walk)) continue
    } else if (foreign.has(keyword)) {
      throw new TypeError(
        `a schema of settings uses the keyword ${JSON.stringify(keyword)}, which is not supported: use the keywords of JSON Schema, draft 7`
      )
    } else continue
    fitting = false
    if (walk.report === null) return false
  }
  return fitting
}

function fail (keyword: string, schema: Schema, value: unknown, place: Place, { report }: Walk, key?: string): false {
  report?.(describeFailure(keyword, schema, value, place, key))
  return false
}

function fillDefaults (value: Record<string, unknown>, properties: unknown): void {
  for (const [key, schema] of Object.entries((properties ?? {}) as Record<string, Schema | boolean>)) {
    if (own(value, key) === undefined && typeof schema === 'object' && schema.default !== undefined) {
      value[key] = structuredClone(schema.default)
    }
  }
}

/** Keywords that apply other schemas, and those that need more than their own operand. */
const branches: Readonly<Record<string, Branch>> = {
  $ref: (ref: string, value, schema, place, walk) => check(resolve(ref, walk.root), value, place, walk),
  properties: (properties: Record<string, unknown>, value, schema, place, walk) => !isObject(value) ||
    all(
      Object.keys(properties),
      walk,
      (key) => own(value, key) === undefined || check(properties[key], value[key], below(place, key, walk), walk)
    ),
  patternProperties: (patterns: Record<string, unknown>, value, schema, place, walk) => !isObject(value) ||
    all(
      Object.entries(patterns),
      walk,
      ([pattern, shape]) =>
        all(matching(Object.keys(value), pattern), walk, (key) => check(shape, value[key], below(place, key, walk), walk))
    ),
  additionalProperties: (others: unknown, value, schema, place, walk) => others === true || !isObject(value) ||
    all(Object.keys(value), walk, (key) => isNamed(key, schema) || value[key] === undefined ||
      (others === false
        ? fail('additionalProperties', schema, value, place, walk, key)
        : check(others, value[key], below(place, key, walk), walk))),
  propertyNames: (shape: unknown, value, schema, place, walk) => !isObject(value) ||
    all(Object.keys(value), walk, (key) => check(shape, key, below(place, key, walk), walk)),
  required: (keys: readonly string[], value, schema, place, walk) => !isObject(value) ||
    all(keys, walk, (key) => own(value, key) !== undefined || fail('required', schema, value, place, walk, key)),
  dependentRequired: (needed: Record<string, readonly string[]>, value, schema, place, walk) => !isObject(value) ||
    all(
      Object.keys(needed),
      walk,
      (key) => own(value, key) === undefined || branches['required']!(needed[key], value, schema, place, walk)
    ),
  items: (
    items: unknown,
    value,
    { prefixItems = [] }: Schema & { prefixItems?: readonly unknown[] },
    place,
    walk
  ) => !Array.isArray(value) ||
    (Array.isArray(items)
      ? all([...items.keys()], walk, (i) => i >= value.length || check(items[i], value[i], below(place, i, walk), walk))
      : all([...value.keys()].slice(prefixItems.length), walk, (i) => check(items, value[i], below(place, i, walk), walk))),
  prefixItems: (items: readonly unknown[], value, schema, place, walk) => branches['items']!(items, value, {}, place, walk),
  additionalItems: (others: unknown, value, { items }, place, walk) => !Array.isArray(value) || !Array.isArray(items) ||
    all([...value.keys()].slice(items.length), walk, (i) => check(others, value[i], below(place, i, walk), walk)),
  contains: (item: unknown, value, schema, place, walk) => !Array.isArray(value) ||
    value.some((entry) => tries(item, entry, walk)) ||
    fail('contains', schema, value, place, walk),
  allOf: (schemas: readonly unknown[], value, schema, place, walk) => all(schemas, walk, (part) => check(part, value, place, walk)),
  anyOf: (schemas: readonly unknown[], value, schema, place, walk) => schemas.some((part) => tries(part, value, walk)) ||
    fail('anyOf', schema, value, place, walk),
  oneOf: (schemas: readonly unknown[], value, schema, place, walk) => schemas.filter((part) => tries(part, value, walk)).length === 1 ||
    fail('oneOf', schema, value, place, walk),
  not: (excluded: unknown, value, schema, place, walk) => !tries(excluded, value, walk) || fail('not', schema, value, place, walk),
  if: (condition: unknown, value, schema, place, walk) => check(
    (schema as Record<string, unknown>)[tries(condition, value, walk) ? 'then' : 'else'] ?? true,
    value,
    place,
    walk
  )
}

/** Keywords of later drafts that would refuse something, and are not known here. */
const foreign: ReadonlySet<string> = new Set(
  [
    'unevaluatedProperties', 'unevaluatedItems', 'dependencies', 'dependentSchemas', 'minContains', 'maxContains',
    '$dynamicRef', '$recursiveRef'
  ]
)

function tries (schema: unknown, value: unknown, { root }: Walk): boolean {
  return check(schema, value, [], { root, fill: false, report: null })
}

/** Whether all pass; every one of them is looked at only where failures are reported. */
function all <T> (items: readonly T[], { report }: Walk, check: (item: T) => boolean): boolean {
  if (report === null) return items.every(check)
  return items.map(check).every(Boolean)
}

function below (place: Place, step: string | number, { report }: Walk): Place {
  return report === null ? place : [...place, step]
}

function matching (keys: readonly string[], pattern: string): string[] {
  const expression = new RegExp(pattern, 'u')
  return keys.filter((key) => expression.test(key))
}

function isNamed (key: string, { properties = {}, patternProperties = {} }: Schema): boolean {
  return Object.hasOwn(properties, key) || Object.keys(patternProperties).some((pattern) => new RegExp(pattern, 'u').test(key))
}

/** A key's value; of plain data the own one only, of others (a client, a feature) also what its class has. */
function own (value: Record<string, unknown>, key: string): unknown {
  if (Object.hasOwn(value, key)) return value[key]
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype ? undefined : value[key]
}

/** Follows `#/definitions/name`, `#`, or the `$id` of one of the definitions. */
function resolve (ref: string, root: unknown): unknown {
  const steps = ref.startsWith('#')
    ? ref.slice(1).split('/').slice(1).map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    : null
  const found = steps === null
    ? Object.values({ ...(root as any)?.definitions, ...(root as any)?.$defs }).find((schema) => (schema as { $id?: string }).$id === ref)
    : steps.reduce<unknown>((schema, step) => (schema as Record<string, unknown> | undefined)?.[step], root)
  if (found === undefined) throw new TypeError(`a schema of settings refers to ${JSON.stringify(ref)}, which it does not have`)
  return found
}
