import type { Backend, Feature } from '@floodgate/core'
import { CacheStore } from './cache-store.ts'
import { createCachedExchange } from './cached-exchange.ts'
import { CacheSettings } from './settings.ts'

const MIB = 2 ** 20
const DEFAULT_ITEMS = 10_000
const DEFAULT_SIZE = 64 * MIB
const DEFAULT_BODY = 8 * MIB

/** The one cache of each gateway's backends with `shared`. */
const shared = new WeakMap<object, CacheStore>()

/** The cache of a backend's raw answers. */
export const cacheFeature: Feature = {
  namespace: 'qos/http-cache',
  schemas: { backend: CacheSettings },
  exchange (settings: CacheSettings, next, backend, { scope }) {
    const store = settings.shared === true ? shared.get(scope) ?? createStore(settings) : createStore(settings)
    if (settings.shared === true) shared.set(scope, store)
    const passes = backend.encoding === 'no-op'
    const keepsAll = passes || tellsErrors(backend)
    return createCachedExchange({ store, next, passes, keeps: keepsAll ? isWhole : isGood })
  }
}

function createStore ({ max_items: items = 0, max_size: size = 0 }: CacheSettings): CacheStore {
  return new CacheStore({
    maxItems: items > 0 ? items : DEFAULT_ITEMS,
    maxSize: size > 0 ? size : DEFAULT_SIZE,
    maxBody: size > 0 ? size : DEFAULT_BODY
  })
}

/** The reference keeps what was read to its end: a failing answer only where its text goes on to the client. */
function tellsErrors ({ extra }: Backend): boolean {
  const { return_error_code: code, return_error_details: details } = (extra['backend/http'] ?? {}) as { return_error_code?: boolean, return_error_details?: string }
  return code === true || details !== undefined
}

function isGood (status: number): boolean {
  return status === 200 || status === 201
}

/** A part of an answer, and one that stands for another, are nothing to keep. */
function isWhole (status: number): boolean {
  return status >= 200 && status !== 206 && status !== 304
}
