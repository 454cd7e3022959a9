import type { CompileCondition, Feature } from '@floodgate/core'
import { overRate } from '../errors.ts'
import { createGuard } from './guard.ts'
import { everybody } from './limiter.ts'
import { createLimits, createRedisLimits, prepareRedisLimits } from './limits.ts'
import { createSingleLimiter } from './local-limiter.ts'
import { readRate } from './rate.ts'
import { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './settings.ts'
import { createTieredGuard } from './tiered.ts'

/** The limits on requests. Those of endpoints run in `preHandler`, behind whatever refuses a request before. */
export const createRateLimitFeatures = (compileCondition?: CompileCondition): readonly Feature[] => [
  {
    namespace: 'qos/ratelimit/service',
    schemas: { service: LimitSettings },
    service (settings: LimitSettings, context) {
      const onRequest = createGuard(createLimits(settings, ['extra_config', 'qos/ratelimit/service'], context))
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
    route (settings: LimitSettings, endpoint, context) {
      const preHandler = createGuard(createLimits(settings, [...endpoint.place, 'extra_config', 'qos/ratelimit/router'], context))
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
    backend (settings: ProxyLimitSettings, next) {
      const rate = readRate(settings.max_rate, settings.capacity, settings.every, 0)
      if (rate === null) return next
      const limiter = createSingleLimiter(rate)
      return function limitBackend (request) {
        return limiter.take(everybody) === true ? next(request) : Promise.reject(overRate())
      }
    }
  }
]
