import type { FastifyBaseLogger } from 'fastify'
import type { Service } from '../model/model.ts'

/** Hears what other workers broadcast; `from` is the sender's number, 0 for the primary. */
export type Listener = (value: any, from: number) => void

/**
 * The other processes of a gateway that runs with `--workers`: `context.workers` of a feature, null where the process
 * is alone. Values are what JSON keeps. What is said within one turn of the event loop travels as one message, in
 * order. Topics are the namespace of the feature, with a word behind it if there are several: `auth/revoker`,
 * `qos/ratelimit/router:lease`.
 */
export interface Workers {
  /** This worker's number, from 1. A replacement has the number of the worker that died. */
  readonly id: number
  /** How many workers there are. */
  readonly count: number
  /** Tells all other workers that run; a worker that starts later has to ask (`call`). */
  broadcast (topic: string, value: unknown): void
  /** Listens to what others broadcast, until the function it gives is called. */
  subscribe (topic: string, listener: Listener): () => void
  /**
   * Asks the topic's service in the primary. A worker whose primary is gone ends; one whose primary hangs, or whose
   * service never answers, is told so after `timeout` ms (default 5,000; measured in steps of 100 ms).
   *
   * @throws {FG_ERR_WORKERS_NO_ANSWER} no answer in time: the question may have been heard
   * @throws {FG_ERR_WORKERS_NO_SERVICE} no feature brings a service of that topic
   * @throws {FG_ERR_WORKERS_SERVICE} the service failed; its message is told
   */
  call<Answer = unknown> (topic: string, value?: unknown, timeout?: number): Promise<Answer>
}

/** What a service in the primary gets. */
export interface PrimaryContext {
  readonly model: Service
  readonly log: FastifyBaseLogger
  /** Tells all workers that run. */
  broadcast (topic: string, value: unknown): void
}

/** A service that the primary runs for the workers: the place of what they share. */
export interface PrimaryService {
  /** Answers a worker's `call`; what it throws becomes the caller's error. */
  call (value: any, from: number): unknown
  /** A worker is gone: what it had taken can be given back. Its number comes again with its replacement. */
  gone? (worker: number): void
  close? (): void | Promise<void>
}

/** Makes a service in the primary, once, before the first worker starts. */
export type CreateService = (context: PrimaryContext) => PrimaryService
