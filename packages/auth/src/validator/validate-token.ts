import type { Claims } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import { createClaimCheck } from '../jwt/claim-checks.ts'
import { createRoleCheck, createScopeCheck } from '../jwt/permissions.ts'
import { createSignatureCheck } from '../jwt/signature.ts'
import { readToken, type Token, type TokenHeader } from '../jwt/token.ts'
import { freezeClaims, type VerifiedTokens, type VerifiedToken } from '../jwt/verified-tokens.ts'
import type { Key, KeyStrategy } from '../keys/key-ring.ts'
import type { KeyPolicy, KeySource } from '../keys/key-source.ts'
import type { ValidatorSettings } from './settings.ts'

/** The verdict on a token: its claims, or why it is refused. */
export type Verdict = { readonly claims: Claims } | { readonly status: 401 | 403, readonly reason: string }

/** Validates a token; synchronously if its key is in memory. */
export type ValidateToken = (text: string) => Verdict | Promise<Verdict>

export interface TokenValidatorOptions {
  readonly source: KeySource
  /** Cache of verified tokens. */
  readonly memory: VerifiedTokens
  /** Returns whether a token with these claims is revoked. */
  isRevoked (claims: Claims): boolean
  /** Shortest time that keys are reused, in ms. */
  readonly sharedMaxAge: number
  /** Clock in ms since 1970; replaced in tests. */
  now? (): number
}

const defaultMaxAge = 900
const longestId = 1024

/**
 * Creates the validator of an endpoint's tokens. The order is the reference's: form, algorithm, key, signature, dates,
 * issuer and audience, revocation, roles, scopes.
 */
export function createTokenValidator (
  settings: ValidatorSettings,
  { source, memory, isRevoked, sharedMaxAge, now = Date.now }: TokenValidatorOptions
): ValidateToken {
  const algorithm = settings.alg
  const policy = policyOf(settings, sharedMaxAge)
  const isSigned = createSignatureCheck(algorithm)
  const checkClaims = createClaimCheck({ issuer: settings.issuer ?? '', audience: settings.audience ?? [], leeway: leewayOf(settings) })
  const hasRole = createRoleCheck(settings)
  const hasScope = createScopeCheck(settings)

  function validate (text: string): Verdict | Promise<Verdict> {
    const known = memory.find(text)
    const token = known ?? readToken(text)
    if (token === null) return unauthorized('it is not a signed JSON Web Token in compact form')
    const { header } = token
    if (header.alg !== algorithm) return unauthorized('its algorithm is not the configured one')
    const id = idOf(header, policy.strategy)
    if (id.length > longestId) return unauthorized('its key id is too long')
    const keys = source.find(id, policy)
    return Array.isArray(keys)
      ? validateWith(text, known, keys as readonly Key[])
      : (keys as Promise<readonly Key[]>).then((keys) => validateWith(text, known, keys))
  }

  function validateWith (text: string, known: VerifiedToken | undefined, keys: readonly Key[]): Verdict {
    if (keys.length === 0) return unauthorized('its key is unknown')
    // It was verified with a key that is still valid for its id.
    if (known !== undefined && keys.includes(known.key)) return validateClaims(known.claims)
    const token = readToken(text)!
    const key = keys.find(({ key, algorithms }) => algorithms.includes(algorithm) && verifies(key, token))
    if (key === undefined) return unauthorized('its signature is invalid')
    const parsed = token.readClaims()
    if (parsed === null) return unauthorized('its claims are not a JSON object')
    const claims = freezeClaims(parsed)
    memory.keep(text, { header: token.header, key, claims })
    return validateClaims(claims)
  }

  function validateClaims (claims: Claims): Verdict {
    const wrong = checkClaims(claims, now() / 1000)
    if (wrong !== null) return unauthorized(wrong)
    if (isRevoked(claims)) return unauthorized('it was revoked')
    if (hasRole !== null && !hasRole(claims)) return forbidden('it has none of the required roles')
    if (hasScope !== null && !hasScope(claims)) return forbidden('it does not have the required scopes')
    return { claims }
  }

  function verifies (key: Key['key'], { input, signature }: Token): boolean {
    try {
      return isSigned(key, input, signature)
    } catch {
      return false
    }
  }

  return validate
}

function policyOf (
  {
    cache = false,
    cache_duration: seconds = 0,
    failed_jwk_key_cooldown: cooldown,
    key_identify_strategy: strategy = 'kid'
  }: ValidatorSettings,
  sharedMaxAge: number
): KeyPolicy {
  const pause = cooldown === undefined ? 0 : parseDuration(cooldown) ?? 0
  return {
    strategy: strategy as KeyStrategy,
    cache,
    maxAge: Math.max((seconds || defaultMaxAge) * 1000, sharedMaxAge),
    cooldown: pause >= 1000 ? pause : 0
  }
}

function leewayOf ({ leeway = '1s' }: ValidatorSettings): number {
  return Math.max(1, Math.round((parseDuration(leeway) ?? 0) / 1000))
}

/** A token without a thumbprint names its key by `kid`, whatever the strategy. */
function idOf ({ kid, x5t, x5tS256 }: TokenHeader, strategy: KeyStrategy): string {
  switch (strategy) {
    case 'x5t': return x5t ?? kid
    case 'x5t#S256': return x5tS256 ?? kid
    case 'kid_x5t': return kid + (x5t ?? kid)
    default: return kid
  }
}

function unauthorized (reason: string): Verdict {
  return { status: 401, reason }
}

function forbidden (reason: string): Verdict {
  return { status: 403, reason }
}
