import type { FastifyInstance } from 'fastify'
import type { Backend, Endpoint, Service } from '@floodgate/core'
import type { Problem } from '@floodgate/config-loader'
import type { ClientStatistics } from '@floodgate/http-client'
import type { Dispatcher } from 'undici'
import { nameTaken, unknownGateway } from './errors.ts'

/** One gateway of an app. */
export interface GatewayHandle {
  readonly name: string
  readonly model: Service
  readonly endpoints: readonly Endpoint[]
  /** What features doubt in their settings; `loadConfiguration` tells the rest. The log has told it. */
  readonly warnings: readonly Problem[]
  /** The dispatcher of a backend's client settings: for calls of your own. The gateway closes it. */
  dispatcherFor (backend: Backend): Dispatcher
  /** Connections, requests and failures by distinct client settings and origin. */
  stats (): ClientStatistics[]
  /** Where metrics are served, from the app's being ready on; null = nowhere. */
  readonly metricsUrl: string | null
  /** Reads again what was read from files (SIGHUP). What fails is logged, and what worked before stays in use. */
  renew (): Promise<void>
}

/** `app.floodgate`: the gateways of this app by name. */
export class Gateways {
  readonly #gateways = new Map<string, GatewayHandle>()
  readonly #renewals: (() => void)[] = []

  /** Names of the gateways, in the order they were registered. */
  get names (): string[] {
    return [...this.#gateways.keys()]
  }

  /**
   * Finds a gateway by its name; without a name, the first one.
   *
   * @throws {FG_ERR_GATEWAY_UNKNOWN}
   */
  get (name?: string): GatewayHandle {
    const found = name === undefined ? this.#gateways.values().next().value : this.#gateways.get(name)
    if (found === undefined) throw unknownGateway(name ?? '', this.names.join(', ') || 'none')
    return found
  }

  /** Statistics of all gateways, by name. */
  stats (): Record<string, ClientStatistics[]> {
    return Object.fromEntries([...this.#gateways].map(([name, gateway]) => [name, gateway.stats()]))
  }

  /** Renews all gateways, and the listener's certificates where the server is a standalone one. */
  async renew (): Promise<void> {
    for (const gateway of this.#gateways.values()) await gateway.renew()
    for (const renew of this.#renewals) renew()
  }

  /** @internal */
  onRenew (renew: () => void): void {
    this.#renewals.push(renew)
  }

  /** @internal */
  add (gateway: GatewayHandle): void {
    if (this.#gateways.has(gateway.name)) throw nameTaken(gateway.name)
    this.#gateways.set(gateway.name, gateway)
  }
}

/** Adds a gateway to the app's decorator, which the first one brings. */
export function decorate (app: FastifyInstance, gateway: GatewayHandle): void {
  if (!app.hasDecorator('floodgate')) app.decorate('floodgate', new Gateways())
  app.floodgate.add(gateway)
}
