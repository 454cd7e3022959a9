import type { Claims } from '@floodgate/core'

export interface ExpectedClaims {
  /** '' accepts any issuer. */
  readonly issuer: string
  /** Audiences that the token must all have. */
  readonly audience: readonly string[]
  /** Allowed clock difference, in seconds. */
  readonly leeway: number
}

/** Returns why claims are refused, or null if they are accepted. `now` is in seconds. */
export type CheckClaims = (claims: Claims, now: number) => string | null

/** Largest date that is accepted: the year 31,690,708. */
const latest = 1e15

/**
 * Creates the check of the registered claims (RFC 7519, section 4.1) in the reference's order: the dates that are
 * present, then issuer and audience. Claims of another type than the RFC defines are refused.
 */
export function createClaimCheck ({ issuer, audience, leeway }: ExpectedClaims): CheckClaims {
  return function checkClaims (claims, now) {
    const { exp = null, nbf = null, iat = null, iss = null, sub = null, jti = null, aud } = claims
    if (!isDate(exp) || !isDate(nbf) || !isDate(iat)) return 'exp, nbf or iat is not a number of seconds'
    if (!isText(iss) || !isText(sub) || !isText(jti)) return 'iss, sub or jti is not a string'
    if (exp !== null && now - leeway > exp) return 'it has expired'
    if (nbf !== null && now + leeway < nbf) return 'it is not valid yet'
    if (iat !== null && now + leeway < iat) return 'it was issued in the future'
    if (issuer !== '' && iss !== issuer) return 'its issuer is not the configured one'
    return checkAudience(aud, audience)
  }
}

function checkAudience (aud: unknown, expected: readonly string[]): string | null {
  if (aud === undefined) return expected.length === 0 ? null : 'it has no audience'
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audience.every((item) => typeof item === 'string')) return 'aud is neither a string nor a list of strings'
  return expected.every((item) => audience.includes(item)) ? null : 'its audience is not the configured one'
}

function isDate (value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Math.abs(value) < latest)
}

function isText (value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
