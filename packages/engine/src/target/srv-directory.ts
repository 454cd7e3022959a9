import { Resolver } from 'node:dns/promises'
import type { SrvRecord } from 'node:dns'
import type { Host } from '@floodgate/http-client'
import { timerTime } from '@floodgate/go/duration'
import { remember } from './remember.ts'
import { waitForFirst } from './wait-for-first.ts'

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
  /** Hosts known before, by scheme and name: used until the first answer, and filled by this directory. Default: none. */
  remembered?: Map<string, readonly Host[]>
  /** Whether names are looked up at all. Default true. */
  lookups?: boolean
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
/** More hosts of a name are not used. */
const MAX_HOSTS = 256
/** What a target may be: a DNS name may have any bytes, of which some would make another host, or a path. */
const target = /^[\w-]+(\.[\w-]+)*\.?$/

/**
 * Creates a directory of SRV names. The records with the lowest priority number are used, as on the reference; a
 * failure, or an answer without a usable record, changes nothing. Port 0 and targets that are no names of hosts are left out.
 */
export function createSrvDirectory (
  { ttl = DEFAULT_TTL, servers, remembered = new Map(), lookups = true, onError }: SrvDirectoryOptions = {}
): SrvDirectory {
  const resolver = new Resolver()
  if (servers !== undefined) resolver.setServers(servers)
  const interval = ttl < 1000 ? DEFAULT_TTL : timerTime(ttl)
  const timers: NodeJS.Timeout[] = []
  const services = new Map<string, Watched>()
  let closed = false

  function watch (name: string, scheme: string): SrvService {
    const key = `${scheme}://${name}`
    let service = services.get(key)
    if (service === undefined) services.set(key, service = start(key, name, scheme))
    return service
  }

  function start (key: string, name: string, scheme: string): Watched {
    let hosts: readonly Host[] = remembered.get(key) ?? []
    const refresh = (): Promise<void> => resolver.resolveSrv(name).then((records) => {
      const found = readRecords(records, scheme)
      if (found.length === 0 || writeHosts(found) === writeHosts(hosts)) return
      hosts = found
      remember(remembered, key, hosts)
    }, (error: Error) => { if (!closed) onError?.(name, error) })
    if (!lookups) return { hosts, first: Promise.resolve() }
    timers.push(setInterval(refresh, interval).unref())
    const first = refresh()
    return { get hosts () { return hosts }, first: hosts.length > 0 ? Promise.resolve() : first }
  }

  return {
    watch,
    ready: () => waitForFirst(Array.from(services.values(), ({ first }) => first)),
    close () {
      closed = true
      for (const timer of timers) clearInterval(timer)
      resolver.cancel()
    }
  }
}

/** Answers have their records in any order. */
function writeHosts (hosts: readonly Host[]): string {
  return hosts.map(({ origin, weight }) => `${origin} ${weight}`).sort().join('\n')
}

function readRecords (records: readonly SrvRecord[], scheme: string): readonly Host[] {
  // A single "." means that the service is not available (RFC 2782).
  const usable = records.filter(({ name, port }) => port > 0 && target.test(name))
  const best = Math.min(...usable.map(({ priority }) => priority))
  const hosts = usable.filter(({ priority }) => priority === best).map(({ name, port, weight }) => ({
    origin: `${scheme}://${name.replace(/\.$/, '')}:${port}`,
    base: '',
    authorization: null,
    weight
  }))
  // The same ones, whatever their order in an answer.
  return hosts.length <= MAX_HOSTS ? hosts : hosts.sort((a, b) => a.origin < b.origin ? -1 : 1).slice(0, MAX_HOSTS)
}
