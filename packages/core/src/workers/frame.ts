/** A topic's broadcast, from worker (0: the primary) to worker. */
export type BroadcastFrame = readonly ['broadcast', topic: string, value: unknown, from: number]
/** A broadcast that is dropped where earlier messages still wait. */
export type OfferFrame = readonly ['offer', topic: string, value: unknown, from: number]
/** A worker's call of a service in the primary. */
export type CallFrame = readonly ['call', id: number, topic: string, value: unknown]
/** The result of a call: its answer, or the code and message of an error. */
export type AnswerFrame = readonly ['answer', id: number, value: unknown]
export type FailureFrame = readonly ['failure', id: number, code: string, message: string]

export type FrameToPrimary = BroadcastFrame | OfferFrame | CallFrame
export type FrameToWorker = BroadcastFrame | AnswerFrame | FailureFrame

/** Sends frames to another process, in order; a promise resolves when they have left this one. */
export type SendFrames<Frame> = (frames: Frame[]) => void | Promise<unknown>

/** Messages on their way beyond which nothing is offered: as many as a process takes in a moment. */
const MOST_LEAVING = 16

/** Messages on their way beyond which nothing is asked any more: the other process hangs. */
const MOST_ASKED = 10_000

/** What leads to another process. */
export interface Outbox<Frame> {
  post (frame: Frame): void
  /** Whether the other process does not take what is sent: it is busy, or hangs. */
  readonly isCongested: boolean
  /** Whether it has not taken anything for long. */
  readonly isFull: boolean
}

/**
 * Collects frames and passes those of one turn of the event loop to `send` together. If `send` throws, because a frame
 * cannot be serialized as JSON, the frames are sent one by one, and `refuse` is called for each that cannot be sent.
 */
export function createOutbox<Frame> (send: SendFrames<Frame>, refuse: (frame: Frame, error: unknown) => void): Outbox<Frame> {
  let waiting: Frame[] = []
  let leaving = 0
  const left = (): void => { leaving-- }
  return {
    post (frame) { if (waiting.push(frame) === 1) setImmediate(flush) },
    get isCongested () { return leaving >= MOST_LEAVING },
    get isFull () { return leaving >= MOST_ASKED }
  }

  function pass (frames: Frame[]): void {
    const sent = send(frames)
    if (sent === undefined) return
    leaving++
    sent.then(left, left)
  }

  function flush (): void {
    const frames = waiting
    waiting = []
    try {
      pass(frames)
    } catch {
      for (const frame of frames) {
        try { pass([frame]) } catch (error) { refuse(frame, error) }
      }
    }
  }
}
