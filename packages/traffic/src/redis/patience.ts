/** Interval at which waiting is counted, in ms. */
const ROUND = 50

interface Waiting {
  /** Rounds left to wait. */
  left: number
  readonly reject: (error: Error) => void
}

/**
 * Limits how long answers may take, with one timer for all that are awaited. The time is counted in rounds of 50 ms: a pause
 * of this process, in which answers may have come that it has not read yet, counts as one.
 *
 * @param ms limit; up to two rounds longer
 * @param problem creates the error of an answer that has not come
 * @returns passes an answer on, or rejects
 */
export function createPatience (ms: number, problem: () => Error): <T>(answer: Promise<T>) => Promise<T> {
  const waiting = new Set<Waiting>()
  let rounds: NodeJS.Timeout | undefined

  function count (): void {
    for (const one of waiting) {
      // The first round may be a short one.
      if (one.left-- > 0) continue
      waiting.delete(one)
      one.reject(problem())
    }
    if (waiting.size > 0) return
    clearInterval(rounds)
    rounds = undefined
  }

  return (answer) => new Promise((resolve, reject) => {
    const one: Waiting = { left: Math.ceil(ms / ROUND), reject }
    waiting.add(one)
    rounds ??= setInterval(count, ROUND)
    const end = (): void => { waiting.delete(one) }
    answer.then(resolve, reject)
    answer.then(end, end)
  })
}
