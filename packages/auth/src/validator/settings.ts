import type { Static } from 'typebox'
import { algorithmSchema, keyProperties } from '../keys/settings.ts'

export const namespace = 'auth/validator'

/** Settings of an endpoint's `auth/validator`: KrakenD page "JWT validation". */
export const ValidatorSettings = {
  type: 'object',
  properties: {
    alg: { type: 'string', ...algorithmSchema },
    ...keyProperties,
    audience: { type: 'array', items: { type: 'string' }, description: 'The token must be meant for all of them.' },
    issuer: { type: 'string', description: 'Who must have issued the token.' },
    roles: { type: 'array', items: { type: 'string' }, description: 'The token must have one of them.' },
    roles_key: { type: 'string', default: 'roles', description: 'Claim with the roles.' },
    roles_key_is_nested: { type: 'boolean', default: false, description: 'Dots in `roles_key` lead into objects.' },
    scopes: { type: 'array', items: { type: 'string' }, description: 'The token must have one of them, or all; only with `scopes_key`.' },
    scopes_key: { type: 'string', description: 'Claim with the scopes; dots lead into objects.' },
    scopes_matcher: { type: 'string', enum: ['any', 'all'], default: 'any', description: 'How many of the scopes it takes.' },
    propagate_claims: { type: 'array', items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 }, description: 'Pairs of a claim (dots lead into objects) and the header that it goes into.' },
    propagate_claims_preserve_array: { type: 'boolean', default: false, description: 'A list becomes several headers instead of one with commas.' },
    cookie_key: { type: 'string', description: 'Cookie to look into where the header has no token. Default access_token.' },
    auth_header_name: { type: 'string', default: 'Authorization', description: 'Header with the token, behind "Bearer " or alone.' },
    key_identify_strategy: { type: 'string', enum: ['kid', 'x5t', 'x5t#S256', 'kid_x5t'], default: 'kid', description: 'What names the key of a token.' },
    cache: { type: 'boolean', default: false, description: 'Keeps the keys of `jwk_url`; without it they are fetched for each request.' },
    cache_duration: { type: 'integer', minimum: 0, default: 900, description: 'How long, in seconds; 0 = 900.' },
    failed_jwk_key_cooldown: { type: 'string', format: 'go-duration', description: 'How long an id that the key set does not have is not asked for again; less than 1s does nothing.' },
    leeway: { type: 'string', format: 'go-duration', default: '1s', description: 'By how much clocks may differ; whole seconds, at least one.' },
    operation_debug: { type: 'boolean', default: false, description: 'Logs why a token is refused, at level error.' }
  },
  required: ['alg']
} as const
export type ValidatorSettings = Static<typeof ValidatorSettings>

/** Settings of the service's `auth/validator`: KrakenD page "JWK caching". */
export const SharedCacheSettings = {
  type: 'object',
  properties: {
    shared_cache_duration: { type: 'integer', minimum: 0, default: 900, description: 'How long endpoints with `cache` keep keys at least, in seconds; 0 = 900.' }
  }
} as const
export type SharedCacheSettings = Static<typeof SharedCacheSettings>
