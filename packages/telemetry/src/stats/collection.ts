import type { Workers } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import { timerTime } from '@floodgate/go/duration'
import { statsNamespace } from './options.ts'
import { StatsRegistry, type StatsData } from './registry.ts'
import { readMemory } from './runtime-stats.ts'
import { openStatsPort, type StatsPort } from './stats-port.ts'

export interface CollectionOptions {
  /** ms until distributions start again. */
  readonly period: number
  /** Where `/__stats` is served; null = nowhere. */
  readonly address: string | null
  /** With workers the primary serves the sums of all. */
  readonly workers: Workers | null
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

/** A worker's counts; `question` is the number of the request that they answer. */
export interface WorkerStats extends StatsData {
  readonly question: number
}

/** Shortest period, in ms. */
const shortest = 100

/** What one process counts, over reloads. */
export class Collection {
  readonly registry = new StatsRegistry()
  /** Called at the end of each period. */
  readonly aggregations: (() => void)[] = []
  readonly #options: CollectionOptions
  readonly #timer: NodeJS.Timeout
  #port: StatsPort | null = null
  #leave: (() => void) | null = null
  #started: Promise<void> | null = null

  constructor (options: CollectionOptions) {
    this.#options = options
    this.#timer = setInterval(() => { this.#aggregate() }, timerTime(Math.max(options.period, shortest))).unref()
    this.#readMemory()
  }

  /** Opens the port; later calls wait for the first. */
  start (): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  async close (): Promise<void> {
    clearInterval(this.#timer)
    await this.#started
    this.#leave?.()
    await this.#port?.close()
  }

  async #start (): Promise<void> {
    const { address, workers, log } = this.#options
    if (address === null) return
    if (workers === null) {
      this.#port = await openStatsPort(address, () => [this.registry.read()], log)
      return
    }
    const answer = (question: number): void => {
      const stats: WorkerStats = { question, ...this.registry.read() }
      // A worker without its primary ends.
      workers.call(statsNamespace, stats).catch(() => {})
    }
    this.#leave = workers.subscribe(statsNamespace, answer)
    answer(0)
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
