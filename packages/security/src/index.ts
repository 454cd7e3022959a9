import type { Feature } from '@floodgate/core'
import { botFeature } from './bot/feature.ts'
import { celFeature } from './cel/feature.ts'
import { corsFeature } from './cors/feature.ts'
import { httpFeature } from './http/feature.ts'
import { httpServerFeature, modifierFeature } from './ip/features.ts'
import { policiesFeature } from './policies/feature.ts'

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [httpServerFeature, corsFeature, httpFeature, botFeature, policiesFeature, celFeature, modifierFeature]

export { botFeature, celFeature, corsFeature, httpFeature, httpServerFeature, modifierFeature, policiesFeature }
export { compileCondition } from './cel/condition.ts'
export type { BotSettings } from './bot/settings.ts'
export type { CorsSettings } from './cors/settings.ts'
export type { HttpSettings } from './http/settings.ts'
