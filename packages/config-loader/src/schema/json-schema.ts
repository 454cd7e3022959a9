import type { FeatureSchema } from '@floodgate/core'
import { knownNamespaces, type Level } from '@floodgate/settings'
import { clientNamespace } from '../namespaces/namespaces.ts'
import { schemasOf, type NamespaceSchema } from './schemas.ts'
import { strictSchema, type JsonSchema } from './strict-schema.ts'

const dialect = 'http://json-schema.org/draft-07/schema#'

/**
 * Creates the JSON Schema (draft 7, which editors support best) of whole configurations: the root, endpoints, backends,
 * and the settings of every namespace that a feature implements. It is stricter than the loader, which converts values
 * and ignores the case of keys: an editor should suggest the exact spelling.
 *
 * @param features as for `loadConfig`; `router` and `backend/http/client` are always included
 */
export function createConfigurationSchema (features: readonly FeatureSchema[] = []): JsonSchema {
  const { service, endpoint, backend, clientTls, namespaces } = schemasOf(features)
  return {
    $schema: dialect,
    title: 'Floodgate configuration',
    description: 'A gateway in the KrakenD v3 configuration format.',
    ...strictSchema(withParts(service, { client_tls: 'client_tls', endpoints: 'endpoint', extra_config: 'service_extra_config' })),
    definitions: {
      endpoint: strictSchema(withParts(endpoint, { backend: 'backend', extra_config: 'endpoint_extra_config' })),
      backend: strictSchema(withParts(backend, { extra_config: 'backend_extra_config' })),
      client_tls: strictSchema(clientTls),
      service_extra_config: extraConfig('service', namespaces),
      endpoint_extra_config: extraConfig('endpoint', namespaces),
      backend_extra_config: extraConfig('backend', namespaces)
    }
  }
}

/** A schema of which some properties, or the items of lists, are definitions. */
function withParts (schema: JsonSchema, parts: Readonly<Record<string, string>>): JsonSchema {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>>
  const refer = ([key, definition]: [string, string]) => {
    const reference = { $ref: `#/definitions/${definition}` }
    return [key, properties[key]?.['type'] === 'array' ? { ...properties[key], items: reference } : reference] as const
  }
  return { ...schema, properties: { ...properties, ...Object.fromEntries(Object.entries(parts).map(refer)) } }
}

/** Namespaces at one level: the implemented ones, those that only KrakenD has, and names of version 1. */
function extraConfig (level: Level, namespaces: readonly NamespaceSchema[]): JsonSchema {
  const implemented = Object.fromEntries(
    namespaces.flatMap(
      ({ namespace, level: of, schema }) =>
        of !== level ? [] : [[namespace, strictSchema(namespace === clientNamespace ? withParts(schema, { client_tls: 'client_tls' }) : schema)]]
    )
  )
  const known = Object.entries(knownNamespaces)
  const elsewhere = known.flatMap(([namespace, { levels }]) => levels.includes(level) && !(namespace in implemented)
    ? [[namespace, { description: 'A namespace of KrakenD that this gateway does not implement.' }]]
    : [])
  return {
    type: 'object',
    description: 'Components by namespace.',
    properties: { ...Object.fromEntries(elsewhere), ...implemented },
    patternProperties: { '^[@$_#]': {}, '^github[._]com/': { description: 'A name of version 1 of the format.' } },
    additionalProperties: false
  }
}
