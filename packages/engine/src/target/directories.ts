import type { Host } from '@floodgate/http-client'
import { createAddressDirectory, type AddressDirectory } from './address-directory.ts'
import { createSrvDirectory, type SrvDirectory } from './srv-directory.ts'
import { waitForFirst } from './wait-for-first.ts'

/** What is known of names: configurations that replace each other share it, so that a reload needs no name server. */
export interface KnownNames {
  readonly services: Map<string, readonly Host[]>
  readonly addresses: Map<string, readonly string[]>
}

export interface DirectoriesOptions {
  /** `dns_cache_ttl` in ms. */
  readonly ttl: number
  /** Whether names are looked up at all: no in a configuration that is only checked. Default true. */
  readonly lookups?: boolean
  /** Default: nothing. */
  readonly known?: KnownNames | undefined
  readonly log: { warn (details: object, message: string): void, info (details: object, message: string): void }
}

/** Where the hosts of backends with service discovery come from. The code that creates it closes it. */
export interface Directories {
  /** Of `sd: dns`. */
  readonly srv: SrvDirectory
  /** Of `sd: dns-a`. */
  readonly addresses: AddressDirectory
  /** Resolves when every first lookup has ended, successfully or not, and after 3 s at the latest. */
  ready (): Promise<void>
  /** Ends all lookups. */
  close (): void
}

export function createKnownNames (): KnownNames {
  return { services: new Map(), addresses: new Map() }
}

/** Creates the directories of a configuration. What fails is logged, and what was known stays in use. */
export function createDirectories ({ ttl, lookups = true, known = createKnownNames(), log }: DirectoriesOptions): Directories {
  const srv = createSrvDirectory({
    ttl,
    lookups,
    remembered: known.services,
    onError (name, err) { log.warn({ name, err }, 'SRV lookup failed: the previous hosts stay in use') }
  })
  const addresses = createAddressDirectory({
    maxTtl: ttl,
    lookups,
    remembered: known.addresses,
    onError (name, err) { log.warn({ name, err }, `the addresses of ${name} cannot be looked up: those known before stay in use`) },
    onFound (name) { log.info({ name }, `the addresses of ${name} are looked up again`) }
  })
  return {
    srv,
    addresses,
    ready: () => waitForFirst([srv.ready(), addresses.ready()]),
    close () {
      srv.close()
      addresses.close()
    }
  }
}
