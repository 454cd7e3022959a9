import {
  createMetricRegistry, createWorkerSums, joinFamilies, type Feature, type MetricDefinition, type MetricFamily, type Metrics, type Service
} from '@floodgate/core'
import { ownSettings } from '../own-settings.ts'
import type { MetricsLog } from './listener.ts'
import { loadPort, loadSources } from './load-metrics.ts'
import type { MetricsPort } from './metrics-port.ts'
import { preparePorts, type PreparedPort } from './prepared-port.ts'
import { describeReloads, type ReloadCounts } from './reload-metrics.ts'
import { createStatusPage } from '../status/load-status.ts'
import type { StatusSource } from '../status/source.ts'
import { wantsMetrics } from './wants-metrics.ts'
import { metricsTopic } from './metrics-topic.ts'

const workers: MetricDefinition = { name: 'floodgate_workers', type: 'gauge', help: 'Workers by state: serving, not_serving.', labels: ['state'] }
const restarts: MetricDefinition = {
  name: 'floodgate_worker_restarts_total',
  type: 'counter',
  help: 'Workers that ended and were replaced, by reason: a signal, `exit`, or `start` if it never served.',
  labels: ['reason']
}

const lastRestart: MetricDefinition = {
  name: 'floodgate_worker_last_restart_timestamp_seconds',
  type: 'gauge',
  help: 'When a worker ended and was replaced the last time, by reason, since the epoch.',
  labels: ['reason']
}

/** What this file reports. */
export const workerMetrics: readonly MetricDefinition[] = [workers, restarts, lastRestart]

export interface PrimaryMetricsOptions extends Pick<StatusSource, 'hostsOut' | 'reloads' | 'workers'> {
  readonly log: MetricsLog
  readonly counts: Readonly<ReloadCounts>
  /** How many workers there are, and how many of them listen. */
  readonly count: number
  serving (): number
  revision (): string
}

/** The metrics of a primary: its own, and the sums of its workers. */
export interface PrimaryMetrics {
  /** Has the service that workers report to. */
  readonly feature: Feature
  /** Where services in the primary report. */
  readonly metrics: Metrics
  /** A worker ended and is replaced. */
  restarted (reason: string): void
  /** Asks all workers and adds up. */
  read (): Promise<MetricFamily[]>
  /** As of `ServerMetrics`. */
  prepare (model: Service): Promise<PreparedPort>
  close (): Promise<void>
}

/** Serves one port for all workers. What workers had counted stays in the sums after their end. */
export function createPrimaryMetrics ({ log, counts, count, serving, revision, ...about }: PrimaryMetricsOptions): PrimaryMetrics {
  const registry = createMetricRegistry()
  const use = registry.use()
  let broadcast: (topic: string, value: unknown) => void = () => {}
  const sums = createWorkerSums((question) => { broadcast(metricsTopic, question) })
  let port: MetricsPort | undefined
  let endSources: (() => void) | undefined
  const status = createStatusPage({ log, env: process.env, source: { ...about, revision, read } })
  use.observe(workers, () => [[{ state: 'serving' }, serving()], [{ state: 'not_serving' }, count - serving()]])
  use.counter(restarts, { reason: 'exit' })

  async function read (): Promise<MetricFamily[]> {
    const summed = await sums.read()
    return joinFamilies(use.read(), summed)
  }

  return {
    feature: {
      namespace: metricsTopic,
      schemas: {},
      services: {
        [metricsTopic]: (context) => {
          ({ broadcast } = context)
          return sums
        }
      }
    },
    metrics: use,
    restarted (reason) {
      use.counter(restarts, { reason }).add()
      use.gauge(lastRestart, { reason }).value = Date.now() / 1000
    },
    read,
    async prepare (model) {
      if (wantsMetrics(model)) endSources ??= await loadSources(registry, { others: () => describeReloads(counts, revision()) })
      const settings = ownSettings(model).metrics
      if (settings !== undefined) port ??= await loadPort(log, read)
      return preparePorts([...port === undefined ? [] : [port.change(settings)], await status.change(model)])
    },
    async close () {
      await Promise.all([port?.close(), status.close()])
      endSources?.()
    }
  }
}
