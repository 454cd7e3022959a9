import type { Feature } from '@floodgate/core'
import { botFeature } from './bot/feature.ts'
import { corsFeature } from './cors/feature.ts'
import { httpFeature } from './http/feature.ts'

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [corsFeature, httpFeature, botFeature]

export { botFeature, corsFeature, httpFeature }
