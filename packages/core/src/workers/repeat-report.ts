/** ms between two reports: what a killed worker had counted since its last one is lost. */
const period = 1_000
/** A report that takes longer is followed by a longer pause, so that all of them take at most 0.5 % of a processor. */
const share = 200

/**
 * Reports now and about once per second, in a worker, to its primary. Does not keep the process running.
 * @param report begins to send; what it returns is not waited for
 * @returns ends the reports
 */
export function repeatReport (report: () => void): () => void {
  let timer: NodeJS.Timeout | undefined

  function next (): void {
    const begun = performance.now()
    report()
    timer = setTimeout(next, Math.max(period, (performance.now() - begun) * share)).unref()
  }

  next()
  return () => { clearTimeout(timer) }
}
