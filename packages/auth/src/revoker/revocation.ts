import type { Claims, FeatureContext } from '@floodgate/core'

/** Tells whether a token with these claims was revoked. */
export type IsRevoked = (claims: Claims) => boolean

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const byGateway = new WeakMap<FeatureContext, IsRevoked>()

/** Has the validators of a gateway ask whether tokens were revoked. */
export function setRevocation (context: FeatureContext, isRevoked: IsRevoked): void {
  byGateway.set(context, isRevoked)
}

/** What the validators of a gateway ask. */
export function revocationOf (context: FeatureContext): IsRevoked {
  return byGateway.get(context) ?? (() => false)
}
