import type { FastifyInstance } from 'fastify'
import { version, writeExposition, type Backend, type MetricFamily, type MetricRegistry, type Metrics, type Service } from '@floodgate/core'
import type { Client, ClientStatistics } from '@floodgate/http-client'
import type { ListenerCertificates } from '@floodgate/tls'
import { ownSettings } from '../own-settings.ts'
import { createStatusPage } from '../status/load-status.ts'
import type { StatusPort, StatusPortOptions } from '../status/status-port.ts'
import type { MetricsPort, MetricsPortOptions } from './metrics-port.ts'
import { preparePorts } from './prepared-port.ts'
import type { RequestMetrics } from './request-metrics.ts'

/** What a process reports beside what its features count. */
export interface MetricsSource {
  /** Of the clients of backends. Default: it has none. */
  stats? (): ClientStatistics[]
  /** The certificates of the listener. Default: it has none. */
  readonly listener?: ListenerCertificates | null
  /** Further metrics. Default: none. */
  others? (): readonly MetricFamily[]
}

/** Adds the metrics of the process, of its clients and others to a registry; returns a function that ends that. */
export async function loadSources (registry: MetricRegistry, { stats, listener = null, others }: MetricsSource): Promise<() => void> {
  const [{ createProcessReader }, { describeClientMetrics }] = await Promise.all([
    import('./process-metrics.ts'), import('./client-metrics.ts')
  ])
  const reader = createProcessReader(version)
  const endings = [registry.include(() => reader.read()), () => { reader.close() }]
  if (stats !== undefined) endings.push(registry.include(() => describeClientMetrics(stats())))
  if (listener !== null) {
    const { describeListener } = await import('./listener-metrics.ts')
    endings.push(registry.include(() => describeListener(listener)))
  }
  if (others !== undefined) endings.push(registry.include(others))
  return () => { for (const end of endings) end() }
}

export interface RequestMetricsSource {
  readonly metrics: Metrics
  /** As of `createRequestMetrics`. */
  readonly listens: boolean
  clientFor (backend: Backend): Pick<Client, 'key'>
}

/** Begins to measure the requests of a gateway, and reports which clients they go to. */
export async function loadRequestMetrics (model: Service, { metrics, listens, clientFor }: RequestMetricsSource): Promise<RequestMetrics> {
  const [{ createRequestMetrics }, { reportClients }] = await Promise.all([import('./request-metrics.ts'), import('./client-info.ts')])
  reportClients(model, metrics, clientFor)
  return createRequestMetrics(model.endpoints, metrics, listens)
}

/** Loads what a port of metrics needs. */
export async function loadPort (log: MetricsPortOptions['log'], read: () => MetricFamily[] | Promise<MetricFamily[]>): Promise<MetricsPort> {
  const { createMetricsPort } = await import('./metrics-port.ts')
  return createMetricsPort({ log, read: async () => writeExposition(await read()) })
}

/** The ports of an app; null = that one is not wanted. */
export interface AppPorts {
  readonly metrics: MetricsPort | null
  readonly status: StatusPort
}

/** Opens the ports of an app when it is ready; the caller closes them. */
export async function openWithApp (
  scope: FastifyInstance,
  model: Service,
  { source, env }: Pick<StatusPortOptions, 'source' | 'env'>
): Promise<AppPorts> {
  const { log } = scope
  const settings = ownSettings(model).metrics
  const metrics = settings === undefined ? null : await loadPort(log, async () => [...await source.read()])
  const status = createStatusPage({ log, source, env })
  scope.addHook('onReady', async () => {
    const changes = [...metrics === null ? [] : [metrics.change(settings)], await status.change(model)]
    await (await preparePorts(changes)).take()
  })
  return { metrics, status }
}
