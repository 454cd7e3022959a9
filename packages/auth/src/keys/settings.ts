import { algorithms } from '../jwt/algorithms.ts'

export const algorithmSchema = { enum: algorithms, description: 'The only algorithm that is accepted.' } as const

/** Key settings shared by several namespaces: KrakenD pages "JWT validation" and "JWT signing". */
export const keyProperties = {
  jwk_url: { type: 'string', description: 'Address of the key set.' },
  jwk_local_path: { type: 'string', description: 'File with the key set; read at start and on SIGHUP. Takes precedence over `jwk_url`.' },
  jwk_local_ca: {
    type: 'string',
    description: 'File with certificates to trust, in addition to the default ones, when the keys are fetched.'
  },
  jwk_fingerprints: {
    type: 'array',
    items: { type: 'string' },
    description: 'SHA-256 of public keys, base64: the chain of the key server must hold one of them.'
  },
  cipher_suites: { type: 'array', items: { type: 'integer' }, description: 'IANA numbers of the cipher suites used to fetch keys.' },
  disable_jwk_security: {
    type: 'boolean',
    default: false,
    description: 'Allows keys from a file, over plain HTTP, or from a server whose certificate is not trusted.'
  },
  secret_url: { type: 'string', description: 'Refused: encrypted key sets are not supported.' },
  cypher_key: { type: 'string', description: 'Refused, like `secret_url`.' }
} as const

export interface KeySettings {
  readonly jwk_url?: string
  readonly jwk_local_path?: string
  readonly jwk_local_ca?: string
  readonly jwk_fingerprints?: readonly string[]
  readonly cipher_suites?: readonly number[]
  readonly disable_jwk_security?: boolean
  readonly secret_url?: string
  readonly cypher_key?: string
}
