import type { ClientSettings, RetryCause, RetrySettings } from '@floodgate/settings'
import { keyOf } from '../connections/upstream.ts'
import { Attempts } from './attempts.ts'
import type { Choose } from './choose.ts'
import { type Host, keyOfHost } from './host.ts'
import type { HostHealth, HostState } from './host-health.ts'
import type { RetryBudget } from './retry-budget.ts'
import { findUsableHosts, type KnownHost, type UsableHosts } from './usable-hosts.ts'

/** Where a group has its hosts from, and how it chooses among them. */
export interface GroupOptions {
  /** The hosts at this time: the same list until they change. */
  list (): readonly Host[]
  /** Chooses one for the next request; there is at least one. */
  readonly choose: Choose
  /** Groups of one name, under the same settings, share a budget of repetitions. Default: the origins. */
  readonly name?: string
}

/** What a group takes from its client. */
export interface GroupContext {
  readonly settings: Pick<ClientSettings, 'own'>
  readonly health: HostHealth
  /** null = nothing is repeated. */
  readonly budget: RetryBudget | null
  /** The group is closed. */
  onClose (group: HostGroup): void
}

/**
 * The hosts of one backend: each can serve its requests. Pass it as `hosts` to `dispatch`, so that a request that could
 * not be sent to its host goes to another one, and one that failed is repeated as the settings say. Close it when it is
 * not used any more, unless its client is closed.
 */
export class HostGroup {
  /** Whether a request that could not be sent goes to another host. */
  readonly failsOver: boolean
  /** null = nothing is repeated. */
  readonly retry: RetrySettings | null
  readonly budget: RetryBudget | null
  /** Whether running requests are counted: they decide which host is chosen. */
  readonly counts: boolean
  readonly #options: GroupOptions
  readonly #health: HostHealth
  readonly #maxPercent: number
  readonly #onClose: (group: HostGroup) => void
  #list: readonly Host[] = []
  #known: readonly KnownHost[] = []
  #states: ReadonlyMap<Host, HostState> = new Map()
  #usable: UsableHosts = { hosts: [], trials: [], due: Infinity }
  #version = -1
  #isClosed = false

  constructor (options: GroupOptions, { settings: { own }, health, budget, onClose }: GroupContext) {
    this.#options = options
    this.#health = health
    this.budget = budget
    this.#onClose = onClose
    this.#maxPercent = own?.eject?.maxPercent ?? 100
    this.failsOver = own?.failover ?? true
    this.retry = own?.retry ?? null
    this.counts = own?.balance === 'least-requests'
    this.refresh()
  }

  /** The hosts at this time. */
  get hosts (): readonly Host[] {
    this.refresh()
    return this.#list
  }

  /** What is known of them. */
  get known (): readonly KnownHost[] {
    this.refresh()
    return this.#known
  }

  /** Chooses the host of a request; null = there is none. */
  pick (): Host | null {
    if (this.#health.out === 0) {
      const { hosts } = this
      return hosts.length === 0 ? null : this.#choose(hosts)
    }
    const { hosts, trials } = this.#findUsable()
    for (const { host, state } of trials) if (this.#health.beginTrial(state)) return host
    return hosts.length === 0 ? null : this.#choose(hosts)
  }

  /**
   * Chooses another host for a request that some did not serve; null = there is none.
   *
   * @param tried origins, or `keyOfHost`
   */
  another (tried: ReadonlySet<string>): Host | null {
    const isOther = ({ origin, address }: Host): boolean => !tried.has(keyOfHost(origin, address))
    const others = this.#findUsable().hosts.filter(isOther)
    const any = others.length > 0 ? others : this.#list.filter(isOther)
    return any.length === 0 ? null : this.#choose(any)
  }

  /**
   * Counts a request to a host until its end; null = the group does not have that host, or does not count.
   *
   * @param key origin, or `keyOfHost`
   */
  begin (key: string): HostState | null {
    const state = this.counts ? this.#health.find(key) : undefined
    if (state !== undefined) state.running++
    return state ?? null
  }

  /** Begins to record where a request was sent; null = its address is not one of the group's. */
  attempt (origin: string, address: string | null, path: string): Attempts | null {
    const host = this.hosts.find((host) => host.origin === origin && (host.address ?? null) === address && path.startsWith(host.base))
    return host === undefined ? null : new Attempts(this, host)
  }

  /** Whether a request may be repeated after this. */
  retriesOn (cause: RetryCause): boolean {
    return this.retry !== null && this.retry.on.includes(cause)
  }

  /** Takes note of hosts that came or went, for those who ask before the next request. */
  refresh (): void {
    const list = this.#options.list()
    if (list === this.#list || this.#isClosed) return
    const before = this.#known
    this.#list = list
    this.#known = list.map((host) => ({ host, state: this.#health.enter(keyOf(host.origin), host.address ?? null) }))
    this.#states = new Map(this.#known.map(({ host, state }) => [host, state]))
    for (const { state } of before) this.#health.leave(state)
    this.#version = -1
  }

  /** Its hosts are not watched for it any more. */
  close (): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const { state } of this.#known) this.#health.leave(state)
    this.#onClose(this)
  }

  /** Of hosts with equally few running requests, measured by their weights, the one whose turn it is. */
  #choose (hosts: readonly Host[]): Host {
    const { choose } = this.#options
    if (!this.counts || hosts.length === 1) return choose(hosts)
    const isWeighed = hosts.some(({ weight }) => weight > 0)
    let least = Infinity
    const loads = hosts.map((host) => {
      if (isWeighed && host.weight === 0) return Infinity
      const load = this.#states.get(host)!.running / (isWeighed ? host.weight : 1)
      least = Math.min(least, load)
      return load
    })
    return choose(hosts.filter((_, i) => loads[i] === least))
  }

  #findUsable (): UsableHosts {
    this.refresh()
    const { version, now } = this.#health
    if (version !== this.#version || now >= this.#usable.due) {
      this.#usable = findUsableHosts(this.#known, this.#maxPercent, now)
      this.#version = version
    }
    return this.#usable
  }
}
