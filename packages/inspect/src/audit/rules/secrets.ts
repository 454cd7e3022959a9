import { isSecretPlace, originOf } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'
import { describeProxy } from '@floodgate/http-client'
import { clientPlace } from '../../explain/client-place.ts'
import { at, type Rule } from '../rule.ts'

/** Password formats that are not reversible. */
const hashed = /^(?:\$2[abxy]?\$|\$apr1\$|\$argon2|\{SHA\})/

/** Secrets that are readable in the configuration or on the network. */
export const secretRules: readonly Rule[] = [
  {
    id: 'secret-in-clear',
    severity: 'MEDIUM',
    message: 'the configuration contains a secret in plain text: everyone who can read the file knows it',
    remedy: 'insert it when the file is generated, from the environment or a secret store, and restrict access to the result',
    find: ({ loaded }) => loaded.sources.slice(0, 1).flatMap(({ value }) => secretPlaces(value).map((place) => ({ place })))
  },
  {
    id: 'proxy-credentials-in-clear',
    severity: 'HIGH',
    message: 'the credentials of a proxy are sent over a connection without TLS',
    remedy: 'use https:// in proxy_address',
    find: ({ loaded, backends }) => backends.flatMap(({ backend: { client: { proxy }, place } }) => {
      const setting = [...clientPlace(place), 'proxy_address']
      return at(
        setting,
        proxy !== null && proxy.username !== null && proxy.protocol !== 'https' && originOf(loaded, setting) !== null,
        `the credentials of ${proxy && describeProxy(proxy)} are sent over a connection without TLS`
      )
    })
  }
]

function secretPlaces (root: unknown): Place[] {
  const found: Place[] = []
  const open: { value: unknown, place: Place }[] = [{ value: root, place: [] }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, place } = next
    if (typeof value === 'string') {
      if (isSecret(value, place)) found.push(place)
    } else if (typeof value === 'object' && value !== null && !keepsHashes(value)) {
      for (const [key, item] of Object.entries(value)) {
        open.push(
          { value: item, place: [...place, Array.isArray(value) ? Number(key) : key] }
        )
      }
    }
  }
  return found
}

function isSecret (value: string, place: Place): boolean {
  if (value === '' || hashed.test(value)) return false
  return isSecretPlace(place) || (place.at(-1) === 'proxy_address' && /:\/\/[^/]*:[^/]*@/.test(value))
}

/** `auth/api-keys` with hashes of the keys. */
function keepsHashes (value: object): boolean {
  const { hash, keys } = value as { hash?: unknown, keys?: unknown }
  return Array.isArray(keys) && typeof hash === 'string' && hash !== 'plain'
}
