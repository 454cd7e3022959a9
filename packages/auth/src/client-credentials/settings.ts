import type { Static } from 'typebox'

export const namespace = 'auth/client-credentials'

/** Settings of a backend's `auth/client-credentials`: KrakenD page "Client credentials". */
export const ClientCredentialsSettings = {
  type: 'object',
  properties: {
    client_id: { type: 'string', minLength: 1, description: 'Client id.' },
    client_secret: { type: 'string', description: 'Client secret.' },
    token_url: { type: 'string', minLength: 1, description: 'Address of the token server.' },
    scopes: { type: 'string', default: '', description: 'Scopes to request, separated by commas.' },
    endpoint_params: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      description: 'Further parameters of the request for a token.'
    },
    is_disabled: { type: 'boolean', default: false, description: 'Disables the namespace.' }
  },
  required: ['client_id', 'client_secret', 'token_url']
} as const
export type ClientCredentialsSettings = Static<typeof ClientCredentialsSettings>
