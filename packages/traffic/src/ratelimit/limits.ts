import { createClientIp, stableName, type FeatureContext, type Place } from '@floodgate/core'
import { parseDuration, timerTime } from '@floodgate/go/duration'
import { connectionNamed, prepareConnections } from '../redis/connections.ts'
import { createRedisLimiter } from '../redis/redis-limiter.ts'
import { createClientKey } from './client-key.ts'
import { createWorkerLimiter } from '../workers/worker-limiter.ts'
import type { Limit } from './guard.ts'
import type { Limiter } from './limiter.ts'
import { createKeyedLimiter, createSingleLimiter, type LocalLimiterOptions } from './local-limiter.ts'
import { readEvery, readRate, type Rate } from './rate.ts'
import type { LimitSettings, RedisLimitSettings } from './settings.ts'

/** The reference keeps the bucket of an inactive client for 10 s, or a little longer than `every`. */
const SHORTEST_IDLE = 10_000

/** Name of a limit, in all workers and over reloads. */
const nameOf = ({ model }: FeatureContext, place: Place, whose: string): string => `${stableName(model, place)}:${whose}`

/** Workers to share the limit with; null if this process is the only one that serves. */
const othersOf = ({ workers }: FeatureContext) => workers !== null && workers.count > 1 ? workers : null

/**
 * Creates the limits of a namespace with buckets in this process or, where it is one of several workers, in their
 * primary: the client's first, then the one for all.
 *
 * @param topic namespace of the feature, whose service in the primary keeps the buckets
 */
export function createLimits (settings: LimitSettings, topic: string, place: Place, context: FeatureContext): Limit[] {
  const cleanup = settings.cleanup_period === undefined ? null : parseDuration(settings.cleanup_period)
  const keeping = {
    idle: Math.max(SHORTEST_IDLE, 1.25 * readEvery(settings.every)),
    cleanup: timerTime(Math.max(1000, cleanup ?? 60_000))
  }
  return readLimits(settings, place, context, {
    all: (rate) => createTotalLimiter(rate, topic, place, context),
    each: (rate) => keepLimiter('client', { rate, topic, place, context, ...keeping }, () => createKeyedLimiter(rate, keeping))
  })
}

/** Creates a limit on all requests together: one bucket, in this process or in the primary. */
export function createTotalLimiter (rate: Rate, topic: string, place: Place, context: FeatureContext): Limiter {
  return keepLimiter('all', { rate, topic, place, context, idle: SHORTEST_IDLE, cleanup: 60_000 }, () => createSingleLimiter(rate))
}

interface KeptLimit extends Pick<LocalLimiterOptions, 'idle' | 'cleanup'> {
  readonly rate: Rate
  readonly topic: string
  readonly place: Place
  readonly context: FeatureContext
}

/** Its buckets stay while a reload does not change its rates. */
function keepLimiter (whose: string, { rate, topic, place, context, idle, cleanup }: KeptLimit, createLocal: () => Limiter): Limiter {
  const workers = othersOf(context)
  const name = nameOf(context, place, whose)
  return context.keep(
    `${topic} ${name}`,
    [rate, idle, cleanup],
    () => workers === null ? createLocal() : createWorkerLimiter({ workers, topic, name, rate, idle, cleanup }),
    (limiter) => { limiter.close() }
  )
}

/** Loads the Redis client and connects; call it in a feature's `setup`. */
export const prepareRedisLimits = prepareConnections

/**
 * Creates the limits of a namespace with buckets in Redis.
 *
 * @param name prefix of the buckets in Redis: the same on every gateway that shares them
 */
export function createRedisLimits (settings: RedisLimitSettings, name: string, place: Place, context: FeatureContext): Limit[] {
  const key = settings.connection_name === undefined && settings.connection_pool !== undefined ? 'connection_pool' : 'connection_name'
  const connection = connectionNamed(settings[key] ?? '', [...place, key], context)
  if (connection === null) return []
  // Braces would put all buckets of an endpoint into one slot of a cluster.
  const prefix = `floodgate:ratelimit:${context.model.name}:${name}`.replace(/[{}]/g, '|')
  const allow = settings.on_failure_allow === true
  return readLimits(settings, place, context, {
    all: (rate) => createRedisLimiter(connection, { rate, prefix: `${prefix}:all`, allow }),
    each: (rate) => createRedisLimiter(connection, { rate, prefix: `${prefix}:client:`, allow })
  })
}

interface Makers {
  all (rate: Rate): Limiter
  each (rate: Rate): Limiter
}

function readLimits (settings: LimitSettings | RedisLimitSettings, place: Place, context: FeatureContext, make: Makers): Limit[] {
  const { strategy = '', key = '', every } = settings
  const limits: Limit[] = []
  const ofClient = readRate(settings.client_max_rate, settings.client_capacity, every)
  if (ofClient !== null) {
    const clientKey = createClientKey(strategy, key, createClientIp(context.model))
    // As on the reference: reported, and not limited.
    if (clientKey === null) {
      context.warning(
        [...place, 'client_max_rate'],
      `has no effect with the strategy ${JSON.stringify(strategy)}: use "ip", "header" or "param"`
      )
    } else limits.push({ limiter: make.each(ofClient), key: clientKey, status: 429 })
    const missing = namelessClients(strategy, key, place, context)
    if (missing !== null) context.warning([...place, 'client_max_rate'], `answers every request with 429: ${missing}`)
  }
  const ofAll = readRate(settings.max_rate, settings.capacity, every)
  if (ofClient === null && ofAll !== null && strategy !== '') {
    context.warning([...place, 'strategy'], 'has no effect without "client_max_rate"')
  }
  if (ofAll !== null) limits.push({ limiter: make.all(ofAll), status: 503 })
  if (ofClient === null && ofAll === null) context.warning(place, 'has no effect: neither "max_rate" nor "client_max_rate" is above 0')
  return limits
}

/** Returns why no client can be identified; null if clients can be. */
function namelessClients (strategy: string, key: string, place: Place, { model }: FeatureContext): string | null {
  const kind = strategy.toLowerCase()
  if (kind !== 'header' && kind !== 'param') return null
  if (key === '') return `name the ${kind === 'header' ? 'header' : 'parameter'} in "key"`
  const endpoint = kind === 'param' && place[0] === 'endpoints' ? model.endpoints.find(({ place: own }) => own[1] === place[1]) : undefined
  return endpoint === undefined || endpoint.path.includes(`{${key}}`) ? null : `the path ${endpoint.path} has no parameter {${key}}`
}
