import type { Static } from 'typebox'

export const namespace = 'auth/api-keys'

const strategy = { enum: ['header', 'query_string'], description: 'Where clients send their key: in a header or in the query string.' }

/** Settings of the service's `auth/api-keys`: KrakenD page "API key authentication". */
export const ApiKeysSettings = {
  type: 'object',
  properties: {
    keys: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          key: { type: 'string', minLength: 1, description: 'The key, or its hash in hexadecimal digits.' },
          roles: { type: 'array', items: { type: 'string' }, description: 'Roles of the key.' }
        },
        required: ['key']
      },
      description: 'Known keys and their roles.'
    },
    hash: {
      type: 'string',
      enum: ['plain', 'sha256', 'sha1', 'fnv128'],
      default: 'plain',
      description: 'Hash function that the keys in this configuration are hashed with; "plain" for none.'
    },
    salt: { type: 'string', default: '', description: 'Salt: prepended to a key before it is hashed.' },
    strategy: { type: 'string', ...strategy, default: 'header' },
    identifier: { type: 'string', description: 'Name of the header or query parameter with the key. Default: Authorization, or key.' },
    propagate_role: { type: 'string', default: '', description: 'Header that passes the matching role to backends, or ANY.' }
  },
  required: ['keys']
} as const
export type ApiKeysSettings = Static<typeof ApiKeysSettings>

/** Settings of an endpoint's `auth/api-keys`. */
export const EndpointApiKeysSettings = {
  type: 'object',
  properties: {
    roles: { type: 'array', items: { type: 'string' }, description: 'Roles that may use the endpoint; empty: every known key may.' },
    strategy: { type: 'string', ...strategy },
    identifier: { type: 'string', description: 'Name of the header or query parameter with the key; overrides the service\'s.' },
    client_max_rate: { type: 'number', minimum: 0, description: 'Requests per second for each key; 0: no limit.' }
  }
} as const
export type EndpointApiKeysSettings = Static<typeof EndpointApiKeysSettings>
