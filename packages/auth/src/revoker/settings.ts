import type { Static } from 'typebox'

export const namespace = 'auth/revoker'

/** Settings of the service's `auth/revoker`: KrakenD page "Revoking tokens". */
export const RevokerSettings = {
  type: 'object',
  properties: {
    token_keys: { type: 'array', items: { type: 'string' }, description: 'Claims whose values can be revoked.' },
    TTL: { type: 'integer', minimum: 1, description: 'How long a value stays revoked, in seconds: the lifetime of tokens.' },
    N: { type: 'integer', minimum: 1, description: 'How many values can be revoked at a time.' },
    port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Where values are revoked, over HTTP.' },
    P: { type: 'number', needless: true, description: 'Without effect: no token is taken for another.' },
    hash_name: { type: 'string', enum: ['optimal', 'default'], needless: true, description: 'Without effect, like `P`.' },
    revoke_server_api_key: { type: 'string', description: 'Key that the port asks for; without it only this machine may use it.' },
    revoke_server_ping_url: { type: 'string', description: 'Refused: no revoke server is told about this gateway.' },
    revoke_server_ping_interval: { type: 'string', inert: 'no revoke server is told about this gateway', description: 'Without effect.' },
    revoke_server_max_retries: { type: 'integer', inert: 'no revoke server is told about this gateway', description: 'Without effect.' },
    revoke_server_max_workers: { type: 'integer', inert: 'no revoke server is told about this gateway', description: 'Without effect.' }
  },
  required: ['token_keys', 'TTL', 'N', 'port']
} as const
export type RevokerSettings = Static<typeof RevokerSettings>
