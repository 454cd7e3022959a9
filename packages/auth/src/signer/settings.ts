import { Type, type Static } from 'typebox'
import { algorithmSchema, keyProperties } from '../keys/settings.ts'

export const namespace = 'auth/signer'

/** Settings of an endpoint's `auth/signer`: KrakenD page "JWT signing". */
export const SignerSettings = Type.Object({
  alg: Type.String(algorithmSchema),
  kid: Type.String({ description: 'Id of the key to sign with.' }),
  keys_to_sign: Type.Array(Type.String(), { minItems: 1, description: 'Fields of the answer that become tokens, where they hold an object.' }),
  full: Type.Optional(Type.Boolean({ default: false, description: 'Tokens in JSON (RFC 7515, section 7.2.2) instead of the compact form.' })),
  ...keyProperties,
  leeway: Type.Optional(Type.String({ format: 'go-duration', description: 'Without effect: nothing is checked when signing.' }))
})
export type SignerSettings = Static<typeof SignerSettings>
