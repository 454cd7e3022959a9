import { noService, serviceFailed } from './errors.ts'
import { createOutbox, type FrameToPrimary, type FrameToWorker } from './frame.ts'
import type { Listener, Workers } from './workers.ts'

export interface WorkerBusOptions {
  readonly id: number
  readonly count: number
  /** Sends frames to the primary, in order. */
  readonly send: (frames: FrameToPrimary[]) => void
}

/** A worker's end of the bus. */
export interface WorkerBus extends Workers {
  /** Takes frames that came from the primary. */
  receive (frames: readonly FrameToWorker[]): void
}

interface Question {
  readonly topic: string
  readonly resolve: (value: any) => void
  readonly reject: (error: Error) => void
}

/** Creates a worker's end of the bus; what carries the frames is the caller's. */
export function createWorkerBus ({ id, count, send }: WorkerBusOptions): WorkerBus {
  const post = createOutbox(send)
  const listeners = new Map<string, Set<Listener>>()
  const questions = new Map<number, Question>()
  let last = 0
  return {
    id,
    count,
    broadcast (topic, value) { post(['broadcast', topic, value, id]) },
    subscribe (topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return () => { set.delete(listener) }
    },
    call (topic, value) {
      return new Promise((resolve, reject) => {
        questions.set(++last, { topic, resolve, reject })
        post(['call', last, topic, value])
      })
    },
    receive (frames) { for (const frame of frames) take(frame) }
  }

  function take (frame: FrameToWorker): void {
    if (frame[0] === 'broadcast') {
      const [, topic, value, from] = frame
      listeners.get(topic)?.forEach((listener) => { listener(value, from) })
      return
    }
    const question = questions.get(frame[1])
    if (question === undefined) return
    questions.delete(frame[1])
    if (frame[0] === 'answer') return question.resolve(frame[2])
    question.reject(frame[2] === 'FG_ERR_WORKERS_NO_SERVICE' ? noService(question.topic) : serviceFailed(question.topic, frame[3]))
  }
}
