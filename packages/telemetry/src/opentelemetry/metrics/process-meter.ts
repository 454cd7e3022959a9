import { randomUUID } from 'node:crypto'
import { readProcessMetrics, startWorkerReports, type MetricFamily, type WorkerReports, type Workers } from '@floodgate/core'
import { createFamilies, toLabels } from './families.ts'
import { Meter, type MetricData } from './meter.ts'
import { RuntimeMetrics } from './runtime-metrics.ts'
import type { WantsSeries } from './wanted-series.ts'

/** What a configuration serves to Prometheus. */
export interface ServedMetrics {
  /** Whether the metrics of the process are among it, and those of the runtime. */
  readonly process: boolean
  readonly runtime: boolean
  /** Others end with the configuration that has them. */
  readonly isWanted: WantsSeries
}

/**
 * What a process has counted, through all of its configurations: no counter goes back at a reload, whatever changes. As a
 * worker, it reports to its primary.
 */
export class ProcessMeter {
  readonly meter = new Meter()
  /** `service.instance.id` of the process. */
  readonly instance = randomUUID()
  readonly #familiesOf = createFamilies()
  #served: ServedMetrics = { process: false, runtime: false, isWanted: () => true }
  #runtime: RuntimeMetrics | null = null
  #reports: WorkerReports | null = null

  /** A configuration begins to be used. */
  serve (served: ServedMetrics): void {
    this.#served = served
    if (served.runtime) this.#runtime ??= new RuntimeMetrics()
    else this.#endRuntime()
  }

  /** Begins the reports of a worker. */
  report (workers: Workers, topic: string): void {
    this.#reports ??= startWorkerReports(workers, topic, () => this.#describe(this.meter.readParts()))
  }

  /** All that Prometheus gets. */
  read (): MetricFamily[] {
    return this.#describe(this.meter.read())
  }

  /** A configuration is not used any more: what only it had is dropped. */
  prune (): void {
    const { isWanted } = this.#served
    this.meter.prune((attributes, name) => isWanted(name, toLabels(attributes)))
  }

  /** Sends the last report. */
  async close (): Promise<void> {
    await this.#reports?.close()
    this.#endRuntime()
  }

  #describe (metrics: readonly MetricData[]): MetricFamily[] {
    return [
      ...this.#familiesOf(metrics),
      ...this.#served.process ? readProcessMetrics() : [],
      ...this.#runtime?.read() ?? []
    ]
  }

  #endRuntime (): void {
    this.#runtime?.close()
    this.#runtime = null
  }
}
