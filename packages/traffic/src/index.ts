import type { CompileCondition, Feature } from '@floodgate/core'
import { BreakerSettings, HttpBreakerSettings } from './breaker/settings.ts'
import { CacheSettings } from './cache/settings.ts'
import { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './ratelimit/settings.ts'
import { RedisSettings } from './redis/settings.ts'
import { createBreakerService } from './workers/breaker-service.ts'
import { createBucketService } from './workers/bucket-service.ts'

export interface FeaturesOptions {
  /** Loads the evaluator of tiers by policy; without it, such tiers prevent the start. */
  readonly loadCondition?: () => Promise<CompileCondition>
}

/**
 * All features of this package: rate limits, circuit breakers, the response cache, connections to Redis. Limits of
 * endpoints run in `preHandler`, after all other hooks that can refuse a request.
 */
export function createFeatures ({ loadCondition }: FeaturesOptions = {}): readonly Feature[] {
  return [
    {
      namespace: 'qos/ratelimit/service',
      schemas: { service: LimitSettings },
      services: { 'qos/ratelimit/service': createBucketService },
      load: async () => (await import('./ratelimit/features.ts')).serviceLimit
    },
    {
      namespace: 'qos/ratelimit/service/redis',
      after: 'qos/ratelimit/service',
      needs: ['redis'],
      schemas: { service: RedisLimitSettings },
      load: async () => (await import('./ratelimit/features.ts')).serviceRedisLimit
    },
    {
      namespace: 'qos/ratelimit/tiered',
      needs: ['redis'],
      schemas: { service: TieredSettings, endpoint: TieredSettings },
      services: { 'qos/ratelimit/tiered': createBucketService },
      load: async () => (await import('./ratelimit/features.ts')).createTieredLimit(await loadCondition?.())
    },
    {
      namespace: 'qos/ratelimit/router',
      schemas: { endpoint: LimitSettings },
      services: { 'qos/ratelimit/router': createBucketService },
      load: async () => (await import('./ratelimit/features.ts')).routerLimit
    },
    {
      namespace: 'qos/ratelimit/router/redis',
      after: 'qos/ratelimit/router',
      needs: ['redis'],
      schemas: { endpoint: RedisLimitSettings },
      load: async () => (await import('./ratelimit/features.ts')).routerRedisLimit
    },
    {
      namespace: 'qos/ratelimit/proxy',
      schemas: { backend: ProxyLimitSettings },
      services: { 'qos/ratelimit/proxy': createBucketService },
      load: async () => (await import('./ratelimit/features.ts')).proxyLimit
    },
    {
      namespace: 'qos/circuit-breaker',
      schemas: { backend: BreakerSettings },
      services: { 'qos/circuit-breaker': createBreakerService('qos/circuit-breaker') },
      load: async () => (await import('./breaker/features.ts')).breaker
    },
    {
      namespace: 'qos/circuit-breaker/http',
      schemas: { backend: HttpBreakerSettings },
      services: { 'qos/circuit-breaker/http': createBreakerService('qos/circuit-breaker/http') },
      load: async () => (await import('./breaker/features.ts')).httpBreaker
    },
    {
      namespace: 'qos/http-cache',
      needs: ['redis'],
      schemas: { backend: CacheSettings },
      load: async () => (await import('./cache/feature.ts')).feature
    },
    // Connections are opened only if a setting uses them.
    { namespace: 'redis', schemas: { service: RedisSettings } }
  ]
}

/** The features without an evaluator of policies. */
export const features: readonly Feature[] = createFeatures()

export { codes } from './errors.ts'
export type { Limiter } from './ratelimit/limiter.ts'
export type { BreakerSettings, HttpBreakerSettings } from './breaker/settings.ts'
export type { CacheSettings } from './cache/settings.ts'
export type { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './ratelimit/settings.ts'
export type { RedisSettings } from './redis/settings.ts'
