import type { FastifyInstance } from 'fastify'
import type { Dispatcher } from 'undici'
import type { Backend, Endpoint, MetricFamily, Place, Service } from '@floodgate/core'
import type { Client, ClientStatistics } from '@floodgate/http-client'
import { FG_ERR_GATEWAY_NAME_TAKEN, FG_ERR_GATEWAY_UNKNOWN } from '../errors.ts'
import type { ReloadResult } from './reload-result.ts'
import type { BackendHosts } from '../target/backend-hosts.ts'
import type { Directories } from '../target/directories.ts'

/** One configuration that an app serves, by `@floodgate/gateway` or `@floodgate/proxy`. */
export interface FloodgateEntry extends Omit<BackendHosts, 'close'> {
  readonly name: string
  /** The plugin that serves it, and where: `@floodgate/gateway at /api`. */
  readonly by: string
  readonly model: Service
  readonly endpoints: readonly Endpoint[]
  /** SHA-256 of the configuration as one text, hexadecimal: shows whether an edit is in use. */
  readonly revision: string
  /** Files that features have read for the configuration, beside the configuration itself; absolute. */
  readonly files: ReadonlySet<string>
  /** What features doubt in their settings; the log has told it. */
  readonly warnings: readonly { readonly code: string, readonly message: string, readonly place: Place }[]
  /** Names of backends with service discovery (`sd`). */
  readonly directory: Directories
  /** The client of a backend's settings. The plugin closes it. */
  clientFor (backend: Backend): Client
  /** The dispatcher of a backend's client settings: for calls of your own. The plugin closes it. */
  dispatcherFor (backend: Backend): Dispatcher
  /** Connections, requests and failures by distinct client settings and origin, and the revision of the configuration. */
  stats (): GatewayStatistics
  /** Where metrics are served, from the app's being ready on; null = nowhere. */
  readonly metricsUrl: string | null
  /** Where the status page is served, from the app's being ready on; null = nowhere. */
  readonly statusUrl: string | null
  /** Reads again what was read from files (SIGHUP). What fails is logged, and what worked before stays in use. */
  renew (): Promise<void>
  /**
   * Replaces the configuration of a gateway with the option `reloadable`, when the calls before have ended. Where the new one
   * cannot be served, the previous one stays in use, and `problems` says why.
   *
   * @param config path of a file, an object, or what `loadConfiguration` returned. Default: what it was loaded from is read again
   * @throws {FG_ERR_GATEWAY_NOT_RELOADABLE} the gateway does not have that option, or `@floodgate/proxy` serves it
   */
  reload (config?: string | object): Promise<ReloadResult>
}

/**
 * Statistics of the clients of a configuration, which one it is, and `metrics`: everything that `/metrics` shows, as data,
 * as it is when the property is read. Empty where no metrics are configured, and of this process only where there are workers.
 */
export type GatewayStatistics = ClientStatistics[] & { readonly revision: string, readonly metrics: readonly MetricFamily[] }

/** Adds metrics to statistics; they are read with the property. */
export function withMetrics (
  statistics: ClientStatistics[] & { readonly revision: string },
  read: () => readonly MetricFamily[]
): GatewayStatistics {
  return Object.defineProperty(statistics, 'metrics', { get: read, configurable: true }) as GatewayStatistics
}

declare module 'fastify' {
  interface FastifyInstance {
    /** What this app serves, added by the first of `@floodgate/gateway` and `@floodgate/proxy`; undefined before. */
    floodgate: Floodgates
  }
}

/** `app.floodgate`: the configurations that an app serves, by name. */
export class Floodgates {
  readonly #entries = new Map<string, FloodgateEntry>()
  readonly #renewals: (() => void)[] = []

  /** Their names, in the order they were registered. */
  get names (): string[] {
    return [...this.#entries.keys()]
  }

  /**
   * Finds one by its name; without a name, the first one.
   *
   * @throws {FG_ERR_GATEWAY_UNKNOWN}
   */
  get (name?: string): FloodgateEntry {
    const found = name === undefined ? this.#entries.values().next().value : this.#entries.get(name)
    if (found === undefined) throw new FG_ERR_GATEWAY_UNKNOWN(name ?? '', this.names.join(', ') || 'none')
    return found
  }

  /** Statistics of all, by name. */
  stats (): Record<string, GatewayStatistics> {
    return Object.fromEntries([...this.#entries].map(([name, entry]) => [name, entry.stats()]))
  }

  /** Renews all, and the listener's certificates where the server is a standalone one. */
  async renew (): Promise<void> {
    for (const entry of this.#entries.values()) await entry.renew()
    for (const renew of this.#renewals) renew()
  }

  /** @internal */
  onRenew (renew: () => void): void {
    this.#renewals.push(renew)
  }

  /** @internal */
  add (entry: FloodgateEntry): void {
    const taken = this.#entries.get(entry.name)
    if (taken !== undefined) throw new FG_ERR_GATEWAY_NAME_TAKEN(entry.name, taken.by, entry.by)
    this.#entries.set(entry.name, entry)
  }
}

/**
 * Adds an entry to the app's decorator, which the first one brings.
 *
 * @throws {FG_ERR_GATEWAY_NAME_TAKEN} naming both of one name
 */
export function addFloodgate (app: FastifyInstance, entry: FloodgateEntry): void {
  if (!app.hasDecorator('floodgate')) app.decorate('floodgate', new Floodgates())
  app.floodgate.add(entry)
}
