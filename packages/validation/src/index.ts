import type { Feature } from '@floodgate/core'
import * as jsonSchema from './json-schema/settings.ts'
import * as responseJsonSchema from './response-json-schema/settings.ts'

/** The feature `validation/json-schema`: bodies of requests that do not fit get 400, and reach no backend. */
export const jsonSchemaFeature: Feature = {
  namespace: jsonSchema.namespace,
  schemas: { endpoint: jsonSchema.JsonSchemaSettings },
  load: async () => (await import('./json-schema/feature.ts')).feature
}

/** The feature `validation/response-json-schema`: data of an endpoint or a backend that does not fit is an error. */
export const responseJsonSchemaFeature: Feature = {
  namespace: responseJsonSchema.namespace,
  schemas: { endpoint: responseJsonSchema.ResponseJsonSchemaSettings, backend: responseJsonSchema.ResponseJsonSchemaSettings },
  load: async () => (await import('./response-json-schema/feature.ts')).feature
}

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [jsonSchemaFeature, responseJsonSchemaFeature]

export type { JsonSchemaSettings } from './json-schema/settings.ts'
export type { ResponseJsonSchemaSettings } from './response-json-schema/settings.ts'
