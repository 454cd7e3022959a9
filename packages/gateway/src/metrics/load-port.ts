import type { FastifyInstance } from 'fastify'
import type { ClientStatistics } from '@floodgate/http-client'
import type { OwnSettings } from '../own-settings.ts'
import type { MetricFamily } from './exposition.ts'
import type { MetricsPort, MetricsPortOptions } from './metrics-port.ts'

export interface MetricsSource extends Omit<MetricsPortOptions, 'read'> {
  stats (): ClientStatistics[]
  /** Metrics before those of the clients. Default: none. */
  others? (): readonly MetricFamily[]
}

/** Loads what metrics need, for a configuration that asks for them. */
export async function loadPort ({ workers, log, stats, others = () => [] }: MetricsSource): Promise<MetricsPort> {
  const [{ createMetricsPort }, { writeExposition }, { describeClientMetrics }] = await Promise.all([
    import('./metrics-port.ts'), import('./exposition.ts'), import('./client-metrics.ts')
  ])
  return createMetricsPort({ workers, log, read: () => writeExposition([...others(), ...describeClientMetrics(stats())]) })
}

/** Opens the port of an app when it is ready; the caller closes it. */
export async function openWithApp (
  scope: FastifyInstance,
  settings: OwnSettings['metrics'],
  source: Omit<MetricsSource, 'log'>
): Promise<MetricsPort> {
  const port = await loadPort({ ...source, log: scope.log })
  scope.addHook('onReady', async () => { await (await port.prepare(settings)).take() })
  return port
}
