import type { CompileCondition, Feature } from '@floodgate/core'
import { overRate } from '../errors.ts'
import { createBucketService } from '../workers/bucket-service.ts'
import { createGuard } from './guard.ts'
import { everybody } from './limiter.ts'
import { createLimits, createRedisLimits, createTotalLimiter, prepareRedisLimits } from './limits.ts'
import { readRate } from './rate.ts'
import { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './settings.ts'
import { createTieredGuard } from './tiered.ts'

/** The limits on requests. Those of endpoints run in `preHandler`, behind whatever refuses a request before. */
export const createRateLimitFeatures = (compileCondition?: CompileCondition): readonly Feature[] => [
  {
    namespace: 'qos/ratelimit/service',
    schemas: { service: LimitSettings },
    services: { 'qos/ratelimit/service': createBucketService },
    service (settings: LimitSettings, context) {
      const onRequest = createGuard(createLimits(settings, 'qos/ratelimit/service', ['extra_config', 'qos/ratelimit/service'], context))
      return onRequest && { onRequest }
    }
  },
  {
    namespace: 'qos/ratelimit/service/redis',
    after: 'qos/ratelimit/service',
    schemas: { service: RedisLimitSettings },
    setup: prepareRedisLimits,
    service (settings: RedisLimitSettings, context) {
      const onRequest = createGuard(createRedisLimits(settings, 'service', ['extra_config', 'qos/ratelimit/service/redis'], context))
      return onRequest && { onRequest }
    }
  },
  {
    namespace: 'qos/ratelimit/tiered',
    schemas: { service: TieredSettings, endpoint: TieredSettings },
    services: { 'qos/ratelimit/tiered': createBucketService },
    setup: prepareRedisLimits,
    service (settings: TieredSettings, context) {
      const onRequest = createTieredGuard(settings, { name: 'service', place: ['extra_config', 'qos/ratelimit/tiered'], context, compileCondition })
      return onRequest && { onRequest }
    },
    route (settings: TieredSettings, endpoint, context) {
      const preHandler = createTieredGuard(settings, { name: `${endpoint.method} ${endpoint.path}`, place: [...endpoint.place, 'extra_config', 'qos/ratelimit/tiered'], context, compileCondition })
      return preHandler && { preHandler }
    }
  },
  {
    namespace: 'qos/ratelimit/router',
    schemas: { endpoint: LimitSettings },
    services: { 'qos/ratelimit/router': createBucketService },
    route (settings: LimitSettings, endpoint, context) {
      const preHandler = createGuard(createLimits(settings, 'qos/ratelimit/router', [...endpoint.place, 'extra_config', 'qos/ratelimit/router'], context))
      return preHandler && { preHandler }
    }
  },
  {
    namespace: 'qos/ratelimit/router/redis',
    after: 'qos/ratelimit/router',
    schemas: { endpoint: RedisLimitSettings },
    setup: prepareRedisLimits,
    route (settings: RedisLimitSettings, endpoint, context) {
      const preHandler = createGuard(createRedisLimits(settings, `${endpoint.method} ${endpoint.path}`, [...endpoint.place, 'extra_config', 'qos/ratelimit/router/redis'], context))
      return preHandler && { preHandler }
    }
  },
  {
    namespace: 'qos/ratelimit/proxy',
    schemas: { backend: ProxyLimitSettings },
    services: { 'qos/ratelimit/proxy': createBucketService },
    backend (settings: ProxyLimitSettings, next, backend, context) {
      const rate = readRate(settings.max_rate, settings.capacity, settings.every, 0)
      if (rate === null) return next
      const limiter = createTotalLimiter(rate, 'qos/ratelimit/proxy', [...backend.place, 'extra_config', 'qos/ratelimit/proxy'], context)
      return function limitBackend (request) {
        const allowed = limiter.take(everybody)
        if (allowed === true) return next(request)
        if (allowed === false) return Promise.reject(overRate())
        return allowed.then((allowed) => allowed ? next(request) : Promise.reject(overRate()))
      }
    }
  }
]
