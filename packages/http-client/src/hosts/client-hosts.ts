import type { ClientSettings } from '@floodgate/settings'
import { keyOf } from '../connections/upstream.ts'
import { writeAddress } from '../dial/connect-tcp.ts'
import { nameHost } from './host.ts'
import { describeOut, HostHealth, type HostChange, type HostState, type OutCause } from './host-health.ts'
import { HealthChecks, type HealthChecksOptions } from './health-checks.ts'
import { HostGroup, type GroupOptions } from './host-group.ts'
import { RetryBudget } from './retry-budget.ts'

/** One host of a backend, under one set of client settings. */
export interface HostStatistics {
  readonly origin: string
  /** Of a name whose addresses are hosts of their own (`sd: dns-a`); null = what the name leads to. */
  readonly address: string | null
  /** Why it gets no requests; null = it does. */
  readonly out: {
    readonly by: OutCause
    /** As ISO 8601. */
    readonly since: string
    /** When a trial request goes to it; null = a successful health check, or the operator, brings it back. */
    readonly until: string | null
    readonly reason: string
  } | null
  /** Failures in a row. */
  readonly failures: number
  /** How often it was taken out, by cause. */
  readonly ejections: Readonly<Record<string, number>>
}

export interface ClientHostsOptions extends Pick<HealthChecksOptions, 'dispatch' | 'env'> {
  readonly settings: ClientSettings
  /** Whether hosts are checked, where the settings say so. */
  readonly checks: boolean
  onChange (change: HostChange): void
  /** No group has the host any more. */
  onGone (host: HostState): void
}

/** The groups of hosts of a client, and what they share: which hosts are out, and how much may be repeated. */
export class ClientHosts {
  readonly health: HostHealth
  readonly #settings: ClientSettings
  readonly #checks: HealthChecks | null
  readonly #budgets = new Map<string, { readonly budget: RetryBudget, uses: number }>()

  constructor ({ settings, checks, onChange, onGone, ...others }: ClientHostsOptions) {
    const { eject = null, health: check } = settings.own ?? {}
    this.#settings = settings
    this.health = new HostHealth(eject, onChange, () => { this.#checks?.update() }, undefined, onGone)
    this.#checks = checks && check !== undefined ? new HealthChecks({ settings, check, health: this.health, ...others }) : null
  }

  createGroup (options: GroupOptions): HostGroup {
    const { retry } = this.#settings.own ?? {}
    const { name: key = options.list().map(({ origin }) => origin).join(' ') } = options
    if (retry !== undefined) {
      const known = this.#budgets.get(key)
      if (known === undefined) this.#budgets.set(key, { budget: new RetryBudget(retry.budget), uses: 1 })
      else known.uses++
    }
    return new HostGroup(options, {
      settings: this.#settings,
      health: this.health,
      budget: this.#budgets.get(key)?.budget ?? null,
      onClose: () => {
        const known = this.#budgets.get(key)
        if (known !== undefined && --known.uses === 0) this.#budgets.delete(key)
      }
    })
  }

  /**
   * Takes a host out until it is restored; false = it is not one of these.
   *
   * @param origin of a name all its addresses, or one of them: `http://10.0.0.1:8080`
   */
  eject (origin: string, reason: string): boolean {
    const hosts = this.#find(origin)
    for (const host of hosts) this.health.withdraw(host, reason)
    return hosts.length > 0
  }

  /** Gives a host requests again, whatever took it out; false = it is not one of these. */
  restore (origin: string): boolean {
    const hosts = this.#find(origin)
    for (const host of hosts) this.health.restore(host)
    return hosts.length > 0
  }

  list (): HostStatistics[] {
    return Array.from(this.health.hosts, (host) => {
      const out = describeOut(host)
      return {
        origin: host.origin,
        address: host.address,
        out: out && { by: out.by, since: toIso(out.since), until: out.until === null ? null : toIso(out.until), reason: out.reason },
        failures: host.failures,
        ejections: { ...host.ejections }
      }
    })
  }

  close (): void {
    this.#checks?.close()
  }

  #find (origin: string): HostState[] {
    return [...this.health.hosts].filter((host) => host.origin === origin || originAt(host) === origin)
  }
}

/** The origin of the address itself: `http://10.0.0.1:8080`. */
function originAt ({ origin, address }: HostState): string | null {
  if (address === null) return null
  const url = new URL(origin)
  return keyOf(`${url.protocol}//${writeAddress(address, Number(url.port) || (url.protocol === 'https:' ? 443 : 80))}`)
}

/** Describes a change for the log. */
export function describeChange ({ origin, address, out }: HostChange): string {
  const name = nameHost(origin, address)
  if (out === null) return `the host ${name} gets requests again`
  const end = out.until === null ? '' : ` until ${toIso(out.until)}`
  return `the host ${name} gets no requests${end} (${causes[out.by]}): ${out.reason}`
}

const causes: Record<OutCause, string> = { failures: 'failed calls', health: 'failed health check', operator: 'taken out by an operator' }

function toIso (time: number): string {
  return new Date(time).toISOString()
}
