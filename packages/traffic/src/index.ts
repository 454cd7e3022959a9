import type { Feature } from '@floodgate/core'
import { breakerFeatures } from './breaker/features.ts'
import { cacheFeature } from './cache/feature.ts'
import { rateLimitFeatures } from './ratelimit/features.ts'
import { redisFeature } from './redis/feature.ts'

/** Everything this package gives a meaning: rate limits, circuit breakers, the cache of answers, connections to Redis. */
export const features: readonly Feature[] = [...rateLimitFeatures, ...breakerFeatures, cacheFeature, redisFeature]

export { codes } from './errors.ts'
export type { Limiter } from './ratelimit/limiter.ts'
export type { BreakerSettings, HttpBreakerSettings } from './breaker/settings.ts'
export type { CacheSettings } from './cache/settings.ts'
export type { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './ratelimit/settings.ts'
export type { RedisSettings } from './redis/settings.ts'
