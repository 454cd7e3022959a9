import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, SignJWT, type JWK } from 'jose'

/** Seconds since 1970 that nobody living will see. */
export const farAway = 4_102_444_800

export interface Signer {
  readonly jwk: JWK
  readonly privateJwk: JWK
  readonly publicKey: KeyObject
  /** Signs claims; `header` is added to `alg` and `kid`. */
  sign (claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

/** Makes a key and what signs with it. */
export async function createSigner (alg: string, kid?: string): Promise<Signer> {
  const { publicKey, privateKey } = generate(alg)
  const named = kid === undefined ? {} : { kid }
  const jwk = { ...await exportJWK(publicKey), ...named }
  return {
    jwk,
    privateJwk: { ...await exportJWK(privateKey), ...named },
    publicKey,
    sign: (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg, ...named, ...header }).sign(privateKey)
  }
}

/** Makes a shared secret and what signs with it. */
export function createSecretSigner (alg: string, kid: string, secret = Buffer.alloc(64, kid)): Pick<Signer, 'jwk' | 'sign'> {
  return {
    jwk: { kty: 'oct', kid, k: secret.toString('base64url') },
    sign: (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(secret)
  }
}

/** Writes a key set. */
export function keySet (...signers: readonly { jwk: JWK }[]): string {
  return JSON.stringify({ keys: signers.map(({ jwk }) => jwk) })
}

/** Base64url of a value's JSON. */
export function encode (value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

function generate (alg: string): { publicKey: KeyObject, privateKey: KeyObject } {
  switch (alg) {
    case 'EdDSA': return generateKeyPairSync('ed25519')
    case 'ES256': return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'ES384': return generateKeyPairSync('ec', { namedCurve: 'P-384' })
    case 'ES512': return generateKeyPairSync('ec', { namedCurve: 'P-521' })
    default: return generateKeyPairSync('rsa', { modulusLength: 2048 })
  }
}
