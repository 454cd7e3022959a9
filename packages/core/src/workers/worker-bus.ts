import { asError } from '../faults/foreign.ts'
import { noAnswer, noService, serviceFailed } from './errors.ts'
import { createOutbox, type FrameToPrimary, type FrameToWorker, type SendFrames } from './frame.ts'
import type { Listener, Workers } from './workers.ts'

export interface WorkerBusOptions {
  readonly id: number
  readonly count: number
  /** Sends frames to the primary. */
  readonly send: SendFrames<FrameToPrimary>
  /** Called when a listener throws, or a broadcast cannot be sent. Default: ignored. */
  readonly onError?: (topic: string, error: Error) => void
}

/** Default timeout of a call, in ms. */
const PATIENCE = 5_000
/**
 * Interval at which timeouts are counted, in ms: one timer for all pending calls. A pause of this process, in which
 * answers may have come that it has not read yet, counts as one.
 */
const ROUND = 100

/** A worker's end of the bus. */
export interface WorkerBus extends Workers {
  /** Receives frames from the primary. */
  receive (frames: readonly FrameToWorker[]): void
}

interface Question {
  readonly topic: string
  readonly timeout: number
  /** Rounds left to wait. */
  left: number
  readonly resolve: (value: any) => void
  readonly reject: (error: Error) => void
}

/** Creates a worker's end of the bus; the caller transports the frames. */
export function createWorkerBus ({ id, count, send, onError = () => {} }: WorkerBusOptions): WorkerBus {
  const outbox = createOutbox(send, refuse)
  const listeners = new Map<string, Set<Listener>>()
  const questions = new Map<number, Question>()
  let last = 0
  let rounds: NodeJS.Timeout | undefined
  return {
    id,
    count,
    broadcast (topic, value) { outbox.post(['broadcast', topic, value, id]) },
    offer (topic, value) { if (!outbox.isCongested) outbox.post(['offer', topic, value, id]) },
    subscribe (topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return () => { set.delete(listener) }
    },
    call (topic, value, timeout = PATIENCE) {
      if (outbox.isFull) return Promise.reject(noAnswer(topic, timeout))
      return new Promise((resolve, reject) => {
        questions.set(++last, { topic, timeout, left: Math.ceil(timeout / ROUND), resolve, reject })
        rounds ??= setInterval(giveUp, ROUND).unref()
        outbox.post(['call', last, topic, value])
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
  /** Handles a frame that cannot be serialized as JSON. */
  function refuse (frame: FrameToPrimary, error: unknown): void {
    if (frame[0] !== 'call') return onError(frame[1], asError(error))
    const question = questions.get(frame[1])
    questions.delete(frame[1])
    question?.reject(serviceFailed(frame[2], `the call cannot be sent: ${asError(error).message}`))
  }

  function giveUp (): void {
    for (const [number, question] of questions) {
      // The first round may be a short one.
      if (question.left-- > 0) continue
      questions.delete(number)
      question.reject(noAnswer(question.topic, question.timeout))
    }
    if (questions.size > 0) return
    clearInterval(rounds)
    rounds = undefined
  }
}
