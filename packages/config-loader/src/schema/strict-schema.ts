import { durationPattern } from '@floodgate/go/duration'

/** A JSON Schema as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/**
 * Makes a schema strict for editors: objects with named properties accept only these and comments, and formats that
 * only the loader knows become patterns.
 */
export function strictSchema (schema: JsonSchema): JsonSchema {
  const {
    format,
    properties,
    items,
    additionalProperties,
    patternProperties,
    default: fallback,
    inert,
    narrows,
    needless,
    ...rest
  } = schema
  const closed = properties !== undefined && additionalProperties === undefined
  return {
    ...rest,
    ...(format === 'go-duration'
      ? { pattern: durationPattern, examples: ['300ms', '2s', '1h30m'] }
      : format === 'ip-range' || format === undefined
        ? {}
        : { format }),
    // The loader keeps a missing object missing: suggesting its default would have another meaning.
    ...(fallback !== undefined && (typeof fallback !== 'object' || Array.isArray(fallback)) && { default: fallback }),
    ...(isSchema(properties) && { properties: mapValues(properties) }),
    ...(properties !== undefined &&
      { patternProperties: { '^[@$_#]': {}, ...isSchema(patternProperties) && mapValues(patternProperties) } }),
    ...(properties === undefined && isSchema(patternProperties) && { patternProperties: mapValues(patternProperties) }),
    ...(closed
      ? { additionalProperties: false }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties: isSchema(additionalProperties) ? strictSchema(additionalProperties) : additionalProperties }),
    ...(items !== undefined && { items: Array.isArray(items) ? items.map(strictSchema) : isSchema(items) ? strictSchema(items) : items }),
    ...Object.fromEntries(
      ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => Array.isArray(rest[keyword]) ? [[keyword, rest[keyword].map(strictSchema)]] : [])
    )
  }
}

function mapValues (schemas: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, isSchema(schema) ? strictSchema(schema) : schema]))
}

function isSchema (value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
