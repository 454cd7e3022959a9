import { createGrowth, repeatReport, type MetricFamily, type Workers } from '@floodgate/core'

/** Topic of the metrics between the workers and the primary. */
export const metricsTopic = 'floodgate.metrics'

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

  function report (question: number, ms?: number): Promise<unknown> {
    // A worker without its primary ends.
    return workers.call(metricsTopic, grow(read(), question), ms).catch(() => {})
  }

  const leave = workers.subscribe(metricsTopic, (question: number) => { report(question) })
  const end = repeatReport(() => { report(0) })
  return {
    async close () {
      end()
      leave()
      await report(0, patience)
    }
  }
}
