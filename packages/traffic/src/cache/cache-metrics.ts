import { backendLabels, type Backend, type Counter, type FeatureContext, type MetricDefinition } from '@floodgate/core'
import type { AnswerStore } from './answer-store.ts'

const labels = ['cache', 'endpoint', 'method', 'backend']
const requests: MetricDefinition = {
  name: 'floodgate_cache_requests_total',
  type: 'counter',
  help: 'Calls by what the cache had: hit, miss, revalidated (the backend answered 304), stale (sent because the backend failed).',
  labels: [...labels, 'result']
}
const entries: MetricDefinition = { name: 'floodgate_cache_entries', type: 'gauge', help: 'Responses in a cache of the process.', labels }
const size: MetricDefinition = { name: 'floodgate_cache_size_bytes', type: 'gauge', help: 'Memory of the responses in a cache of the process.', labels }

/** What caches report. */
export const cacheMetrics: readonly MetricDefinition[] = [requests, entries, size]

/** Counts what a cache had. */
export type CacheCounters = Readonly<Record<'hit' | 'miss' | 'revalidated' | 'stale', Counter>>

/** Reports the cache of a backend: `own`, `shared` by several backends, or in `redis`. Undefined if no metrics are configured. */
export function reportCache (
  store: AnswerStore,
  cache: 'own' | 'shared' | 'redis',
  backend: Backend,
  { metrics, model }: Pick<FeatureContext, 'metrics' | 'model'>
): CacheCounters | undefined {
  if (metrics == null) return undefined
  const own = { cache, ...backendLabels(model, backend) }
  if (store.items !== undefined) {
    const place = cache === 'shared' ? { cache, endpoint: '', method: '', backend: '' } : own
    metrics.observe(entries, () => [[place, store.items ?? 0]])
    metrics.observe(size, () => [[place, store.size ?? 0]])
  }
  const counter = (result: string): Counter => metrics.counter(requests, { ...own, result })
  return { hit: counter('hit'), miss: counter('miss'), revalidated: counter('revalidated'), stale: counter('stale') }
}
