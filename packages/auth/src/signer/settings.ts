import type { Static } from 'typebox'
import { algorithmSchema, keyProperties } from '../keys/settings.ts'

export const namespace = 'auth/signer'

/** Settings of an endpoint's `auth/signer`: KrakenD page "JWT signing". */
export const SignerSettings = {
  type: 'object',
  properties: {
    alg: { type: 'string', ...algorithmSchema },
    kid: { type: 'string', description: 'Id of the signing key.' },
    keys_to_sign: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'Fields of the response to sign; only objects are signed.'
    },
    full: { type: 'boolean', default: false, description: 'Tokens in JSON (RFC 7515, section 7.2.2) instead of the compact form.' },
    ...keyProperties,
    leeway: { type: 'string', format: 'go-duration', needless: true, description: 'Has no effect: nothing is checked when signing.' }
  },
  required: ['alg', 'kid', 'keys_to_sign']
} as const
export type SignerSettings = Static<typeof SignerSettings>
