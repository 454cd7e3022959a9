/** Shape of `validation/response-json-schema`: KrakenD Enterprise page "Response Schema Validation". */
import type { ResponseError } from '../errors.ts'

export const namespace = 'validation/response-json-schema'

export const ResponseJsonSchemaSettings = {
  type: 'object',
  properties: {
    schema: { type: ['object', 'boolean'], description: 'JSON Schema that the data must match.' },
    error: {
      description: 'Response if the data does not match.',
      type: 'object',
      properties: {
        body: {
          type: 'string',
          default: '',
          description: 'Body of the response if the data does not match. Default: as for any other error.'
        },
        status: { type: 'integer', minimum: 200, maximum: 999, default: 500, description: 'Status of that response.' },
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
