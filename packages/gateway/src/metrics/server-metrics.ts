import type { MetricRegistry, Service, Workers } from '@floodgate/core'
import type { ClientStatistics } from '@floodgate/http-client'
import { ownSettings } from '../own-settings.ts'
import type { MetricsLog } from './listener.ts'
import { loadPort, loadSources } from './load-metrics.ts'
import type { MetricsPort, PreparedPort } from './metrics-port.ts'
import { describeReloads, type ReloadCounts } from './reload-metrics.ts'
import { wantsMetrics } from './wants-metrics.ts'
import type { WorkerReports } from './worker-reports.ts'

export interface ServerMetricsOptions {
  readonly registry: MetricRegistry
  readonly workers: Workers | null
  readonly log: MetricsLog
  readonly counts: Readonly<ReloadCounts>
  revision (): string
  stats (): ClientStatistics[]
}

/** The metrics of a process whose configuration is replaced. */
export interface ServerMetrics {
  /** Where they are served; null = nowhere, or by the primary. */
  readonly url: string | null
  /**
   * Prepares what another configuration wants, beside what the current one has.
   *
   * @param model null = nothing is wanted
   * @throws {FG_ERR_GATEWAY_METRICS_LISTEN}
   */
  prepare (model: Service | null): Promise<PreparedPort>
  close (): Promise<void>
}

/**
 * Serves the metrics of a process or, where it is one of several workers, reports them to the primary. All of it is loaded
 * when a configuration asks for it.
 */
export function createServerMetrics ({ registry, workers, log, counts, revision, stats }: ServerMetricsOptions): ServerMetrics {
  let port: MetricsPort | undefined
  let reports: WorkerReports | undefined
  let endSources: (() => void) | undefined
  const use = registry.use()

  /** The primary tells of reloads. */
  async function load (): Promise<void> {
    endSources ??= await loadSources(registry, {
      stats,
      ...workers === null && { others: () => describeReloads(counts, revision()) }
    })
  }

  async function report (isWanted: boolean): Promise<void> {
    if (isWanted) {
      const { startReports } = await import('./worker-reports.ts')
      reports ??= startReports(workers!, () => registry.read())
    } else {
      await reports?.close()
      reports = undefined
    }
  }

  return {
    get url () { return port?.url ?? null },
    async prepare (model) {
      const isWanted = model !== null && wantsMetrics(model)
      if (isWanted) await load()
      if (workers !== null) return { take: () => report(isWanted), async abandon () {} }
      const settings = model === null ? undefined : ownSettings(model).metrics
      if (port === undefined && settings === undefined) return { async take () {}, async abandon () {} }
      port ??= await loadPort(log, () => [...use.read()])
      return port.prepare(settings)
    },
    async close () {
      await Promise.all([port?.close(), reports?.close()])
      endSources?.()
    }
  }
}
