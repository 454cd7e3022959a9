import type { Workers } from '@floodgate/core'
import type { ClientStatistics } from '@floodgate/http-client'
import type { MetricFamily } from '../metrics/exposition.ts'
import { loadPort } from '../metrics/load-port.ts'
import type { MetricsLog } from '../metrics/listener.ts'
import type { MetricsPort } from '../metrics/metrics-port.ts'
import type { OwnSettings } from '../own-settings.ts'

/** Attempts to replace the configuration, by their result. */
export interface ReloadCounts {
  success: number
  failure: number
}

export interface ProcessMetricsOptions {
  readonly workers: Workers | null
  readonly log: MetricsLog
  readonly counts: Readonly<ReloadCounts>
  revision (): string
  stats (): ClientStatistics[]
}

/** The metrics of a process whose configuration is replaced; they are loaded when a configuration asks for them. */
export function createProcessMetrics ({ workers, log, counts, revision, stats }: ProcessMetricsOptions): MetricsPort {
  let port: MetricsPort | undefined
  return {
    get url () { return port?.url ?? null },
    async prepare (settings: OwnSettings['metrics']) {
      if (port === undefined && settings === undefined) return { async take () {}, async abandon () {} }
      port ??= await loadPort({ workers, log, stats, others: () => describeReloads(counts, revision()) })
      return port.prepare(settings)
    },
    async close () { await port?.close() }
  }
}

/** Describes how often the configuration was replaced, and which one is in use. */
export function describeReloads (counts: Readonly<ReloadCounts>, revision: string): MetricFamily[] {
  return [
    {
      name: 'floodgate_config_reloads_total',
      type: 'counter',
      help: 'Attempts to replace the configuration, by result; after a failure the previous one stays in use.',
      samples: Object.entries(counts).map(([result, count]) => [{ result }, count])
    },
    {
      name: 'floodgate_config_info',
      type: 'gauge',
      help: 'The configuration in use: SHA-256 of its text.',
      samples: [[{ revision }, 1]]
    }
  ]
}
