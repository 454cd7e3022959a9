/** Asks all workers something, in the primary, and waits for their answers within limits. */
export interface QuestionRound {
  /** Resolves when these workers have answered, have ended, or had their time. Calls at the same time share one question. */
  ask (workers: Iterable<number>): Promise<void>
  /** A worker has answered a question; others than the current one are ignored. */
  answered (worker: number, question: number): void
  /** A worker has ended. */
  gone (worker: number): void
}

/**
 * @param send sends the number of a question, from 1, to all workers
 * @param patience ms to wait
 */
export function createQuestionRound (send: (question: number) => void, patience = 1_000): QuestionRound {
  let question = 0
  let current: Promise<void> | null = null
  let waiting: { readonly workers: Set<number>, readonly done: () => void } | null = null

  function begin (workers: Iterable<number>): Promise<void> {
    const asked = new Set(workers)
    if (asked.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        waiting = null
        current = null
        resolve()
      }
      const timer = setTimeout(done, patience)
      waiting = { workers: asked, done }
      send(++question)
    })
  }

  function strike (worker: number): void {
    if (waiting !== null && waiting.workers.delete(worker) && waiting.workers.size === 0) waiting.done()
  }

  return {
    ask (workers) {
      if (current === null) {
        const begun = begin(workers)
        // Without workers it is over.
        if (waiting === null) return begun
        current = begun
      }
      return current
    },
    answered (worker, number) { if (number === question) strike(worker) },
    gone: strike
  }
}
