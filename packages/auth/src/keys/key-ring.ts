import { createHash, createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { importJWK } from 'jose/key/import'
import { FG_ERR_AUTH_KEY_SET } from '../errors.ts'
import { algorithmsOf, type Algorithm } from '../jwt/algorithms.ts'

/** A key of a set, imported once. */
export interface Key {
  /** For verifying. */
  readonly key: KeyObject
  /** For signing; null if the set has only the public key. */
  readonly signing: KeyObject | null
  readonly kid: string
  readonly algorithms: readonly Algorithm[]
}

/** How the key of a token is identified: `key_identify_strategy`. */
export type KeyStrategy = 'kid' | 'x5t' | 'x5t#S256' | 'kid_x5t'

/** The usable keys of one key set. */
export interface KeyRing {
  readonly size: number
  /** Returns the keys with an id. There may be several, because ids need not be unique (RFC 7517, section 4.5). */
  find (id: string, strategy: KeyStrategy): readonly Key[]
}

interface Entry extends Key { readonly x5t: string, readonly x5tS256: string }

const none: readonly Key[] = []
const maxKeys = 1000
/** RFC 7518, section 3.3. */
const minModulus = 2048

/**
 * Reads a JSON Web Key Set (RFC 7517, section 5) and imports its keys. Keys that cannot be used are left out.
 *
 * @param from what to call the set in errors
 * @throws {FG_ERR_AUTH_KEY_SET} it is not a key set, or none of its keys can be used
 */
export async function readKeyRing (json: string, from: string): Promise<KeyRing> {
  const listed = readKeys(json, from)
  const entries = (await Promise.all(listed.slice(0, maxKeys).map(importKey))).filter((entry) => entry !== null)
  if (entries.length === 0) {
    throw new FG_ERR_AUTH_KEY_SET(
      from,
      listed.length === 0
        ? 'it has no keys'
        : `none of its ${listed.length} keys can verify signatures (supported: RSA of 2048 bits or more, EC, Ed25519, oct)`
    )
  }
  const indexes = new Map<KeyStrategy, Map<string, Key[]>>()
  return {
    size: entries.length,
    find (id, strategy) {
      let index = indexes.get(strategy)
      if (index === undefined) indexes.set(strategy, index = indexKeys(entries, strategy))
      return index.get(id) ?? none
    }
  }
}

function readKeys (json: string, from: string): readonly unknown[] {
  let set: unknown
  try {
    set = JSON.parse(json)
  } catch {
    throw new FG_ERR_AUTH_KEY_SET(from, 'it is not JSON')
  }
  const keys = typeof set === 'object' && set !== null ? (set as { keys?: unknown }).keys : undefined
  if (!Array.isArray(keys)) throw new FG_ERR_AUTH_KEY_SET(from, 'it has no list "keys"')
  return keys
}

function indexKeys (entries: readonly Entry[], strategy: KeyStrategy): Map<string, Key[]> {
  const index = new Map<string, Key[]>()
  for (const entry of entries) {
    const id = idOf(entry, strategy)
    const keys = index.get(id)
    if (keys === undefined) index.set(id, [entry])
    else keys.push(entry)
  }
  return index
}

function idOf ({ kid, x5t, x5tS256 }: Entry, strategy: KeyStrategy): string {
  switch (strategy) {
    case 'x5t': return x5t
    case 'x5t#S256': return x5tS256
    case 'kid_x5t': return kid + x5t
    default: return kid
  }
}

async function importKey (listed: unknown): Promise<Entry | null> {
  if (typeof listed !== 'object' || listed === null) return null
  const jwk = listed as JWK
  const usable = algorithmsOf(jwk)
  if (usable.length === 0 || jwk.use === 'enc') return null
  try {
    // `alg` only selects how jose imports the key; the configuration decides which algorithm is accepted.
    const imported = await importJWK({ ...jwk, alg: usable[0]!, use: 'sig', ext: true, key_ops: undefined } as unknown as JWK)
    const object = imported instanceof Uint8Array ? createSecretKey(imported) : KeyObject.from(imported as never)
    if (object.type === 'secret' && object.symmetricKeySize === 0) return null
    const key = object.type === 'private' ? createPublicKey(object) : object
    if ((key.asymmetricKeyDetails?.modulusLength ?? minModulus) < minModulus) return null
    const { kid = '' } = jwk
    return {
      key,
      signing: object.type === 'public' ? null : object,
      kid: String(kid),
      algorithms: usable,
      x5t: thumbprint(jwk.x5t, jwk.x5c, 'sha1'),
      x5tS256: thumbprint(jwk['x5t#S256'], jwk.x5c, 'sha256')
    }
  } catch {
    return null
  }
}

/** Returns the certificate thumbprint that the key states, or the one computed from its certificate. */
function thumbprint (said: unknown, chain: unknown, digest: string): string {
  if (typeof said === 'string') return said.replace(/=+$/, '')
  const [leaf] = Array.isArray(chain) ? chain as unknown[] : []
  return typeof leaf === 'string' ? createHash(digest).update(Buffer.from(leaf, 'base64')).digest('base64url') : ''
}
