import { isDeepStrictEqual } from 'node:util'
import { parseDuration } from '@floodgate/go'
import { isIpRange } from './ip-range.ts'
import { isObject } from './weak-values.ts'

type Schema = Readonly<Record<string, unknown>>
type Check = (operand: any, value: unknown, schema: Schema) => boolean

/** Formats of texts that schemas may name. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'go-duration': (text) => parseDuration(text) !== null,
  'ip-range': isIpRange
}

/**
 * Tells that settings fit their JSON Schema, and fills in its defaults, by the keywords that schemas of settings are
 * made of. A validator would say the same, and takes a tenth of a start to load and to make: it is needed for what does
 * not fit, to say why, and for other keywords.
 *
 * @returns false = they do not fit, or only a validator can tell
 */
export function fits (schema: unknown, value: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return schema === true
  if (isObject(value)) fillDefaults(value, (schema as Schema)['properties'])
  for (const [keyword, operand] of Object.entries(schema)) {
    if (!Object.hasOwn(checks, keyword) || !checks[keyword]!(operand, value, schema as Schema)) return false
  }
  return true
}

function fillDefaults (value: Record<string, unknown>, properties: unknown): void {
  for (const [key, schema] of Object.entries((properties ?? {}) as Record<string, Schema | boolean>)) {
    if (value[key] === undefined && typeof schema === 'object' && schema['default'] !== undefined) value[key] = structuredClone(schema['default'])
  }
}

const says: Check = () => true

const checks: Readonly<Record<string, Check>> = {
  type: (types: string | readonly string[], value) => typeof types === 'string' ? isOfType(types, value) : types.some((type) => isOfType(type, value)),
  properties: (properties: Record<string, unknown>, value) => !isObject(value) || Object.entries(properties).every(([key, schema]) => value[key] === undefined || fits(schema, value[key])),
  required: (keys: readonly string[], value) => !isObject(value) || keys.every((key) => value[key] !== undefined),
  additionalProperties: (others: unknown, value, { properties = {}, patternProperties }) => patternProperties === undefined &&
    (!isObject(value) || Object.keys(value).every((key) => Object.hasOwn(properties as object, key) || fits(others, value[key]))),
  items: (items: unknown, value) => !Array.isArray(items) && (!Array.isArray(value) || value.every((item) => fits(items, item))),
  enum: (words: readonly unknown[], value) => words.some((word) => isDeepStrictEqual(word, value)),
  const: (word: unknown, value) => isDeepStrictEqual(word, value),
  minimum: (limit: number, value) => typeof value !== 'number' || value >= limit,
  maximum: (limit: number, value) => typeof value !== 'number' || value <= limit,
  minLength: (limit: number, value) => typeof value !== 'string' || countCharacters(value) >= limit,
  minItems: (limit: number, value) => !Array.isArray(value) || value.length >= limit,
  maxItems: (limit: number, value) => !Array.isArray(value) || value.length <= limit,
  format: (format: string, value) => Object.hasOwn(formats, format) && (typeof value !== 'string' || formats[format]!(value)),
  title: says,
  description: says,
  default: says,
  inert: says,
  narrows: says,
  needless: says
}

function isOfType (type: string, value: unknown): boolean {
  switch (type) {
    case 'object': return isObject(value)
    case 'array': return Array.isArray(value)
    case 'null': return value === null
    case 'integer': return Number.isInteger(value)
    case 'number': return Number.isFinite(value)
    default: return typeof value === type // eslint-disable-line valid-typeof
  }
}

function countCharacters (text: string): number {
  return [...text].length
}
