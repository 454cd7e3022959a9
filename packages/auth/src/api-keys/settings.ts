import { Type, type Static } from 'typebox'

export const namespace = 'auth/api-keys'

const strategy = { enum: ['header', 'query_string'], description: 'Where clients send their key.' }

/** Settings of the service's `auth/api-keys`: KrakenD page "API key authentication". */
export const ApiKeysSettings = Type.Object({
  keys: Type.Array(Type.Object({
    key: Type.String({ minLength: 1, description: 'The key, or its hash in hexadecimal digits.' }),
    roles: Type.Optional(Type.Array(Type.String(), { description: 'What its holder may be.' }))
  }), { description: 'Who may come in.' }),
  hash: Type.Optional(Type.String({ enum: ['plain', 'sha256', 'sha1', 'fnv128'], default: 'plain', description: 'How the keys are written here.' })),
  salt: Type.Optional(Type.String({ default: '', description: 'Text in front of a key when it is hashed.' })),
  strategy: Type.Optional(Type.String({ ...strategy, default: 'header' })),
  identifier: Type.Optional(Type.String({ description: 'Name of the header or parameter with the key. Default Authorization, or key.' })),
  propagate_role: Type.Optional(Type.String({ default: '', description: 'Header that tells backends the role that fitted, or ANY.' }))
})
export type ApiKeysSettings = Static<typeof ApiKeysSettings>

/** Settings of an endpoint's `auth/api-keys`. */
export const EndpointApiKeysSettings = Type.Object({
  roles: Type.Optional(Type.Array(Type.String(), { description: 'Roles that may come in; none = every key may.' })),
  strategy: Type.Optional(Type.String(strategy)),
  identifier: Type.Optional(Type.String({ description: 'Name of the header or parameter with the key, in place of the service\'s.' })),
  client_max_rate: Type.Optional(Type.Number({ minimum: 0, description: 'Requests per second and key; 0 = no limit.' }))
})
export type EndpointApiKeysSettings = Static<typeof EndpointApiKeysSettings>
