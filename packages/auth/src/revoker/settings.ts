import type { Static } from 'typebox'

export const namespace = 'auth/revoker'

/** Settings of the service's `auth/revoker`: KrakenD page "Revoking tokens". */
export const RevokerSettings = {
  type: 'object',
  properties: {
    token_keys: { type: 'array', items: { type: 'string' }, description: 'Claims whose values can be revoked.' },
    TTL: { type: 'integer', minimum: 1, description: 'How long a value stays revoked, in seconds: the lifetime of tokens.' },
    N: { type: 'integer', minimum: 1, description: 'Largest number of values that are revoked at the same time.' },
    port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Port of the HTTP API that revokes values.' },
    P: { type: 'number', needless: true, description: 'Has no effect: the list of revoked values is exact and needs no Bloom filter.' },
    hash_name: { type: 'string', enum: ['optimal', 'default'], needless: true, description: 'Has no effect, like `P`.' },
    revoke_server_api_key: { type: 'string', description: 'Key that the HTTP API requires; without it the API listens on 127.0.0.1 only.' },
    revoke_server_ping_url: { type: 'string', description: 'Refused: this gateway does not register with a revoke server.' },
    revoke_server_ping_interval: {
      type: 'string',
      inert: 'this gateway does not register with a revoke server',
      description: 'Has no effect.'
    },
    revoke_server_max_retries: {
      type: 'integer',
      inert: 'this gateway does not register with a revoke server',
      description: 'Has no effect.'
    },
    revoke_server_max_workers: {
      type: 'integer',
      inert: 'this gateway does not register with a revoke server',
      description: 'Has no effect.'
    }
  },
  required: ['token_keys', 'TTL', 'N', 'port']
} as const
export type RevokerSettings = Static<typeof RevokerSettings>
