import { Type, type Static } from 'typebox'

export const namespace = 'auth/revoker'

/** Settings of the service's `auth/revoker`: KrakenD page "Revoking tokens". */
export const RevokerSettings = Type.Object({
  token_keys: Type.Array(Type.String(), { description: 'Claims whose values can be revoked.' }),
  TTL: Type.Integer({ minimum: 1, description: 'How long a value stays revoked, in seconds: the lifetime of tokens.' }),
  N: Type.Integer({ minimum: 1, description: 'How many values can be revoked at a time.' }),
  port: Type.Integer({ minimum: 0, maximum: 65535, description: 'Where values are revoked, over HTTP.' }),
  P: Type.Optional(Type.Number({ description: 'Without effect: no token is taken for another.' })),
  hash_name: Type.Optional(Type.String({ enum: ['optimal', 'default'], description: 'Without effect, like `P`.' })),
  revoke_server_api_key: Type.Optional(Type.String({ description: 'Key that the port asks for; without it only this machine may use it.' })),
  revoke_server_ping_url: Type.Optional(Type.String({ description: 'Refused: no revoke server is told about this gateway.' })),
  revoke_server_ping_interval: Type.Optional(Type.String({ description: 'Without effect.' })),
  revoke_server_max_retries: Type.Optional(Type.Integer({ description: 'Without effect.' })),
  revoke_server_max_workers: Type.Optional(Type.Integer({ description: 'Without effect.' }))
})
export type RevokerSettings = Static<typeof RevokerSettings>
