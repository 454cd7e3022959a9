import type { Static } from 'typebox'
import { algorithmSchema, keyProperties } from '../keys/settings.ts'

export const namespace = 'auth/validator'

/** Settings of an endpoint's `auth/validator`: KrakenD page "JWT validation". */
export const ValidatorSettings = {
  type: 'object',
  properties: {
    alg: { type: 'string', ...algorithmSchema },
    ...keyProperties,
    audience: { type: 'array', items: { type: 'string' }, description: 'Audiences that the token must all have.' },
    issuer: { type: 'string', description: 'Issuer that the token must have.' },
    roles: { type: 'array', items: { type: 'string' }, description: 'Roles; the token must have one of them.' },
    roles_key: { type: 'string', default: 'roles', description: 'Claim with the roles.' },
    roles_key_is_nested: { type: 'boolean', default: false, description: 'Whether dots in `roles_key` lead into nested objects.' },
    scopes: {
      type: 'array',
      items: { type: 'string' },
      description: 'Scopes; the token must have one or all of them. Requires `scopes_key`.'
    },
    scopes_key: { type: 'string', description: 'Claim with the scopes; dots lead into nested objects.' },
    scopes_matcher: { type: 'string', enum: ['any', 'all'], default: 'any', description: 'Whether any or all of the scopes are required.' },
    propagate_claims: {
      type: 'array',
      items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
      description: 'Pairs of a claim (dots lead into nested objects) and the header it is copied to.'
    },
    propagate_claims_preserve_array: {
      type: 'boolean',
      default: false,
      description: 'Sends a list as several header lines instead of one comma-separated line.'
    },
    cookie_key: { type: 'string', description: 'Cookie with the token, used if the header has none. Default: access_token.' },
    auth_header_name: { type: 'string', default: 'Authorization', description: 'Header with the token, with or without "Bearer ".' },
    key_identify_strategy: {
      type: 'string',
      enum: ['kid', 'x5t', 'x5t#S256', 'kid_x5t'],
      default: 'kid',
      description: 'How the key of a token is identified.'
    },
    cache: { type: 'boolean', default: false, description: 'Caches the keys of `jwk_url`; without it they are fetched for each request.' },
    cache_duration: { type: 'integer', minimum: 0, default: 900, description: 'How long keys are cached, in seconds; 0: 900.' },
    failed_jwk_key_cooldown: {
      type: 'string',
      format: 'go-duration',
      description: 'How long a key id that the key set lacks is not fetched again; values below 1s have no effect.'
    },
    leeway: { type: 'string', format: 'go-duration', default: '1s', description: 'Allowed clock difference; whole seconds, at least 1s.' },
    operation_debug: { type: 'boolean', default: false, description: 'Logs why a token is refused, at level error.' }
  },
  required: ['alg']
} as const
export type ValidatorSettings = Static<typeof ValidatorSettings>

/** Settings of the service's `auth/validator`: KrakenD page "JWK caching". */
export const SharedCacheSettings = {
  type: 'object',
  properties: {
    shared_cache_duration: {
      type: 'integer',
      minimum: 0,
      default: 900,
      description: 'Shortest time that endpoints with `cache` keep keys, in seconds; 0: 900.'
    }
  }
} as const
export type SharedCacheSettings = Static<typeof SharedCacheSettings>
