import { repeatReport, type RepeatedReport, type Workers } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import { timerTime } from '@floodgate/go/duration'
import { keepStatsPort } from './kept-stats-port.ts'
import { statsNamespace } from './options.ts'
import { StatsRegistry, type StatsData } from './registry.ts'
import { readMemory } from './runtime-stats.ts'
import type { WantsStats } from './wanted-stats.ts'

/** What a configuration says of the counts. */
export interface ServedStats {
  /** ms until distributions start again. */
  readonly period: number
  /** Where `/__stats` is served; null = nowhere. */
  readonly address: string | null
  /** Other names end with the configuration that has them. */
  readonly isWanted: WantsStats
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

/** A worker's counts; `question` is the number of the request that they answer, 0 = of none. */
export interface WorkerStats extends StatsData {
  readonly question: number
}

/** Shortest period, in ms. */
const shortest = 100
/** ms that the last report of a worker may take. */
const patience = 500

/** What one process counts, through all of its configurations: of what a reload keeps, no number goes back. */
export class Collection {
  readonly registry = new StatsRegistry()
  /** Called at the end of each period. */
  readonly aggregations: (() => void)[] = []
  readonly #workers: Workers | null
  #timer: NodeJS.Timeout | null = null
  #period = 0
  #isWanted: WantsStats = () => true
  readonly #port = keepStatsPort(() => [this.registry.read()])
  #reports: RepeatedReport | null = null
  #leave: (() => void) | null = null

  /** @param workers with them the primary serves the sums of all */
  constructor (workers: Workers | null) {
    this.#workers = workers
    this.#readMemory()
  }

  /** A configuration begins to be used: resolves when its port is open. */
  async serve ({ period, address, isWanted, log }: ServedStats): Promise<void> {
    this.#isWanted = isWanted
    if (period !== this.#period) {
      this.#period = period
      if (this.#timer !== null) clearInterval(this.#timer)
      this.#timer = setInterval(() => { this.#aggregate() }, timerTime(Math.max(period, shortest))).unref()
    }
    if (this.#workers !== null) {
      if (address !== null && this.#reports === null) this.#report(this.#workers)
      return
    }
    await this.#port.serve(address, log)
  }

  /** A configuration is not used any more: what only it had is dropped. */
  prune (): void {
    this.registry.prune(this.#isWanted)
  }

  /** Closes the port; a worker sends its last report. */
  async close (): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    if (this.#reports !== null) {
      this.#reports.end()
      this.#leave!()
      await this.#send(this.#workers!, 0, patience)
    }
    await this.#port.close()
  }

  #report (workers: Workers): void {
    this.#reports = repeatReport((question) => this.#send(workers, question))
    this.#leave = workers.subscribe(statsNamespace, this.#reports.answer)
  }

  async #send (workers: Workers, question: number, ms?: number): Promise<void> {
    const stats: WorkerStats = { question, ...this.registry.read() }
    // A worker without its primary ends.
    await workers.call(statsNamespace, stats, ms).catch(() => {})
  }

  #aggregate (): void {
    for (const aggregate of this.aggregations) aggregate()
    this.#readMemory()
    this.registry.clearSamples()
  }

  #readMemory (): void {
    for (const [name, value] of Object.entries(readMemory())) {
      this.registry.number(`krakend.service.runtime.MemStats.${name}`).value = value
    }
  }
}
