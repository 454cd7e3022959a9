/** ms between two reports: what a killed worker had counted since its last one is lost. */
const period = 1_000
/** A report that takes longer is followed by a longer pause, so that all of them take at most 0.5 % of a processor. */
const share = 200

/** Reports of a worker to its primary. */
export interface RepeatedReport {
  /** Answers a question of the primary; the next report without one comes a pause later. */
  readonly answer: (question: number) => void
  readonly end: () => void
}

/**
 * Reports now and about once per second, in a worker, to its primary. Does not keep the process running.
 *
 * @param report begins to send; what it returns is not waited for. Its question is 0 where none was asked
 */
export function repeatReport (report: (question: number) => void): RepeatedReport {
  let timer: NodeJS.Timeout | undefined
  let hasEnded = false

  function answer (question: number): void {
    const begun = performance.now()
    report(question)
    if (hasEnded) return
    clearTimeout(timer)
    timer = setTimeout(answer, Math.max(period, (performance.now() - begun) * share), 0).unref()
  }

  answer(0)
  return {
    answer,
    end () {
      hasEnded = true
      clearTimeout(timer)
    }
  }
}
