/** Shape of `validation/json-schema`: KrakenD page "JSON Schema Validation". */

export const namespace = 'validation/json-schema'

/** The schema itself; what is in it is judged by the version of JSON Schema that it is of. */
export const JsonSchemaSettings = { type: ['object', 'boolean'], description: 'The JSON Schema that bodies of requests have to fit.' } as const
export type JsonSchemaSettings = Readonly<Record<string, unknown>> | boolean
