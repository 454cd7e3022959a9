import type { CompileCondition, CoreRequest, Feature, StepResponse } from '@floodgate/core'
import { overRate } from '../errors.ts'
import { createGuard } from './guard.ts'
import { createLimitCounters, limitMetrics } from './limit-metrics.ts'
import { everybody } from './limiter.ts'
import { createLimits, createRedisLimits, createTotalLimiter, prepareRedisLimits } from './limits.ts'
import { readRate } from './rate.ts'
import type { LimitSettings, ProxyLimitSettings, RedisLimitSettings, TieredSettings } from './settings.ts'
import { createTieredGuard } from './tiered.ts'

/** The points where `qos/ratelimit/service` attaches. */
export const serviceLimit: Partial<Feature> = {
  metrics: limitMetrics,
  service (settings: LimitSettings, context) {
    const place = ['extra_config', 'qos/ratelimit/service']
    const onRequest = createGuard(
      createLimits(settings, 'qos/ratelimit/service', place, context),
      createLimitCounters('service', place, context)
    )
    return onRequest && { onRequest, sparesHealth: true }
  }
}

/** The points where `qos/ratelimit/service/redis` attaches. */
export const serviceRedisLimit: Partial<Feature> = {
  metrics: limitMetrics,
  setup: prepareRedisLimits,
  service (settings: RedisLimitSettings, context) {
    const place = ['extra_config', 'qos/ratelimit/service/redis']
    const onRequest = createGuard(
      createRedisLimits(settings, 'service', place, context),
      createLimitCounters('service/redis', place, context)
    )
    return onRequest && { onRequest, sparesHealth: true }
  }
}

/**
 * Creates the points where `qos/ratelimit/tiered` attaches.
 *
 * @param compileCondition absent: tiers by policy prevent the start
 */
export const createTieredLimit = (compileCondition: CompileCondition | undefined): Partial<Feature> => ({
  metrics: limitMetrics,
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
  metrics: limitMetrics,
  route (settings: LimitSettings, endpoint, context) {
    const preHandler = createGuard(
      createLimits(settings, 'qos/ratelimit/router', [...endpoint.place, 'extra_config', 'qos/ratelimit/router'], context),
      createLimitCounters('router', endpoint.place, context)
    )
    return preHandler && { preHandler }
  }
}

/** The points where `qos/ratelimit/router/redis` attaches. */
export const routerRedisLimit: Partial<Feature> = {
  metrics: limitMetrics,
  setup: prepareRedisLimits,
  route (settings: RedisLimitSettings, endpoint, context) {
    const preHandler = createGuard(
      createRedisLimits(
        settings,
        `${endpoint.method} ${endpoint.path}`,
        [...endpoint.place, 'extra_config', 'qos/ratelimit/router/redis'],
        context
      ),
      createLimitCounters('router/redis', endpoint.place, context)
    )
    return preHandler && { preHandler }
  }
}

/** The points where `qos/ratelimit/proxy` attaches. */
export const proxyLimit: Partial<Feature> = {
  metrics: limitMetrics,
  backend (settings: ProxyLimitSettings, next, backend, context) {
    const rate = readRate(settings.max_rate, settings.capacity, settings.every, 0)
    const place = [...backend.place, 'extra_config', 'qos/ratelimit/proxy']
    if (rate === null) {
      context.warning(place, 'limits nothing: "max_rate" is not above 0')
      return next
    }
    const limiter = createTotalLimiter(rate, 'qos/ratelimit/proxy', place, context)
    const counters = createLimitCounters('proxy', place, context, backend)
    const decide = (allowed: boolean, request: CoreRequest): Promise<StepResponse> => {
      if (counters !== undefined) (allowed ? counters.allowed : counters.all).add()
      return allowed ? next(request) : Promise.reject(overRate())
    }
    return function limitBackend (request) {
      const allowed = limiter.take(everybody)
      return typeof allowed === 'boolean' ? decide(allowed, request) : allowed.then((allowed) => decide(allowed, request))
    }
  }
}
