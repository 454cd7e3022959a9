import type { Static } from 'typebox'

export const namespace = 'auth/api-keys'

const strategy = { enum: ['header', 'query_string'], description: 'Where clients send their key.' }

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
          roles: { type: 'array', items: { type: 'string' }, description: 'What its holder may be.' }
        },
        required: ['key']
      },
      description: 'Who may come in.'
    },
    hash: { type: 'string', enum: ['plain', 'sha256', 'sha1', 'fnv128'], default: 'plain', description: 'How the keys are written here.' },
    salt: { type: 'string', default: '', description: 'Text in front of a key when it is hashed.' },
    strategy: { type: 'string', ...strategy, default: 'header' },
    identifier: { type: 'string', description: 'Name of the header or parameter with the key. Default Authorization, or key.' },
    propagate_role: { type: 'string', default: '', description: 'Header that tells backends the role that fitted, or ANY.' }
  },
  required: ['keys']
} as const
export type ApiKeysSettings = Static<typeof ApiKeysSettings>

/** Settings of an endpoint's `auth/api-keys`. */
export const EndpointApiKeysSettings = {
  type: 'object',
  properties: {
    roles: { type: 'array', items: { type: 'string' }, description: 'Roles that may come in; none = every key may.' },
    strategy: { type: 'string', ...strategy },
    identifier: { type: 'string', description: 'Name of the header or parameter with the key, in place of the service\'s.' },
    client_max_rate: { type: 'number', minimum: 0, description: 'Requests per second and key; 0 = no limit.' }
  }
} as const
export type EndpointApiKeysSettings = Static<typeof EndpointApiKeysSettings>
