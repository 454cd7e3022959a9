import type { Feature } from '@floodgate/core'
import { apiKeysFeature } from './api-keys/feature.ts'
import { basicFeature } from './basic/feature.ts'
import { clientCredentialsFeature } from './client-credentials/feature.ts'
import { revokerFeature } from './revoker/feature.ts'
import { signerFeature } from './signer/feature.ts'
import { validatorFeature } from './validator/feature.ts'

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [apiKeysFeature, basicFeature, revokerFeature, validatorFeature, signerFeature, clientCredentialsFeature]

export { apiKeysFeature, basicFeature, clientCredentialsFeature, revokerFeature, signerFeature, validatorFeature }
export { FG_ERR_AUTH_KEY_SET, FG_ERR_AUTH_REVOKER_PORT, FG_ERR_AUTH_SIGN, FG_ERR_AUTH_TOKEN } from './errors.ts'
export type { ApiKeysSettings, EndpointApiKeysSettings } from './api-keys/settings.ts'
export type { BasicSettings } from './basic/settings.ts'
export type { ClientCredentialsSettings } from './client-credentials/settings.ts'
export type { RevokerSettings } from './revoker/settings.ts'
export type { SignerSettings } from './signer/settings.ts'
export type { SharedCacheSettings, ValidatorSettings } from './validator/settings.ts'
