import type { Feature } from '@floodgate/core'
import { validatorFeature } from './validator/feature.ts'

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [validatorFeature]

export { validatorFeature }
