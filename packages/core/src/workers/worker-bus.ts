import { asError } from '../faults/foreign.ts'
import { noAnswer, noService, serviceFailed } from './errors.ts'
import { createOutbox, type FrameToPrimary, type FrameToWorker } from './frame.ts'
import type { Listener, Workers } from './workers.ts'

export interface WorkerBusOptions {
  readonly id: number
  readonly count: number
  /** Sends frames to the primary, in order. */
  readonly send: (frames: FrameToPrimary[]) => void
  /** Hears of a listener that throws, and of a broadcast that cannot be sent. Default: nobody does. */
  readonly onError?: (topic: string, error: Error) => void
}

/** How long a question waits for its answer unless it says otherwise, in ms. */
const PATIENCE = 5_000
/** How often it is looked for questions that have waited too long, in ms: one timer for all, while there are any. */
const ROUND = 100

/** A worker's end of the bus. */
export interface WorkerBus extends Workers {
  /** Takes frames that came from the primary. */
  receive (frames: readonly FrameToWorker[]): void
}

interface Question {
  readonly topic: string
  readonly timeout: number
  /** By `performance.now()`. */
  readonly until: number
  readonly resolve: (value: any) => void
  readonly reject: (error: Error) => void
}

/** Creates a worker's end of the bus; what carries the frames is the caller's. */
export function createWorkerBus ({ id, count, send, onError = () => {} }: WorkerBusOptions): WorkerBus {
  const post = createOutbox(send, refuse)
  const listeners = new Map<string, Set<Listener>>()
  const questions = new Map<number, Question>()
  let last = 0
  let rounds: NodeJS.Timeout | undefined
  return {
    id,
    count,
    broadcast (topic, value) { post(['broadcast', topic, value, id]) },
    subscribe (topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return () => { set.delete(listener) }
    },
    call (topic, value, timeout = PATIENCE) {
      return new Promise((resolve, reject) => {
        questions.set(++last, { topic, timeout, until: performance.now() + timeout, resolve, reject })
        rounds ??= setInterval(giveUp, ROUND).unref()
        post(['call', last, topic, value])
      })
    },
    receive (frames) { for (const frame of frames) take(frame) }
  }

  function take (frame: FrameToWorker): void {
    if (frame[0] === 'broadcast') {
      const [, topic, value, from] = frame
      listeners.get(topic)?.forEach((listener) => {
        try { listener(value, from) } catch (error) { onError(topic, asError(error)) }
      })
      return
    }
    const question = questions.get(frame[1])
    if (question === undefined) return
    questions.delete(frame[1])
    if (frame[0] === 'answer') return question.resolve(frame[2])
    question.reject(frame[2] === 'FG_ERR_WORKERS_NO_SERVICE' ? noService(question.topic) : serviceFailed(question.topic, frame[3]))
  }
  /** What cannot be sent: JSON has no word for it. */
  function refuse (frame: FrameToPrimary, error: unknown): void {
    if (frame[0] === 'broadcast') return onError(frame[1], asError(error))
    const question = questions.get(frame[1])
    questions.delete(frame[1])
    question?.reject(serviceFailed(frame[2], `the question cannot be sent: ${asError(error).message}`))
  }

  function giveUp (): void {
    const now = performance.now()
    for (const [number, { topic, timeout, until, reject }] of questions) {
      if (until > now) continue
      questions.delete(number)
      reject(noAnswer(topic, timeout))
    }
    if (questions.size > 0) return
    clearInterval(rounds)
    rounds = undefined
  }
}
