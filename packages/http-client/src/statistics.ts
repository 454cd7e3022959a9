import type { Generation } from './generation.ts'
import type { ConnectionCounters, Pool } from './pool.ts'
import type { OriginCounters, Upstream } from './upstream.ts'

/** What one origin was asked, since it was asked first. */
export interface OriginStatistics extends Readonly<OriginCounters> {
  readonly origin: string
}

/** The connections to one destination: an origin, or a proxy that takes requests to any. */
export interface PoolStatistics extends Readonly<ConnectionCounters> {
  /** Where they end. */
  readonly destination: string
  /** Address of the proxy that they go through, or end at; null = none. */
  readonly proxy: string | null
  readonly idle: number
}

export interface ClientStatistics {
  readonly key: string
  /** How often the client was renewed. */
  readonly generation: number
  /** Calls that run now, those of replaced generations included. */
  readonly calls: number
  readonly origins: readonly OriginStatistics[]
  readonly pools: readonly PoolStatistics[]
}

/** Sums up what pools and origins counted that are gone. */
export class Totals {
  readonly #origins = new Map<string, OriginCounters>()
  readonly #max: number

  /** @param max how many origins are told apart; the rest is summed up as `other` */
  constructor (max: number) {
    this.#max = max
  }

  add ({ origin, counters }: Upstream): void {
    const name = this.#origins.has(origin) || this.#origins.size < this.#max ? origin : 'other'
    const sum = this.#origins.get(name)
    if (sum === undefined) this.#origins.set(name, counters)
    else this.#origins.set(name, addCounters(sum, counters))
  }

  /** What is gone and what is there, by origin. */
  list (generations: Iterable<Generation>): OriginStatistics[] {
    const all = new Map(this.#origins)
    for (const { upstreams } of generations) {
      for (const { origin, counters } of upstreams) {
        const sum = all.get(origin)
        all.set(origin, sum === undefined ? counters : addCounters(sum, counters))
      }
    }
    return Array.from(all, ([origin, counters]) => ({ origin, ...counters, failures: { ...counters.failures } }))
  }
}

export function describePool ({ counters, destination, origin, idle }: Pool): PoolStatistics {
  const { isProxy, through } = destination
  const proxy = through === null ? null : `${through.protocol}://${through.host}:${through.port}`
  return { destination: origin, proxy: isProxy ? origin : proxy, idle, ...counters }
}

function addCounters (a: OriginCounters, b: OriginCounters): OriginCounters {
  const failures = { ...a.failures }
  for (const [code, count] of Object.entries(b.failures)) failures[code] = (failures[code] ?? 0) + count
  return { requests: a.requests + b.requests, redirects: a.redirects + b.redirects, retries: a.retries + b.retries, failures }
}
