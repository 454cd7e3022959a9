import type { Feature } from '@floodgate/core'
import * as cel from './cel/settings.ts'
import * as jsonSchema from './json-schema/settings.ts'
import * as responseJsonSchema from './response-json-schema/settings.ts'

/** The feature `validation/cel`: expressions over the request before it is served, over the response before it is passed on. */
export const celFeature: Feature = {
  namespace: cel.namespace,
  needs: ['auth/validator'],
  schemas: { endpoint: cel.CelSettings, backend: cel.CelSettings },
  load: async () => (await import('./cel/feature.ts')).feature
}

/**
 * The feature `validation/json-schema`: requests whose body does not match the schema are answered 400 and do not reach
 * a backend.
 */
export const jsonSchemaFeature: Feature = {
  namespace: jsonSchema.namespace,
  holdsBodies: () => true,
  schemas: { endpoint: jsonSchema.JsonSchemaSettings },
  load: async () => (await import('./json-schema/feature.ts')).feature
}

/**
 * The feature `validation/response-json-schema`: data of an endpoint or a backend that does not match the schema is an
 * error.
 */
export const responseJsonSchemaFeature: Feature = {
  namespace: responseJsonSchema.namespace,
  schemas: { endpoint: responseJsonSchema.ResponseJsonSchemaSettings, backend: responseJsonSchema.ResponseJsonSchemaSettings },
  load: async () => (await import('./response-json-schema/feature.ts')).feature
}

/** The namespaces that this package implements. */
export const features: readonly Feature[] = [celFeature, jsonSchemaFeature, responseJsonSchemaFeature]

export type { JsonSchemaSettings } from './json-schema/settings.ts'
export type { ResponseJsonSchemaSettings } from './response-json-schema/settings.ts'
