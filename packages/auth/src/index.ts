import type { Feature } from '@floodgate/core'
import { createRateService } from './api-keys/primary-service.ts'
import * as apiKeys from './api-keys/settings.ts'
import * as basic from './basic/settings.ts'
import * as aggregator from './jwk-aggregator/settings.ts'
import * as clientCredentials from './client-credentials/settings.ts'
import { createRevokerService } from './revoker/primary-service.ts'
import * as revoker from './revoker/settings.ts'
import * as signer from './signer/settings.ts'
import * as validator from './validator/settings.ts'

/** The feature `auth/validator`: validates JSON Web Tokens and passes their claims on to backends. */
export const validatorFeature: Feature = {
  namespace: validator.namespace,
  schemas: { service: validator.SharedCacheSettings, endpoint: validator.ValidatorSettings },
  load: async () => (await import('./validator/feature.ts')).feature
}

/** The feature `auth/signer`: signs fields of the merged response as tokens. */
export const signerFeature: Feature = {
  namespace: signer.namespace,
  schemas: { endpoint: signer.SignerSettings },
  load: async () => (await import('./signer/feature.ts')).feature
}

/**
 * The feature `auth/client-credentials`: requests access tokens and sends them to the backend. Token servers are called
 * through the backend's own client, with its TLS and proxy settings.
 */
export const clientCredentialsFeature: Feature = {
  namespace: clientCredentials.namespace,
  schemas: { backend: clientCredentials.ClientCredentialsSettings },
  load: async () => (await import('./client-credentials/feature.ts')).feature
}

/** The feature `auth/api-keys`: authenticates API keys and checks the roles that the endpoint requires. */
export const apiKeysFeature: Feature = {
  namespace: apiKeys.namespace,
  schemas: { service: apiKeys.ApiKeysSettings, endpoint: apiKeys.EndpointApiKeysSettings },
  services: { [apiKeys.namespace]: createRateService },
  load: async () => (await import('./api-keys/feature.ts')).feature
}

/** The feature `auth/basic`: authenticates users by name and password. */
export const basicFeature: Feature = {
  namespace: basic.namespace,
  schemas: { service: basic.BasicSettings, endpoint: basic.BasicSettings },
  load: async () => (await import('./basic/feature.ts')).feature
}

/**
 * The feature `auth/revoker`: validators refuse tokens with revoked claims; revocations are managed over HTTP on a port
 * of their own.
 */
export const revokerFeature: Feature = {
  namespace: revoker.namespace,
  schemas: { service: revoker.RevokerSettings },
  services: { [revoker.namespace]: createRevokerService },
  load: async () => (await import('./revoker/feature.ts')).feature
}

/** The plugin `jwk-aggregator` of `plugin/http-server`: the keys of several issuers as one set. */
export const aggregatorFeature: Feature = {
  namespace: aggregator.namespace,
  plugins: [aggregator.plugin],
  schemas: { service: aggregator.AggregatorSettings },
  load: async () => (await import('./jwk-aggregator/feature.ts')).feature
}

/** The namespaces that this package implements. */
export const features: readonly Feature[] = [
  apiKeysFeature, basicFeature, revokerFeature, validatorFeature, signerFeature, clientCredentialsFeature, aggregatorFeature
]

export { FG_ERR_AUTH_KEY_SET, FG_ERR_AUTH_REVOKER_PORT, FG_ERR_AUTH_SIGN, FG_ERR_AUTH_TOKEN } from './errors.ts'
export type { ApiKeysSettings, EndpointApiKeysSettings } from './api-keys/settings.ts'
export type { BasicSettings } from './basic/settings.ts'
export type { ClientCredentialsSettings } from './client-credentials/settings.ts'
export type { RevokerSettings } from './revoker/settings.ts'
export type { SignerSettings } from './signer/settings.ts'
export type { SharedCacheSettings, ValidatorSettings } from './validator/settings.ts'
