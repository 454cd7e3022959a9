import { Type, type Static } from 'typebox'
import { algorithmSchema, keyProperties } from '../keys/settings.ts'

export const namespace = 'auth/validator'

/** Settings of an endpoint's `auth/validator`: KrakenD page "JWT validation". */
export const ValidatorSettings = Type.Object({
  alg: Type.Optional(Type.String({ ...algorithmSchema, default: 'RS256' })),
  ...keyProperties,
  audience: Type.Optional(Type.Array(Type.String(), { description: 'The token must be meant for all of them.' })),
  issuer: Type.Optional(Type.String({ description: 'Who must have issued the token.' })),
  roles: Type.Optional(Type.Array(Type.String(), { description: 'The token must have one of them.' })),
  roles_key: Type.Optional(Type.String({ default: 'roles', description: 'Claim with the roles.' })),
  roles_key_is_nested: Type.Optional(Type.Boolean({ default: false, description: 'Dots in `roles_key` lead into objects.' })),
  scopes: Type.Optional(Type.Array(Type.String(), { description: 'The token must have one of them, or all; only with `scopes_key`.' })),
  scopes_key: Type.Optional(Type.String({ description: 'Claim with the scopes; dots lead into objects.' })),
  scopes_matcher: Type.Optional(Type.String({ enum: ['any', 'all'], default: 'any', description: 'How many of the scopes it takes.' })),
  propagate_claims: Type.Optional(Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), { description: 'Pairs of a claim (dots lead into objects) and the header that it goes into.' })),
  propagate_claims_preserve_array: Type.Optional(Type.Boolean({ default: false, description: 'A list becomes several headers instead of one with commas.' })),
  cookie_key: Type.Optional(Type.String({ description: 'Cookie to look into where the header has no token. Default access_token.' })),
  auth_header_name: Type.Optional(Type.String({ default: 'Authorization', description: 'Header with the token, behind "Bearer " or alone.' })),
  key_identify_strategy: Type.Optional(Type.String({ enum: ['kid', 'x5t', 'x5t#S256', 'kid_x5t'], default: 'kid', description: 'What names the key of a token.' })),
  cache: Type.Optional(Type.Boolean({ default: false, description: 'Keeps the keys of `jwk_url`; without it they are fetched for each request.' })),
  cache_duration: Type.Optional(Type.Integer({ minimum: 0, default: 900, description: 'How long, in seconds; 0 = 900.' })),
  failed_jwk_key_cooldown: Type.Optional(Type.String({ format: 'go-duration', description: 'How long an id that the key set does not have is not asked for again; less than 1s does nothing.' })),
  leeway: Type.Optional(Type.String({ format: 'go-duration', default: '1s', description: 'By how much clocks may differ; whole seconds, at least one.' })),
  operation_debug: Type.Optional(Type.Boolean({ default: false, description: 'Logs why a token is refused, at level error.' }))
})
export type ValidatorSettings = Static<typeof ValidatorSettings>

/** Settings of the service's `auth/validator`: KrakenD page "JWK caching". */
export const SharedCacheSettings = Type.Object({
  shared_cache_duration: Type.Optional(Type.Integer({ minimum: 0, default: 900, description: 'How long endpoints with `cache` keep keys at least, in seconds; 0 = 900.' }))
})
export type SharedCacheSettings = Static<typeof SharedCacheSettings>
