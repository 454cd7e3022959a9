import { startWorkerReports, type MetricRegistry, type Service, type WorkerReports, type Workers } from '@floodgate/core'
import type { ClientStatistics } from '@floodgate/http-client'
import type { ListenerCertificates } from '@floodgate/tls'
import { ownSettings } from '../own-settings.ts'
import type { MetricsLog } from './listener.ts'
import { loadPort, loadSources } from './load-metrics.ts'
import type { MetricsPort } from './metrics-port.ts'
import { metricsTopic } from './metrics-topic.ts'
import { preparePorts, type PreparedPort } from './prepared-port.ts'
import { describeReloads, type ReloadCounts } from './reload-metrics.ts'
import type { HostOut } from '../reload/hosts-out.ts'
import { createStatusPage } from '../status/load-status.ts'
import type { ReloadNotes } from '../status/reload-notes.ts'
import { wantsMetrics } from './wants-metrics.ts'

export interface ServerMetricsOptions {
  readonly registry: MetricRegistry
  readonly workers: Workers | null
  readonly log: MetricsLog
  readonly counts: Readonly<ReloadCounts>
  revision (): string
  stats (): ClientStatistics[]
  /** The certificates of the listener. Default: it has none. */
  readonly listener?: ListenerCertificates | null
  hostsOut (): readonly HostOut[]
  readonly notes: ReloadNotes
  /** Where the token of the status page may come from. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined
}

/** The metrics of a process whose configuration is replaced. */
export interface ServerMetrics {
  /** Where they are served; null = nowhere, or by the primary. */
  readonly url: string | null
  /** Where the status page is; null = nowhere, or at the primary. */
  readonly statusUrl: string | null
  /**
   * Prepares what another configuration wants, beside what the current one has.
   *
   * @param model null = nothing is wanted
   * @throws {FG_ERR_GATEWAY_METRICS_LISTEN}
   * @throws {FG_ERR_GATEWAY_STATUS_LISTEN}
   * @throws {FG_ERR_GATEWAY_STATUS_TOKEN}
   */
  prepare (model: Service | null): Promise<PreparedPort>
  close (): Promise<void>
}

/**
 * Serves the metrics of a process or, where it is one of several workers, reports them to the primary. All of it is loaded
 * when a configuration asks for it.
 */
export function createServerMetrics (
  { registry, workers, log, counts, revision, stats, listener = null, hostsOut, notes, env = process.env }: ServerMetricsOptions
): ServerMetrics {
  let port: MetricsPort | undefined
  let reports: WorkerReports | undefined
  let endSources: (() => void) | undefined
  const use = registry.use()
  const status = createStatusPage({
    log,
    env,
    source: { read: () => use.read(), hostsOut, reloads: () => notes.list(), revision, workers: () => null }
  })

  /** The primary reports reloads. */
  async function load (): Promise<void> {
    endSources ??= await loadSources(registry, {
      stats,
      listener,
      ...workers === null && { others: () => describeReloads(counts, revision()) }
    })
  }

  async function report (isWanted: boolean): Promise<void> {
    if (isWanted) {
      reports ??= startWorkerReports(workers!, metricsTopic, () => registry.read())
    } else {
      await reports?.close()
      reports = undefined
    }
  }

  return {
    get url () { return port?.current?.url ?? null },
    get statusUrl () { return status.url },
    async prepare (model) {
      const isWanted = model !== null && wantsMetrics(model)
      if (isWanted) await load()
      if (workers !== null) return { take: () => report(isWanted), async abandon () {} }
      const settings = model === null ? undefined : ownSettings(model).metrics
      if (settings !== undefined) port ??= await loadPort(log, () => [...use.read()])
      return preparePorts([...port === undefined ? [] : [port.change(settings)], await status.change(model)])
    },
    async close () {
      await Promise.all([port?.close(), status.close(), reports?.close()])
      endSources?.()
    }
  }
}
