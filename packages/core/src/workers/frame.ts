/** A topic's broadcast, from worker (0: the primary) to worker. */
export type BroadcastFrame = readonly ['broadcast', topic: string, value: unknown, from: number]
/** A worker's call of a service in the primary. */
export type CallFrame = readonly ['call', id: number, topic: string, value: unknown]
/** The result of a call: its answer, or the code and message of an error. */
export type AnswerFrame = readonly ['answer', id: number, value: unknown]
export type FailureFrame = readonly ['failure', id: number, code: string, message: string]

export type FrameToPrimary = BroadcastFrame | CallFrame
export type FrameToWorker = BroadcastFrame | AnswerFrame | FailureFrame

/**
 * Collects frames and passes those of one turn of the event loop to `send` together. If `send` throws, because a frame
 * cannot be serialized as JSON, the frames are sent one by one, and `refuse` is called for each that cannot be sent.
 */
export function createOutbox<Frame> (
  send: (frames: Frame[]) => void,
  refuse: (frame: Frame, error: unknown) => void
): (frame: Frame) => void {
  let waiting: Frame[] = []
  return (frame) => {
    if (waiting.push(frame) === 1) setImmediate(flush)
  }

  function flush (): void {
    const frames = waiting
    waiting = []
    try {
      send(frames)
    } catch {
      for (const frame of frames) {
        try { send([frame]) } catch (error) { refuse(frame, error) }
      }
    }
  }
}
