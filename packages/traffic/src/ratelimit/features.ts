import type { CompileCondition, Feature } from '@floodgate/core'
import { overRate } from '../errors.ts'
import { createGuard } from './guard.ts'
import { everybody } from './limiter.ts'
import { createLimits, createRedisLimits, createTotalLimiter, prepareRedisLimits } from './limits.ts'
import { readRate } from './rate.ts'
import type { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './settings.ts'
import { createTieredGuard } from './tiered.ts'

/** The points where `qos/ratelimit/service` attaches. */
export const serviceLimit: Partial<Feature> = {
  service (settings: LimitSettings, context) {
    const onRequest = createGuard(createLimits(settings, 'qos/ratelimit/service', ['extra_config', 'qos/ratelimit/service'], context))
    return onRequest && { onRequest, sparesHealth: true }
  }
}

/** The points where `qos/ratelimit/service/redis` attaches. */
export const serviceRedisLimit: Partial<Feature> = {
  setup: prepareRedisLimits,
  service (settings: RedisLimitSettings, context) {
    const onRequest = createGuard(createRedisLimits(settings, 'service', ['extra_config', 'qos/ratelimit/service/redis'], context))
    return onRequest && { onRequest, sparesHealth: true }
  }
}

/**
 * Creates the points where `qos/ratelimit/tiered` attaches.
 *
 * @param compileCondition absent: tiers by policy prevent the start
 */
export const createTieredLimit = (compileCondition: CompileCondition | undefined): Partial<Feature> => ({
  setup: prepareRedisLimits,
  service (settings: TieredSettings, context) {
    const onRequest = createTieredGuard(
      settings,
      { name: 'service', place: ['extra_config', 'qos/ratelimit/tiered'], context, compileCondition }
    )
    return onRequest && { onRequest, sparesHealth: true }
  },
  route (settings: TieredSettings, endpoint, context) {
    const preHandler = createTieredGuard(
      settings,
      {
        name: `${endpoint.method} ${endpoint.path}`,
        place: [...endpoint.place, 'extra_config', 'qos/ratelimit/tiered'],
        context,
        compileCondition
      }
    )
    return preHandler && { preHandler }
  }
})

/** The points where `qos/ratelimit/router` attaches. */
export const routerLimit: Partial<Feature> = {
  route (settings: LimitSettings, endpoint, context) {
    const preHandler = createGuard(
      createLimits(settings, 'qos/ratelimit/router', [...endpoint.place, 'extra_config', 'qos/ratelimit/router'], context)
    )
    return preHandler && { preHandler }
  }
}

/** The points where `qos/ratelimit/router/redis` attaches. */
export const routerRedisLimit: Partial<Feature> = {
  setup: prepareRedisLimits,
  route (settings: RedisLimitSettings, endpoint, context) {
    const preHandler = createGuard(
      createRedisLimits(
        settings,
        `${endpoint.method} ${endpoint.path}`,
        [...endpoint.place, 'extra_config', 'qos/ratelimit/router/redis'],
        context
      )
    )
    return preHandler && { preHandler }
  }
}

/** The points where `qos/ratelimit/proxy` attaches. */
export const proxyLimit: Partial<Feature> = {
  backend (settings: ProxyLimitSettings, next, backend, context) {
    const rate = readRate(settings.max_rate, settings.capacity, settings.every, 0)
    const place = [...backend.place, 'extra_config', 'qos/ratelimit/proxy']
    if (rate === null) {
      context.warning(place, 'limits nothing: "max_rate" is not above 0')
      return next
    }
    const limiter = createTotalLimiter(rate, 'qos/ratelimit/proxy', place, context)
    return function limitBackend (request) {
      const allowed = limiter.take(everybody)
      if (allowed === true) return next(request)
      if (allowed === false) return Promise.reject(overRate())
      return allowed.then((allowed) => allowed ? next(request) : Promise.reject(overRate()))
    }
  }
}
