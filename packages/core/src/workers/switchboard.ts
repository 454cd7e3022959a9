import { noService, serviceFailed, serviceTwice } from './errors.ts'
import { asError, isThenable } from '../faults/foreign.ts'
import { createOutbox, type CallFrame, type FrameToPrimary, type FrameToWorker, type Outbox, type SendFrames } from './frame.ts'
import type { Feature } from '../model/feature.ts'
import type { Service } from '../model/model.ts'
import type { CreateService, PrimaryContext, PrimaryService } from './workers.ts'

/** The primary's end of the bus: passes broadcasts on, and runs the services. */
export interface Switchboard {
  /** A worker has started; `send` sends frames to it. */
  add (worker: number, send: SendFrames<FrameToWorker>): void
  /** A worker has ended. */
  remove (worker: number): void
  /** Receives frames from a worker. */
  receive (worker: number, frames: readonly FrameToPrimary[]): void
  /**
   * Another configuration is about to be served by the workers: creates the services that it needs in addition. The others
   * stay.
   *
   * @throws {FG_ERR_WORKERS_SERVICE} a service cannot be created
   */
  extend (features: readonly Feature[], model: Service): void
  /** The services learn of that configuration. */
  update (model: Service): void
  /** Closes the services. */
  close (): Promise<void>
}

/**
 * Creates the primary's end of the bus with the services of these features.
 *
 * @throws {FG_ERR_WORKERS_SERVICE_TWICE}
 * @throws {FG_ERR_WORKERS_SERVICE} a service cannot be created
 */
export function createSwitchboard (
  features: readonly Feature[],
  { model, log, metrics, readMetrics }: Omit<PrimaryContext, 'broadcast'>
): Switchboard {
  const workers = new Map<number, Outbox<FrameToWorker>>()
  const services = new Map<string, PrimaryService>()
  const served = new Set<string>()
  const add = (features: readonly Feature[], model: Service): void => {
    const context: PrimaryContext = { model, log, metrics, readMetrics, broadcast: (topic, value) => { relay(topic, value, 0) } }
    for (const { namespace, services: own = {} } of features) {
      if (served.has(namespace)) continue
      for (const [topic, create] of Object.entries(own)) {
        if (services.has(topic)) throw serviceTwice(topic)
        services.set(topic, createService(topic, create, context))
      }
      served.add(namespace)
    }
  }
  add(features, model)
  return {
    extend: add,
    update (model) {
      for (const [topic, service] of services) {
        try { service.update?.(model) } catch (error) { complain(topic, error) }
      }
    },
    add (worker, send) { workers.set(worker, createOutbox(send, (frame, error) => { refuse(worker, frame, error) })) },
    remove (worker) {
      workers.delete(worker)
      for (const [topic, service] of services) {
        try { service.gone?.(worker) } catch (error) { complain(topic, error) }
      }
    },
    receive (worker, frames) {
      for (const frame of frames) {
        if (frame[0] === 'call') answer(worker, frame)
        else relay(frame[1], frame[2], worker, frame[0] === 'offer')
      }
    },
    async close () {
      for (const [topic, service] of services) {
        // A failure does not leave the others open.
        try { await service.close?.() } catch (error) { complain(topic, error) }
      }
    }
  }

  function complain (topic: string, error: unknown): void {
    log.error({ err: asError(error) }, `the service "${topic}" in the primary failed`)
  }

  /** Handles a frame that cannot be sent: a call is answered with an error, and a broadcast is logged. */
  function refuse (worker: number, frame: FrameToWorker, error: unknown): void {
    const { message } = asError(error)
    if (frame[0] === 'answer') workers.get(worker)?.post(['failure', frame[1], '', `its answer cannot be sent: ${message}`])
    else if (frame[0] === 'broadcast') complain(frame[1], error)
  }

  function relay (topic: string, value: unknown, from: number, isOffer = false): void {
    for (const [worker, outbox] of workers) {
      if (worker !== from && !(isOffer && outbox.isCongested)) outbox.post(['broadcast', topic, value, from])
    }
  }

  function answer (worker: number, [, id, topic, value]: CallFrame): void {
    const outbox = workers.get(worker)
    const fail = (thrown: unknown): void => {
      const err = asError(thrown) as Error & { code?: unknown }
      outbox?.post(['failure', id, typeof err.code === 'string' ? err.code : '', err.message])
    }
    const service = services.get(topic)
    if (service === undefined) return fail(noService(topic))
    try {
      const given = service.call(value, worker)
      if (isThenable(given)) given.then((later) => { outbox?.post(['answer', id, later]) }, fail)
      else outbox?.post(['answer', id, given])
    } catch (err) {
      fail(err)
    }
  }
}

function createService (topic: string, create: CreateService, context: PrimaryContext): PrimaryService {
  let service: unknown
  try {
    service = create(context)
  } catch (error) {
    throw serviceFailed(topic, asError(error).message)
  }
  if (typeof (service as Partial<PrimaryService> | null)?.call !== 'function') {
    throw serviceFailed(topic, 'it was not created: expected an object with a function `call`')
  }
  return service as PrimaryService
}
