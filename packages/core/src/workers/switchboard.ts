import { noService, serviceTwice } from './errors.ts'
import { createOutbox, type CallFrame, type FrameToPrimary, type FrameToWorker } from './frame.ts'
import type { Feature } from '../feature.ts'
import type { PrimaryContext, PrimaryService } from './workers.ts'

/** The primary's end of the bus: passes broadcasts on, and runs the services. */
export interface Switchboard {
  /** A worker is there; `send` carries frames to it, in order. */
  add (worker: number, send: (frames: FrameToWorker[]) => void): void
  /** A worker is gone. */
  remove (worker: number): void
  /** Takes frames that came from a worker. */
  receive (worker: number, frames: readonly FrameToPrimary[]): void
  /** Closes the services. */
  close (): Promise<void>
}

/**
 * Creates the primary's end of the bus with the services of these features.
 *
 * @throws {FG_ERR_WORKERS_SERVICE_TWICE}
 */
export function createSwitchboard (features: readonly Feature[], { model, log }: Omit<PrimaryContext, 'broadcast'>): Switchboard {
  const workers = new Map<number, (frame: FrameToWorker) => void>()
  const services = new Map<string, PrimaryService>()
  const context: PrimaryContext = { model, log, broadcast: (topic, value) => { relay(topic, value, 0) } }
  for (const feature of features) {
    for (const [topic, create] of Object.entries(feature.services ?? {})) {
      if (services.has(topic)) throw serviceTwice(topic)
      services.set(topic, create(context))
    }
  }
  return {
    add (worker, send) { workers.set(worker, createOutbox(send)) },
    remove (worker) {
      workers.delete(worker)
      for (const service of services.values()) service.gone?.(worker)
    },
    receive (worker, frames) {
      for (const frame of frames) {
        if (frame[0] === 'broadcast') relay(frame[1], frame[2], worker)
        else answer(worker, frame)
      }
    },
    async close () { for (const service of services.values()) await service.close?.() }
  }

  function relay (topic: string, value: unknown, from: number): void {
    for (const [worker, post] of workers) if (worker !== from) post(['broadcast', topic, value, from])
  }

  function answer (worker: number, [, id, topic, value]: CallFrame): void {
    const post = workers.get(worker)
    const fail = (err: Error & { code?: string }) => { post?.(['failure', id, err.code ?? '', err.message]) }
    const service = services.get(topic)
    if (service === undefined) return fail(noService(topic))
    try {
      const given = service.call(value, worker)
      if (given instanceof Promise) given.then((later) => { post?.(['answer', id, later]) }, fail)
      else post?.(['answer', id, given])
    } catch (err) {
      fail(err as Error)
    }
  }
}
