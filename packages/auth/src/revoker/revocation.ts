import type { Claims, FeatureContext } from '@floodgate/core'

/** Returns whether a token with these claims is revoked. */
export type IsRevoked = (claims: Claims) => boolean

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const byGateway = new WeakMap<FeatureContext, IsRevoked>()

/** Makes the validators of a gateway check for revoked tokens. */
export function setRevocation (context: FeatureContext, isRevoked: IsRevoked): void {
  byGateway.set(context, isRevoked)
}

/** Returns the revocation check of a gateway's validators. */
export function revocationOf (context: FeatureContext): IsRevoked {
  return byGateway.get(context) ?? (() => false)
}
