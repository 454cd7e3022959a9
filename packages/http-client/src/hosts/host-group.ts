import type { ClientSettings } from '@floodgate/settings'
import { Attempts } from './attempts.ts'
import type { Host } from './host.ts'

/** Where a group has its hosts from, and how it chooses among them. */
export interface GroupOptions {
  /** The hosts at this time: the same list until they change. */
  list (): readonly Host[]
  /** Chooses one for the next request; there is at least one. */
  choose (hosts: readonly Host[]): Host
}

/**
 * The hosts of one backend: each can serve its requests. Pass it as `hosts` to `dispatch`, so that a request that could
 * not be sent to its host goes to another one.
 */
export class HostGroup {
  readonly #options: GroupOptions
  /** Whether a request that could not be sent goes to another host. */
  readonly failsOver: boolean

  constructor (options: GroupOptions, { own }: Pick<ClientSettings, 'own'>) {
    this.#options = options
    this.failsOver = own?.failover ?? true
  }

  /** The hosts at this time. */
  get hosts (): readonly Host[] {
    return this.#options.list()
  }

  /** Chooses the host of a request; null = there is none. */
  pick (): Host | null {
    const hosts = this.hosts
    return hosts.length === 0 ? null : this.#options.choose(hosts)
  }

  /** Chooses another host for a request that these origins did not serve; null = there is none. */
  another (tried: ReadonlySet<string>): Host | null {
    const others = this.hosts.filter(({ origin }) => !tried.has(origin))
    return others.length === 0 ? null : this.#options.choose(others)
  }

  /** Begins to record where a request was sent; null = its address is not one of the group's. */
  attempt (origin: string, path: string): Attempts | null {
    const host = this.hosts.find((host) => host.origin === origin && path.startsWith(host.base))
    return host === undefined ? null : new Attempts(this, host)
  }
}
