/** Algorithms of `alg`, RFC 7518, section 3.1 and RFC 8037. "none" is not supported. */
export const algorithms = [
  'EdDSA', 'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'
] as const

export type Algorithm = typeof algorithms[number]

/** Returns the algorithms that a key can be used with, by its type and curve; empty if none is supported. */
export function algorithmsOf ({ kty, crv }: { kty?: unknown, crv?: unknown }): readonly Algorithm[] {
  switch (kty) {
    case 'RSA': return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
    case 'oct': return ['HS256', 'HS384', 'HS512']
    case 'OKP': return crv === 'Ed25519' ? ['EdDSA'] : []
    case 'EC': return crv === 'P-256' ? ['ES256'] : crv === 'P-384' ? ['ES384'] : crv === 'P-521' ? ['ES512'] : []
    default: return []
  }
}

/** Returns the digest of an algorithm. */
export function digestOf (algorithm: Algorithm): string {
  return `sha${algorithm.slice(2)}`
}
