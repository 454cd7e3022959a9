import type { Service } from '@floodgate/core'
import type { Key, KeyRing } from '../keys/key-ring.ts'
import { namespace, plugin, type Aggregator, type AggregatorSettings } from './settings.ts'

/** A key set as one origin answered. */
export interface Fetched {
  readonly ring: KeyRing
  /** How long it may be kept, in ms; 0 = not at all. */
  readonly maxAge: number
}

export interface AggregateOptions {
  readonly origins: readonly string[]
  /** Whether the answers of origins are kept for as long as they allow. */
  readonly cache: boolean
  fetch (origin: string): Promise<Fetched>
  /** Called when an origin failed; its previous keys stay in use. */
  onError (origin: string, error: unknown): void
  /** Clock in ms; replaced in tests. */
  now? (): number
}

const local: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
/** Longest time that an answer is kept, in ms. */
const LONGEST = 24 * 3_600_000

/** Returns the aggregator that a `jwk_url` means; null if it is the address of a server. */
export function aggregatorOf ({ extra }: Pick<Service, 'extra'>, url: string): Aggregator | null {
  const { name = [], [plugin]: aggregator } = (extra[namespace] ?? {}) as AggregatorSettings
  if (aggregator === undefined || !name.includes(plugin) || !URL.canParse(url)) return null
  const { protocol, hostname, port } = new URL(url)
  return protocol === 'http:' && local.has(hostname) && Number(port || 80) === aggregator.port ? aggregator : null
}

/**
 * Creates the fetch of several key sets as one. An origin that fails keeps its previous keys; if there are none of any
 * origin, the fetch fails with the error of the first.
 */
export function createAggregateFetch (
  { origins, cache, fetch, onError, now = performance.now.bind(performance) }: AggregateOptions
): () => Promise<KeyRing> {
  const kept = new Map<string, { readonly ring: KeyRing, readonly until: number }>()

  async function fetchOne (origin: string): Promise<{ ring: KeyRing } | { error: unknown }> {
    const before = kept.get(origin)
    if (before !== undefined && now() < before.until) return before
    try {
      const { ring, maxAge } = await fetch(origin)
      kept.set(origin, { ring, until: cache ? now() + Math.min(maxAge, LONGEST) : 0 })
      return { ring }
    } catch (error) {
      if (before === undefined) return { error }
      onError(origin, error)
      return before
    }
  }

  return async function fetchAll () {
    const answers = await Promise.all(origins.map(fetchOne))
    const rings = answers.flatMap((answer) => 'ring' in answer ? [answer.ring] : [])
    const errors = answers.flatMap((answer, i) => 'error' in answer ? [{ origin: origins[i]!, error: answer.error }] : [])
    if (rings.length === 0) throw errors[0]!.error
    for (const { origin, error } of errors) onError(origin, error)
    return joinRings(rings)
  }
}

function joinRings (rings: readonly KeyRing[]): KeyRing {
  if (rings.length === 1) return rings[0]!
  return {
    size: rings.reduce((size, ring) => size + ring.size, 0),
    find: (id, strategy): readonly Key[] => rings.flatMap((ring) => ring.find(id, strategy))
  }
}

/** Reads `max-age` of a Cache-Control header in ms; 0 without one, and if it must not be kept. */
export function readMaxAge (cacheControl: string): number {
  if (/\bno-(?:store|cache)\b/i.test(cacheControl)) return 0
  return Number(/\bmax-age="?(\d{1,9})/i.exec(cacheControl)?.[1] ?? 0) * 1000
}
