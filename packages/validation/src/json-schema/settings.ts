/** Shape of `validation/json-schema`: KrakenD page "JSON Schema Validation". */

export const namespace = 'validation/json-schema'

/** The schema itself; it is validated against the meta-schema of its version. */
export const JsonSchemaSettings = { type: ['object', 'boolean'], description: 'JSON Schema that request bodies must match.' } as const
export type JsonSchemaSettings = Readonly<Record<string, unknown>> | boolean
