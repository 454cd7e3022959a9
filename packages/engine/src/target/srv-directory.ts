import { Resolver } from 'node:dns/promises'
import { setTimeout } from 'node:timers/promises'
import type { SrvRecord } from 'node:dns'
import type { Host } from '@floodgate/http-client'

/** Hosts of one SRV name. */
export interface SrvService {
  /** The hosts of the preferred records, with their weights; the same list until they change. */
  readonly hosts: readonly Host[]
}

export interface SrvDirectoryOptions {
  /** How long a DNS answer is used, in ms (`dns_cache_ttl`). Default 30 s, also for less than 1 s, as on the reference. */
  ttl?: number
  /** Name servers, as `address` or `address:port`. Default: the system's. */
  servers?: readonly string[]
  /** Called when a lookup fails; the previous records stay in use. */
  onError?: (name: string, error: Error) => void
}

/** SRV names of backends with `sd: dns`, looked up in the background. The code that creates it closes it. */
export interface SrvDirectory {
  /** Looks a name up now and again every `ttl`; a name is looked up once for all its backends. */
  watch (name: string, scheme: string): SrvService
  /** Resolves when every first lookup has ended, successfully or not, and after 3 s at the latest. */
  ready (): Promise<void>
  /** Ends all lookups. */
  close (): void
}

interface Watched extends SrvService {
  readonly first: Promise<void>
}

const DEFAULT_TTL = 30_000
/** How long a start waits for slow name servers, in ms. */
const MAX_FIRST_LOOKUP = 3000

/**
 * Creates a directory of SRV names. The records with the lowest priority number are used, as on the reference; a
 * failure, or an answer without records, changes nothing.
 */
export function createSrvDirectory ({ ttl = DEFAULT_TTL, servers, onError }: SrvDirectoryOptions = {}): SrvDirectory {
  const resolver = new Resolver()
  if (servers !== undefined) resolver.setServers(servers)
  const interval = ttl < 1000 ? DEFAULT_TTL : ttl
  const timers: NodeJS.Timeout[] = []
  const services = new Map<string, Watched>()
  let closed = false

  function watch (name: string, scheme: string): SrvService {
    const key = `${scheme}://${name}`
    let service = services.get(key)
    if (service === undefined) services.set(key, service = start(name, scheme))
    return service
  }

  function start (name: string, scheme: string): Watched {
    let hosts: readonly Host[] = []
    const refresh = (): Promise<void> => resolver.resolveSrv(name).then((records) => {
      const found = readRecords(records, scheme)
      if (found.length > 0) hosts = found
    }, (error: Error) => { if (!closed) onError?.(name, error) })
    timers.push(setInterval(refresh, interval).unref())
    return { get hosts () { return hosts }, first: refresh() }
  }

  return {
    watch,
    async ready () {
      if (services.size === 0) return
      const waited = new AbortController()
      const { signal } = waited
      const late = setTimeout(MAX_FIRST_LOOKUP, undefined, { signal }).catch(() => {})
      await Promise.race([Promise.all(Array.from(services.values(), ({ first }) => first)), late])
      waited.abort()
    },
    close () {
      closed = true
      for (const timer of timers) clearInterval(timer)
      resolver.cancel()
    }
  }
}

function readRecords (records: readonly SrvRecord[], scheme: string): readonly Host[] {
  // A single "." means that the service is not available (RFC 2782).
  const usable = records.filter(({ name }) => name !== '' && name !== '.')
  const best = Math.min(...usable.map(({ priority }) => priority))
  return usable.filter(({ priority }) => priority === best).map(({ name, port, weight }) => ({
    origin: `${scheme}://${name.replace(/\.$/, '')}:${port}`,
    base: '',
    authorization: null,
    weight
  }))
}
