import type { Static } from 'typebox'

export const namespace = 'auth/client-credentials'

/** Settings of a backend's `auth/client-credentials`: KrakenD page "Client credentials". */
export const ClientCredentialsSettings = {
  type: 'object',
  properties: {
    client_id: { type: 'string', minLength: 1, description: 'Who asks for tokens.' },
    client_secret: { type: 'string', description: 'The secret of who asks.' },
    token_url: { type: 'string', minLength: 1, description: 'Where tokens are given out.' },
    scopes: { type: 'string', default: '', description: 'What is asked for, with commas between.' },
    endpoint_params: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } }, description: 'Further parameters of the request for a token.' },
    is_disabled: { type: 'boolean', default: false, description: 'Switches all of it off.' }
  },
  required: ['client_id', 'client_secret', 'token_url']
} as const
export type ClientCredentialsSettings = Static<typeof ClientCredentialsSettings>
