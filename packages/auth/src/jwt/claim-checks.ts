import type { Claims } from '@floodgate/core'

export interface ExpectedClaims {
  /** '' = any. */
  readonly issuer: string
  /** The token must have them all. */
  readonly audience: readonly string[]
  /** Seconds by which clocks may differ. */
  readonly leeway: number
}

/** Says why claims do not do; null = they do. `now` in seconds. */
export type CheckClaims = (claims: Claims, now: number) => string | null

/** Beyond this a date is a mistake: the year 31,690,708. */
const latest = 1e15

/**
 * Creates the check of the registered claims (RFC 7519, section 4.1), as the reference makes it: dates first, each only
 * where it is there, then issuer and audience. Claims of another type than the RFC gives them are refused.
 */
export function createClaimCheck ({ issuer, audience, leeway }: ExpectedClaims): CheckClaims {
  return function checkClaims (claims, now) {
    const { exp = null, nbf = null, iat = null, iss = null, sub = null, jti = null, aud } = claims
    if (!isDate(exp) || !isDate(nbf) || !isDate(iat)) return 'exp, nbf or iat is no date'
    if (!isText(iss) || !isText(sub) || !isText(jti)) return 'iss, sub or jti is no text'
    if (exp !== null && now - leeway > exp) return 'it has expired'
    if (nbf !== null && now + leeway < nbf) return 'it is not valid yet'
    if (iat !== null && now + leeway < iat) return 'it was issued in the future'
    if (issuer !== '' && iss !== issuer) return 'its issuer is another one'
    return checkAudience(aud, audience)
  }
}

function checkAudience (aud: unknown, expected: readonly string[]): string | null {
  if (aud === undefined) return expected.length === 0 ? null : 'it has no audience'
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audience.every((item) => typeof item === 'string')) return 'aud is no text and no list of texts'
  return expected.every((item) => audience.includes(item)) ? null : 'its audience is another one'
}

function isDate (value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Math.abs(value) < latest)
}

function isText (value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
