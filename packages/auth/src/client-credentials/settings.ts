import { Type, type Static } from 'typebox'

export const namespace = 'auth/client-credentials'

/** Settings of a backend's `auth/client-credentials`: KrakenD page "Client credentials". */
export const ClientCredentialsSettings = Type.Object({
  client_id: Type.String({ minLength: 1, description: 'Who asks for tokens.' }),
  client_secret: Type.String({ description: 'The secret of who asks.' }),
  token_url: Type.String({ minLength: 1, description: 'Where tokens are given out.' }),
  scopes: Type.Optional(Type.String({ default: '', description: 'What is asked for, with commas between.' })),
  endpoint_params: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()), { description: 'Further parameters of the request for a token.' })),
  is_disabled: Type.Optional(Type.Boolean({ default: false, description: 'Switches all of it off.' }))
})
export type ClientCredentialsSettings = Static<typeof ClientCredentialsSettings>
