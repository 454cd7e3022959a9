import type { Key, KeyRing } from './key-ring.ts'
import type { KeyPolicy, KeySource } from './key-source.ts'
import { createRefreshBudget } from './refresh-budget.ts'

export interface RemoteSourceOptions {
  /** Fetches the key set. */
  fetch (): Promise<KeyRing>
  /** Called when a fetch failed. */
  onError (error: unknown): void
  /** Clock in ms; replaced in tests. */
  now? (): number
}

/** A source that can fetch its keys before the first token arrives. */
export interface RemoteSource extends KeySource {
  prefetch (): void
  /** Whether keys were fetched once; fetches them otherwise, unless that has just failed. */
  hasKeys (): boolean
  readonly statistics: Readonly<KeySetStatistics>
}

export interface KeySetStatistics {
  /** Fetches that succeeded, and those that failed. */
  fetched: number
  failed: number
  /** When the set in use was fetched, in ms since the epoch; null = none was. */
  time: number | null
  /** When the first fetch since the last success failed, in ms since the epoch; null = the last one succeeded. */
  failingSince: number | null
  keys: number
}

const none: readonly Key[] = []
const firstPause = 1000
const longestPause = 30_000
const maxMisses = 1000

/**
 * Creates a source of keys on a server. Concurrent callers share one fetch. Fetched keys stay in use while the server
 * is down. A token with an unknown key id causes another fetch, within a limit.
 */
export function createRemoteSource ({ fetch, onError, now = performance.now.bind(performance) }: RemoteSourceOptions): RemoteSource {
  const budget = createRefreshBudget()
  /** Ids that the server lacks, and until when they are not fetched again. */
  const misses = new Map<string, number>()
  const statistics: KeySetStatistics = { fetched: 0, failed: 0, time: null, failingSince: null, keys: 0 }
  let ring: KeyRing | null = null
  let fetchedAt = -Infinity
  let flight: Promise<boolean> | null = null
  let pause = 0
  let pausedUntil = -Infinity

  /** Resolves to whether the set was fetched. */
  function refresh (): Promise<boolean> {
    flight ??= fetch().then((fresh) => {
      ring = fresh
      fetchedAt = now()
      statistics.fetched++
      statistics.time = Date.now()
      statistics.failingSince = null
      statistics.keys = fresh.size
      pause = 0
      pausedUntil = -Infinity
      return true
    }, (error: unknown) => {
      statistics.failed++
      statistics.failingSince ??= Date.now()
      pause = Math.min(Math.max(pause * 2, firstPause), longestPause)
      pausedUntil = now() + pause
      onError(error)
      return false
    }).finally(() => { flight = null })
    return flight
  }

  async function findAnew (id: string, { strategy, cache, cooldown }: KeyPolicy): Promise<readonly Key[]> {
    const fetched = await refresh()
    const found = fetched || cache ? ring?.find(id, strategy) ?? none : none
    if (found.length === 0 && cooldown > 0) {
      if (misses.size >= maxMisses) misses.delete(misses.keys().next().value!)
      misses.set(id, now() + cooldown)
    }
    return found
  }

  return {
    find (id, policy) {
      const at = now()
      const isFresh = policy.cache && ring !== null && at - fetchedAt < policy.maxAge
      const known = policy.cache && ring !== null ? ring.find(id, policy.strategy) : none
      // While the server is down, its last answer still applies.
      if (known.length > 0 && (isFresh || at < pausedUntil)) return known
      if (known.length === 0) {
        const believed = misses.get(id)
        if (believed !== undefined && at < believed) return none
        if (believed !== undefined) misses.delete(id)
        if (policy.cache && (isFresh || at < pausedUntil) && flight === null && !budget.take(at)) return none
      }
      return findAnew(id, policy)
    },
    prefetch () { refresh() },
    hasKeys () {
      if (ring === null && now() >= pausedUntil) refresh()
      return ring !== null
    },
    statistics
  }
}
