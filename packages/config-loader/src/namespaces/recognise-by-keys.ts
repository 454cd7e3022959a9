import { ClientTlsOptions } from '@floodgate/http-client'
import { foldKey, isObject } from '@floodgate/settings'

/** Settings that are recognized by their keys, regardless of their name. */
export interface RecognisedSettings {
  /** A namespace, or the key `client_tls` or `tls` of the root. */
  readonly name: string
  /** The two characteristic keys. */
  readonly by: readonly [string, string]
}

const tlsKeys = Object.keys(ClientTlsOptions.properties).filter((key) => key !== 'ca_certs')
const keySets = ['jwk_url', 'jwk_local_path']

/** Pairs of keys that only appear together in the settings of one thing; the first matching pair is used. */
const pairs: readonly { readonly name: string, readonly first: readonly string[], readonly second: readonly string[] }[] = [
  { name: 'auth/signer', first: ['keys_to_sign'], second: [...keySets, 'kid'] },
  { name: 'auth/validator', first: ['alg'], second: keySets },
  { name: 'auth/validator', first: keySets, second: ['audience', 'issuer', 'roles', 'roles_key', 'scopes', 'scopes_key', 'cookie_key'] },
  { name: 'tls', first: ['enable_mtls'], second: ['keys', 'ca_certs', 'public_key', 'private_key', ...tlsKeys] },
  { name: 'client_tls', first: ['ca_certs'], second: tlsKeys }
]

/** Recognizes settings by two characteristic keys of an object; null if there are none. */
export function recogniseByKeys (value: unknown): RecognisedSettings | null {
  if (!isObject(value)) return null
  const keys = new Set(Object.keys(value).map(foldKey))
  for (const { name, first, second } of pairs) {
    const one = first.find((key) => keys.has(key))
    const other = second.find((key) => keys.has(key))
    if (one !== undefined && other !== undefined) return { name, by: [one, other] }
  }
  return null
}
