import type { CompileCondition, Feature } from '@floodgate/core'
import { breakerFeatures } from './breaker/features.ts'
import { cacheFeature } from './cache/feature.ts'
import { createRateLimitFeatures } from './ratelimit/features.ts'
import { redisFeature } from './redis/feature.ts'

export interface FeaturesOptions {
  /** Evaluates tiers by policy; without it they stop the start. */
  readonly compileCondition?: CompileCondition
}

/** Everything this package gives a meaning: rate limits, circuit breakers, the cache of answers, connections to Redis. */
export function createFeatures ({ compileCondition }: FeaturesOptions = {}): readonly Feature[] {
  return [...createRateLimitFeatures(compileCondition), ...breakerFeatures, cacheFeature, redisFeature]
}

/** The features without an evaluator of policies. */
export const features: readonly Feature[] = createFeatures()

export { codes } from './errors.ts'
export type { Limiter } from './ratelimit/limiter.ts'
export type { BreakerSettings, HttpBreakerSettings } from './breaker/settings.ts'
export type { CacheSettings } from './cache/settings.ts'
export type { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './ratelimit/settings.ts'
export type { RedisSettings } from './redis/settings.ts'
