import { createHash } from 'node:crypto'
import { stableName, type Backend, type Feature, type FeatureContext } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import { connectionNamed, prepareConnections } from '../redis/connections.ts'
import type { AnswerStore } from './answer-store.ts'
import { CacheStore } from './cache-store.ts'
import { cacheMetrics, reportCache } from './cache-metrics.ts'
import { createCachedExchange } from './cached-exchange.ts'
import { createRedisStore } from './redis-store.ts'
import type { CacheSettings } from './settings.ts'
import { SharedAnswers } from '../workers/shared-answers.ts'

const NAMESPACE = 'qos/http-cache'
const MIB = 2 ** 20
const DEFAULT_ITEMS = 10_000
const DEFAULT_SIZE = 64 * MIB
const DEFAULT_BODY = 8 * MIB
const DEFAULT_TIMEOUT = 50
const DEFAULT_ENTRY = MIB

/** The points where `qos/http-cache` attaches: the cache of a backend's raw responses. */
export const feature: Partial<Feature> = {
  metrics: cacheMetrics,
  async setup (context) {
    checkBounds(context)
    const wanted = context.model.endpoints.some(
      ({ backends }) => backends.some(({ extra }) => (extra['qos/http-cache'] as CacheSettings | undefined)?.floodgate !== undefined)
    )
    if (wanted) await prepareConnections(context)
  },
  exchange (settings: CacheSettings, next, backend, context) {
    const store = findStore(settings, backend, context)
    if (store === null) return next
    const passes = backend.encoding === 'no-op'
    const keepsAll = passes || tellsErrors(backend)
    const kind = settings.floodgate !== undefined ? 'redis' : settings.shared === true ? 'shared' : 'own'
    const counters = reportCache(store, kind, backend, context)
    return createCachedExchange({ store, next, passes, keeps: keepsAll ? isWhole : isGood, counters })
  }
}

/** The reference bounds the cache only if both settings are present and above 0. */
function checkBounds ({ model, warning }: FeatureContext): void {
  for (const { extra, method, place } of model.endpoints.flatMap(({ backends }) => backends)) {
    const settings = extra['qos/http-cache'] as CacheSettings | undefined
    if (settings !== undefined && !['GET', 'HEAD'].includes(method)) {
      warning([...place, 'extra_config', 'qos/http-cache'], `has no effect: responses to ${method} are not cached`)
    }
    for (const key of ['max_items', 'max_size'] as const) {
      const bound = settings?.[key]
      if (bound !== undefined && bound < 0) {
        warning(
          [...place, 'extra_config', 'qos/http-cache', key],
          `${bound} is not a valid limit, so the default applies: ${key === 'max_items' ? `${DEFAULT_ITEMS} responses` : '64 MiB'}`
        )
      }
    }
  }
}

/** Returns null, with a problem, if it names an unknown connection. */
function findStore (settings: CacheSettings, backend: Backend, context: FeatureContext): AnswerStore | null {
  if (settings.floodgate !== undefined) return createSharedStore(settings, settings.floodgate, backend, context)
  // The first backend with `shared` sets its bounds.
  if (settings.shared === true) return keepStore(settings, 'shared', null, context)
  return keepStore(settings, stableName(context.model, backend.place), [backend.encoding, backend.extra], context)
}

/** A store in memory; several workers copy each other's. */
function keepStore (settings: CacheSettings, name: string, of: unknown, { keep, workers, dryRun }: FeatureContext): AnswerStore {
  if (workers === null || workers.count < 2 || dryRun) return keep(`${NAMESPACE} ${name}`, of, () => createStore(settings))
  const answers = keep(
    `${NAMESPACE} of all workers`,
    null,
    () => new SharedAnswers(workers, NAMESPACE),
    (answers) => { answers.close() }
  )
  const whole = createHash('sha256').update(`${name} ${JSON.stringify(of)}`).digest('base64url')
  return keep(`${NAMESPACE} ${name}`, of, () => answers.share(whole, createStore(settings)), () => { answers.forget(whole) })
}

function createSharedStore (
  settings: CacheSettings,
  { connection_name: name, timeout, max_entry_bytes: maxBody = DEFAULT_ENTRY }: NonNullable<CacheSettings['floodgate']>,
  backend: Backend,
  context: FeatureContext
): AnswerStore | null {
  const connection = connectionNamed(name, [...backend.place, 'extra_config', 'qos/http-cache', 'floodgate', 'connection_name'], context)
  if (connection === null) return null
  // Not by its position, which changes when a configuration is edited: the responses stay those of this backend, and only its.
  const own = () => createHash('sha256')
    .update(JSON.stringify([stableName(context.model, backend.place), backend.encoding, backend.extra]))
    .digest('base64url')
  const prefix = `floodgate:cache:${context.model.name}:${settings.shared === true ? 'shared' : own()}:`.replace(/[{}]/g, '|')
  return createRedisStore(
    connection,
    { prefix, timeout: (timeout === undefined ? null : parseDuration(timeout)) ?? DEFAULT_TIMEOUT, maxBody }
  )
}

function createStore ({ max_items: items = 0, max_size: size = 0 }: CacheSettings): CacheStore {
  return new CacheStore({
    maxItems: items > 0 ? items : DEFAULT_ITEMS,
    maxSize: size > 0 ? size : DEFAULT_SIZE,
    maxBody: size > 0 ? size : DEFAULT_BODY
  })
}

/** The reference caches responses that were read completely: error responses only if their body is passed on to the client. */
function tellsErrors ({ extra }: Backend): boolean {
  const { return_error_code: code, return_error_details: details } = (extra['backend/http'] ?? {}) as {
    return_error_code?: boolean
    return_error_details?: string
  }
  return code === true || details !== undefined
}

function isGood (status: number): boolean {
  return status === 200 || status === 201
}

/** Partial responses and 304 are not cached. */
function isWhole (status: number): boolean {
  return status >= 200 && status !== 206 && status !== 304
}
