import { Resolver } from 'node:dns/promises'
import { lookUpAddresses } from '@floodgate/http-client'
import { timerTime } from '@floodgate/go/duration'
import { remember } from './remember.ts'
import { waitForFirst } from './wait-for-first.ts'

/** The addresses of one name. */
export interface NameAddresses {
  /** IPv4 first, sorted; the same list until they change. Empty = none is known yet. */
  readonly addresses: readonly string[]
}

export interface AddressDirectoryOptions {
  /** The longest time that a DNS answer is used, in ms (`dns_cache_ttl`): a shorter TTL counts. Default 30 s. */
  maxTtl?: number
  /** Name servers, as `address` or `address:port`. Default: the system's. */
  servers?: readonly string[]
  /** Addresses known before, by name: used until the first answer, and filled by this directory. Default: none. */
  remembered?: Map<string, readonly string[]>
  /** Whether names are looked up at all. Default true. */
  lookups?: boolean
  /** Called when a lookup fails, not again until one succeeds; the previous addresses stay in use. */
  onError?: (name: string, error: Error) => void
  /** Called when a lookup succeeds after one that failed. */
  onFound?: (name: string) => void
}

/** Names of backends with `sd: dns-a`, looked up in the background. The code that creates it closes it. */
export interface AddressDirectory {
  /** Looks a name up now, and again when its TTL is over. */
  watch (name: string): NameAddresses
  /** Resolves when every first lookup has ended, successfully or not, and after 3 s at the latest. */
  ready (): Promise<void>
  /** Ends all lookups. */
  close (): void
}

interface Watched extends NameAddresses {
  readonly first: Promise<void>
}

const DEFAULT_MAX_TTL = 30_000
/** The shortest time between two lookups of a name, in ms. */
const MIN_TTL = 1000
/** A lookup that failed is made again after this time, in ms, unless the longest TTL is shorter. */
const RETRY = 5000
/** More addresses of a name are not used. */
const MAX_ADDRESSES = 256

/** Creates a directory of names. A failure changes nothing; neither does an answer without any address. */
export function createAddressDirectory (
  { maxTtl = DEFAULT_MAX_TTL, servers, remembered = new Map(), lookups = true, onError, onFound }: AddressDirectoryOptions = {}
): AddressDirectory {
  let resolver: Resolver | null = null
  const timers = new Map<string, NodeJS.Timeout>()
  const names = new Map<string, Watched>()
  let closed = false

  function start (name: string): Watched {
    let addresses: readonly string[] = remembered.get(name) ?? []
    let families: { four: readonly string[], six: readonly string[] } = { four: [], six: [] }
    let isFailing = false

    async function refresh (): Promise<void> {
      let wait = Math.min(RETRY, maxTtl)
      try {
        const { four, six, ttl } = await lookUpAddresses(name, resolver!)
        // One of both may have had no answer: what was known of it stays.
        families = { four: four ?? families.four, six: six ?? families.six }
        const found = [...[...families.four].sort(), ...[...families.six].sort()].slice(0, MAX_ADDRESSES)
        if (found.join() !== addresses.join()) addresses = found
        remember(remembered, name, addresses)
        wait = Math.min(Math.max(ttl ?? maxTtl, MIN_TTL), maxTtl)
        if (isFailing && !closed) onFound?.(name)
        isFailing = false
      } catch (error) {
        if (!isFailing && !closed) onError?.(name, error as Error)
        isFailing = true
      }
      if (!closed) timers.set(name, setTimeout(refresh, timerTime(Math.max(wait, MIN_TTL))).unref())
    }

    const first = lookups ? refresh() : Promise.resolve()
    return { get addresses () { return addresses }, first: addresses.length > 0 ? Promise.resolve() : first }
  }

  return {
    watch (name) {
      if (resolver === null) {
        resolver = new Resolver()
        if (servers !== undefined) resolver.setServers(servers)
      }
      let watched = names.get(name)
      if (watched === undefined) names.set(name, watched = start(name))
      return watched
    },
    ready: () => waitForFirst(Array.from(names.values(), ({ first }) => first)),
    close () {
      closed = true
      for (const timer of timers.values()) clearTimeout(timer)
      resolver?.cancel()
    }
  }
}
