/** Shape of `validation/response-json-schema`: KrakenD Enterprise page "Response Schema Validation". */
import type { ResponseError } from '../errors.ts'

export const namespace = 'validation/response-json-schema'

export const ResponseJsonSchemaSettings = {
  type: 'object',
  properties: {
    schema: { type: ['object', 'boolean'], description: 'The JSON Schema that the data has to fit.' },
    error: {
      type: 'object',
      properties: {
        body: { type: 'string', default: '', description: 'Body of the answer to what does not fit. Default: as for any error.' },
        status: { type: 'integer', minimum: 200, maximum: 999, default: 500, description: 'Status of that answer.' },
        content_type: { type: 'string', default: 'text/plain', description: 'Content type of `body`.' }
      }
    }
  },
  required: ['schema']
} as const

export interface ResponseJsonSchemaSettings {
  readonly schema: Readonly<Record<string, unknown>> | boolean
  readonly error?: ResponseError
}
