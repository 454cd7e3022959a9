import { createGrowth, type MetricFamily, type Workers } from '@floodgate/core'

/** Topic of the metrics between the workers and the primary. */
export const metricsTopic = 'floodgate.metrics'

/** ms between two reports: what a killed worker had counted since its last one is lost. */
const period = 1_000
/** A report that takes longer is followed by a longer pause, so that all of them take at most 0.5 % of a processor. */
const share = 200
/** ms that the last report may take. */
const patience = 500

/** Reports of a worker to its primary. */
export interface WorkerReports {
  /** Reports what has been counted since, and ends. */
  close (): Promise<void>
}

/** Reports the metrics of a worker about once per second, and when the primary asks. Does not keep the process running. */
export function startReports (workers: Workers, read: () => MetricFamily[]): WorkerReports {
  const grow = createGrowth()
  let timer: NodeJS.Timeout | undefined

  function report (question: number, ms?: number): Promise<unknown> {
    // A worker without its primary ends.
    return workers.call(metricsTopic, grow(read(), question), ms).catch(() => {})
  }

  function next (): void {
    const begun = performance.now()
    report(0)
    timer = setTimeout(next, Math.max(period, (performance.now() - begun) * share)).unref()
  }

  const leave = workers.subscribe(metricsTopic, (question: number) => { report(question) })
  next()
  return {
    async close () {
      clearTimeout(timer)
      leave()
      await report(0, patience)
    }
  }
}
