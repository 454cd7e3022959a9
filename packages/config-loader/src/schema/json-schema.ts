import { ClientTlsOptions, HttpClientOptions } from '@floodgate/http-client'
import { clientNamespace } from '../namespaces/namespaces.ts'
import type { FeatureSchema } from '@floodgate/core'
import { backendSchema, endpointSchema, knownNamespaces, type Level, serviceSchema } from '@floodgate/settings'
import { encodings } from '../model/normalise-backend.ts'
import { outputEncodings, servedMethods } from '../model/normalise-endpoint.ts'
import { routerFeature } from '@floodgate/router'
import { strictSchema, type JsonSchema } from './strict-schema.ts'

const version = 3
const dialect = 'http://json-schema.org/draft-07/schema#'

/**
 * Makes the JSON Schema (draft 7, which editors know best) of whole configurations: the root, endpoints, backends, and
 * the settings of every namespace that a feature implements. It is stricter than the loader, which converts values
 * weakly and lets keys pass in any case: an editor should offer the one right spelling.
 *
 * @param features as for `loadConfig`; `router` and `backend/http/client` are always there
 */
export function createConfigurationSchema (features: readonly FeatureSchema[] = []): JsonSchema {
  const known = features.some(({ namespace }) => namespace === routerFeature.namespace) ? features : [...features, routerFeature]
  return {
    $schema: dialect,
    title: 'Floodgate configuration',
    description: 'A gateway in the KrakenD v3 configuration format.',
    ...strictSchema({
      ...serviceSchema,
      required: ['version'],
      properties: {
        ...serviceSchema.properties,
        version: { ...serviceSchema.properties.version, const: version },
        port: { ...serviceSchema.properties.port, minimum: 0, maximum: 65535 },
        output_encoding: { ...serviceSchema.properties.output_encoding, enum: outputEncodings },
        client_tls: { $ref: '#/definitions/client_tls' },
        endpoints: { ...serviceSchema.properties.endpoints, items: { $ref: '#/definitions/endpoint' } },
        extra_config: { $ref: '#/definitions/service_extra_config' }
      }
    }),
    definitions: {
      endpoint: strictSchema({
        ...endpointSchema,
        required: ['endpoint', 'backend'],
        properties: {
          ...endpointSchema.properties,
          endpoint: { ...endpointSchema.properties.endpoint, pattern: '^/', examples: ['/orders/{id}', '/files/*'] },
          method: { ...endpointSchema.properties.method, enum: [...servedMethods] },
          output_encoding: { ...endpointSchema.properties.output_encoding, enum: outputEncodings },
          backend: { ...endpointSchema.properties.backend, items: { $ref: '#/definitions/backend' }, minItems: 1 },
          extra_config: { $ref: '#/definitions/endpoint_extra_config' }
        }
      }),
      backend: strictSchema({
        ...backendSchema,
        required: ['url_pattern'],
        properties: {
          ...backendSchema.properties,
          encoding: { ...backendSchema.properties.encoding, enum: encodings },
          sd: { ...backendSchema.properties.sd, enum: ['static', 'dns'] },
          extra_config: { $ref: '#/definitions/backend_extra_config' }
        }
      }),
      client_tls: strictSchema({ ...ClientTlsOptions, description: 'TLS towards backends: trust, certificates to show, versions, suites and curves.' }),
      service_extra_config: extraConfig('service', known),
      endpoint_extra_config: extraConfig('endpoint', known),
      backend_extra_config: extraConfig('backend', known)
    }
  }
}

/** Namespaces at one level: those implemented, those that KrakenD alone has, and names of version 1. */
function extraConfig (level: Level, features: readonly FeatureSchema[]): JsonSchema {
  const implemented = Object.fromEntries(features.flatMap(({ namespace, schemas }) => schemas[level] === undefined ? [] : [[namespace, strictSchema(schemas[level] as JsonSchema)]]))
  const client = level === 'backend' ? { [clientNamespace]: httpClient() } : {}
  const elsewhere = Object.entries(knownNamespaces).flatMap(([namespace, { levels }]) => levels.includes(level) && !(namespace in implemented)
    ? [[namespace, { description: 'A namespace of KrakenD that this gateway does not implement.' }]]
    : [])
  return {
    type: 'object',
    description: 'Components by namespace.',
    properties: { ...Object.fromEntries(elsewhere), ...implemented, ...client },
    patternProperties: { '^[@$_#]': {}, '^github[._]com/': { description: 'A name of version 1 of the format.' } },
    additionalProperties: false
  }
}

function httpClient (): JsonSchema {
  return strictSchema({
    ...HttpClientOptions,
    description: 'How this backend is reached.',
    properties: { ...HttpClientOptions.properties, client_tls: { $ref: '#/definitions/client_tls' } }
  })
}
