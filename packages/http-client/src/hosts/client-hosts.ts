import type { ClientSettings } from '@floodgate/settings'
import { describeOut, HostHealth, type HostChange, type OutCause } from './host-health.ts'
import { HealthChecks, type HealthChecksOptions } from './health-checks.ts'
import { HostGroup, type GroupOptions } from './host-group.ts'
import { RetryBudget } from './retry-budget.ts'

/** One host of a backend, under one set of client settings. */
export interface HostStatistics {
  readonly origin: string
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
}

/** The groups of hosts of a client, and what they share: which hosts are out, and how much may be repeated. */
export class ClientHosts {
  readonly health: HostHealth
  readonly #settings: ClientSettings
  readonly #checks: HealthChecks | null
  readonly #budgets = new Map<string, { readonly budget: RetryBudget, uses: number }>()

  constructor ({ settings, checks, onChange, ...others }: ClientHostsOptions) {
    const { eject = null, health: check } = settings.own ?? {}
    this.#settings = settings
    this.health = new HostHealth(eject, onChange, () => { this.#checks?.update() })
    this.#checks = checks && check !== undefined ? new HealthChecks({ settings, check, health: this.health, ...others }) : null
  }

  createGroup (options: GroupOptions): HostGroup {
    const { retry } = this.#settings.own ?? {}
    const key = options.list().map(({ origin }) => origin).join(' ')
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

  /** Takes a host out until it is restored; false = it is not one of these. */
  eject (origin: string, reason: string): boolean {
    const host = this.health.find(origin)
    if (host !== undefined) this.health.withdraw(host, reason)
    return host !== undefined
  }

  /** Gives a host requests again, whatever took it out; false = it is not one of these. */
  restore (origin: string): boolean {
    const host = this.health.find(origin)
    if (host !== undefined) this.health.restore(host)
    return host !== undefined
  }

  list (): HostStatistics[] {
    return Array.from(this.health.hosts, (host) => {
      const out = describeOut(host)
      return {
        origin: host.origin,
        out: out && { by: out.by, since: toIso(out.since), until: out.until === null ? null : toIso(out.until), reason: out.reason },
        failures: host.failures,
        ejections: { ...host.ejections }
      }
    })
  }

  close (): void {
    this.#checks?.close()
  }
}

/** Describes a change for the log. */
export function describeChange ({ origin, out }: HostChange): string {
  if (out === null) return `the host ${origin} gets requests again`
  const end = out.until === null ? '' : ` until ${toIso(out.until)}`
  return `the host ${origin} gets no requests${end} (${causes[out.by]}): ${out.reason}`
}

const causes: Record<OutCause, string> = { failures: 'failed calls', health: 'failed health check', operator: 'taken out by an operator' }

function toIso (time: number): string {
  return new Date(time).toISOString()
}
