import { formats } from './formats.ts'
import type { Schema } from './schema.ts'
import { isObject } from './weak-values.ts'

/** One key that settings may have, as its schema says. */
export interface SettingOption {
  /** From the settings down: `client_tls.min_version`; `[]` is any item of a list, `*` any name. */
  readonly path: string
  /** Type for documentation: `text`, `list of texts`, `duration`. */
  readonly type: string
  readonly required: boolean
  /** undefined = none; what its absence means is in the description. */
  readonly default: unknown
  /** The only values there are; null = any of the type. */
  readonly allowed: readonly unknown[] | null
  /** '' = the schema has none. */
  readonly description: string
  /** Why it has no effect; null = it has one. */
  readonly inert: string | null
  readonly isDeprecated: boolean
}

/** Lists the keys of settings from their schema, each followed by what lies in it. */
export function listOptions (schema: unknown, path = ''): SettingOption[] {
  if (!isObject(schema)) return []
  const {
    properties = {},
    required = [],
    items,
    additionalProperties,
    patternProperties = {},
    anyOf = [],
    oneOf = [],
    allOf = []
  } = schema as Schema & { allOf?: readonly Schema[] }
  return [
    ...Object.entries(properties).flatMap(([key, shape]) => {
      const at = path === '' ? key : `${path}.${key}`
      return [describe(shape, at, required.includes(key)), ...listOptions(shape, at)]
    }),
    ...Array.isArray(items) ? [] : listOptions(items, `${path}[]`),
    ...[
      additionalProperties,
      ...Object.entries(patternProperties).flatMap(([pattern, shape]) => pattern === comments ? [] : [shape])
    ].flatMap((shape) => listOptions(shape, path === '' ? '*' : `${path}.*`)),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((part) => listOptions(part, path))
  ]
}

/** Keys that are comments. */
const comments = '^[@$_#]'

function describe (schema: Schema, path: string, required: boolean): SettingOption {
  const { default: fallback, description = '', inert = null, needless = false, deprecated = false } = schema
  return {
    path,
    type: typeOf(schema),
    required,
    default: fallback,
    allowed: allowedBy(schema),
    description,
    inert: inert ?? (needless ? 'this gateway does not need it' : null),
    isDeprecated: deprecated
  }
}

function allowedBy ({ enum: words, const: word, anyOf = [], oneOf = [], items }: Schema): readonly unknown[] | null {
  if (words !== undefined) return words
  if (word !== undefined) return [word]
  const alternatives = [...anyOf, ...oneOf]
  if (alternatives.length > 0 && alternatives.every((alternative) => alternative.const !== undefined)) {
    return alternatives.map((alternative) => alternative.const)
  }
  return isObject(items) ? allowedBy(items as Schema) : null
}

function typeOf (schema: Schema): string {
  const { type, format = '', items, properties, anyOf = [], oneOf = [] } = schema
  const types = type === undefined ? [] : [type].flat()
  if (types.length === 0) {
    const alternatives = [...new Set([...anyOf, ...oneOf].map(typeOf))]
    return alternatives.length > 0 ? alternatives.join(' or ') : properties === undefined ? 'any' : 'object'
  }
  return types.map((name) => {
    if (name === 'array') return isObject(items) && items['type'] !== undefined ? `list of ${plural(typeOf(items as Schema))}` : 'list'
    return name === 'string' && Object.hasOwn(formats, format) ? formats[format]!.type : typeNames[name] ?? name
  }).join(' or ')
}

function plural (type: string): string {
  return type.replace(/^(text|object|number|whole number|duration|list)\b/, '$1s')
}

const typeNames: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', integer: 'whole number', array: 'list' }
