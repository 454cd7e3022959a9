import type { FastifyBaseLogger } from 'fastify'
import type { MetricFamily, Metrics } from '../metrics/metrics.ts'
import type { Service } from '../model/model.ts'

/** Receives broadcasts of other workers; `from` is the sender's number, 0 for the primary. */
export type Listener = (value: any, from: number) => void

/**
 * The other processes of a gateway that runs with `--workers`: `context.workers` of a feature, null if there is only
 * this process. Values must be JSON. Messages of one turn of the event loop are sent as one, in order. A topic is the
 * namespace of the feature, with a suffix if there are several: `auth/revoker`, `qos/ratelimit/router:lease`.
 */
export interface Workers {
  /** This worker's number, from 1. A replacement has the number of the worker that died. */
  readonly id: number
  /** How many workers there are. */
  readonly count: number
  /** Broadcasts to all running workers; a worker that starts later has to request the state (`call`). */
  broadcast (topic: string, value: unknown): void
  /**
   * Broadcasts what others can do without: it does not reach a worker that does not take its earlier messages (it is busy,
   * or hangs), so that nothing piles up.
   */
  offer (topic: string, value: unknown): void
  /** Listens to broadcasts until the returned function is called. */
  subscribe (topic: string, listener: Listener): () => void
  /**
   * Calls the topic's service in the primary. A worker ends with its primary; if the primary hangs, or the service does
   * not answer, the call fails after `timeout` ms (default 5,000; measured in steps of 100 ms), or at once if 10,000 messages
   * have not been taken by the primary.
   *
   * @throws {FG_ERR_WORKERS_NO_ANSWER} timeout: the call may have been processed
   * @throws {FG_ERR_WORKERS_NO_SERVICE} no feature has a service for that topic
   * @throws {FG_ERR_WORKERS_SERVICE} the service failed; includes its message
   */
  call<Answer = unknown> (topic: string, value?: unknown, timeout?: number): Promise<Answer>
}

/** The context of a service in the primary. */
export interface PrimaryContext {
  readonly model: Service
  readonly log: FastifyBaseLogger
  /** Broadcasts to all running workers. */
  broadcast (topic: string, value: unknown): void
  /** Where a service reports what it does in the primary; null where there are no metrics. */
  readonly metrics: Metrics | null
  /** The gateway's own metrics, those of all workers added up; empty if no metrics are configured. */
  readMetrics (): Promise<readonly MetricFamily[]>
}

/** A service that the primary runs for the workers: it keeps their shared state. */
export interface PrimaryService {
  /** Answers a worker's `call`; what it throws becomes the caller's error. */
  call (value: any, from: number): unknown
  /** Another configuration is about to be served; workers may still ask for what the one before had. */
  update? (model: Service): void
  /** A worker has ended: its resources can be released. Its replacement gets the same number. */
  gone? (worker: number): void
  close? (): void | Promise<void>
}

/** Creates a service in the primary, once: before the first worker starts, or before a reload that first needs it. */
export type CreateService = (context: PrimaryContext) => PrimaryService
