import type { MetricRegistry } from '@floodgate/core'
import type { KnownNames } from '@floodgate/engine'
import type { Clients } from '@floodgate/http-client'
import type { ListenerCertificates } from '@floodgate/tls'
import type { StateStore } from './state-store.ts'

/** Whether a gateway should get requests, as `/readyz` reports. */
export interface Readiness { isReady: boolean }

/** What configurations that replace each other in a process share; its owner closes it after the last of them. */
export interface SharedResources {
  /** Equal settings keep their connections. */
  readonly clients: Clients
  readonly state: StateStore
  readonly readiness: Readiness
  /** The certificates of the listener; null = it has none. */
  readonly listener: ListenerCertificates | null
  /** Hosts of names, so that a reload while the DNS is away loses none. */
  readonly known: KnownNames
  readonly registry: MetricRegistry
  /** Where metrics are served; null = nowhere. */
  readonly metricsUrl: string | null
  /** Where the status page is; null = nowhere. */
  readonly statusUrl: string | null
}
