import { Resolver } from 'node:dns/promises'
import type { SrvRecord } from 'node:dns'

/** Hosts of one SRV name. */
export interface SrvService {
  /** Chooses an origin by the weights of the preferred records; null while there is none. */
  pick (): string | null
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
  /** Resolves when every first lookup has ended, successfully or not. */
  ready (): Promise<void>
  /** Ends all lookups. */
  close (): void
}

interface Watched extends SrvService {
  readonly first: Promise<void>
}

const DEFAULT_TTL = 30_000

/**
 * Creates a directory of SRV names. The records with the lowest priority number are used, chosen by their share of all
 * weights, as on the reference; a failure, or an answer without records, changes nothing.
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
    let choose: () => string | null = () => null
    const refresh = (): Promise<void> => resolver.resolveSrv(name).then((records) => {
      const found = createChoice(records, scheme)
      if (found !== null) choose = found
    }, (error: Error) => { if (!closed) onError?.(name, error) })
    timers.push(setInterval(refresh, interval).unref())
    return { pick: () => choose(), first: refresh() }
  }

  return {
    watch,
    async ready () { await Promise.all([...services.values()].map(({ first }) => first)) },
    close () {
      closed = true
      for (const timer of timers) clearInterval(timer)
      resolver.cancel()
    }
  }
}

function createChoice (records: readonly SrvRecord[], scheme: string): (() => string) | null {
  // A single "." means that the service is not available (RFC 2782).
  const usable = records.filter(({ name }) => name !== '' && name !== '.')
  const best = Math.min(...usable.map(({ priority }) => priority))
  const hosts = usable.filter(({ priority }) => priority === best)
    .map(({ name, port, weight }) => ({ origin: `${scheme}://${name.replace(/\.$/, '')}:${port}`, weight }))
  if (hosts.length === 0) return null
  const total = hosts.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return () => hosts[Math.floor(Math.random() * hosts.length)]!.origin
  return () => {
    // Each gets its weight's share of the total: nothing if it is 0 and others have a weight.
    let left = Math.floor(Math.random() * total)
    for (const { origin, weight } of hosts) {
      if (left < weight) return origin
      left -= weight
    }
    return hosts.at(-1)!.origin
  }
}
