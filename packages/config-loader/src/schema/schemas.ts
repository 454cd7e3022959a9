import type { FeatureSchema } from '@floodgate/core'
import { ClientTlsOptions, HttpClientOptions } from '@floodgate/http-client'
import { withRouter } from './with-router.ts'
import { backendSchema, endpointSchema, serviceSchema, type Level } from '@floodgate/settings'
import { discoveries, encodings } from '../model/normalise-backend.ts'
import { outputEncodings, servedMethods } from '../model/normalise-endpoint.ts'
import { clientNamespace } from '../namespaces/namespaces.ts'
import { describePlugins } from '../plugins/describe-plugins.ts'
import type { JsonSchema } from './strict-schema.ts'

const version = 3

/** The schema of a namespace's settings at one level. */
export interface NamespaceSchema {
  readonly namespace: string
  readonly level: Level
  readonly schema: JsonSchema
}

/** The schemas that a configuration is made of: the root, an endpoint, a backend, and what stands in their `extra_config`. */
export interface Schemas {
  readonly service: JsonSchema
  readonly endpoint: JsonSchema
  readonly backend: JsonSchema
  readonly clientTls: JsonSchema
  readonly namespaces: readonly NamespaceSchema[]
}

/**
 * Gathers the schemas of a configuration, with the words that texts may be.
 *
 * @param features as for `loadConfig`; `router` and `backend/http/client` are always there
 */
export function schemasOf (features: readonly FeatureSchema[]): Schemas {
  const known = withRouter(features)
  const { properties: root } = serviceSchema
  const { properties: endpoint } = endpointSchema
  const { properties: backend } = backendSchema
  return {
    service: {
      ...serviceSchema,
      required: ['version'],
      properties: {
        ...root,
        version: { ...root.version, const: version },
        port: { ...root.port, minimum: 0, maximum: 65535 },
        output_encoding: { ...root.output_encoding, enum: outputEncodings }
      }
    },
    endpoint: {
      ...endpointSchema,
      required: ['endpoint', 'backend'],
      properties: {
        ...endpoint,
        endpoint: { ...endpoint.endpoint, pattern: '^/', examples: ['/orders/{id}', '/files/*'] },
        method: { ...endpoint.method, enum: [...servedMethods] },
        output_encoding: { ...endpoint.output_encoding, enum: outputEncodings },
        backend: { ...endpoint.backend, minItems: 1 }
      }
    },
    backend: {
      ...backendSchema,
      required: ['url_pattern'],
      properties: {
        ...backend,
        encoding: { ...backend.encoding, enum: encodings },
        sd: { ...backend.sd, enum: [...discoveries] }
      }
    },
    clientTls: { ...ClientTlsOptions, description: 'TLS towards backends: trust, certificates to show, versions, suites and curves.' },
    namespaces: [
      ...describePlugins(known).flatMap(
        ({ namespace, schemas }) =>
          (Object.entries(schemas) as [Level, JsonSchema | undefined][])
            .flatMap(([level, schema]) => schema === undefined ? [] : [{ namespace, level, schema }])
      ),
      { namespace: clientNamespace, level: 'backend', schema: { ...HttpClientOptions, description: 'How this backend is reached.' } }
    ]
  }
}
