import { repeatReport } from '../workers/repeat-report.ts'
import { createQuestionRound } from '../workers/question-round.ts'
import type { PrimaryService, Workers } from '../workers/workers.ts'
import { createGrowth, type MetricReport } from './growth.ts'
import type { MetricFamily } from './metrics.ts'
import { createMetricSums } from './sums.ts'

/** ms that the last report may take. */
const patience = 500

/** Reports of a worker to its primary. */
export interface WorkerReports {
  /** Reports what has been counted since, and ends. */
  close (): Promise<void>
}

/**
 * Reports the metrics of a worker about once per second, and when the primary asks. Does not keep the process running.
 *
 * @param topic that of the primary's `createWorkerSums`
 * @param read all metrics as they are now: without the label `worker`, and with buckets that go on counting
 */
export function startWorkerReports (workers: Workers, topic: string, read: () => readonly MetricFamily[]): WorkerReports {
  const grow = createGrowth()

  function report (question: number, ms?: number): Promise<unknown> {
    // A worker without its primary ends.
    return workers.call(topic, grow(read(), question), ms).catch(() => {})
  }

  const { answer, end } = repeatReport(report)
  const leave = workers.subscribe(topic, answer)
  return {
    async close () {
      end()
      leave()
      await report(0, patience)
    }
  }
}

/** The service of a topic in the primary that adds up what workers report. */
export interface WorkerSums extends PrimaryService {
  /** Asks all workers, for at most a second, and adds up. What a worker had counted stays in the sums after its end. */
  read (): Promise<MetricFamily[]>
}

/** @param ask sends the number of a question to all workers */
export function createWorkerSums (ask: (question: number) => void): WorkerSums {
  const sums = createMetricSums()
  const reporting = new Set<number>()
  const round = createQuestionRound(ask)
  return {
    call (report: MetricReport, worker) {
      reporting.add(worker)
      sums.add(worker, report)
      round.answered(worker, report.question)
    },
    gone (worker) {
      reporting.delete(worker)
      sums.gone(worker)
      round.gone(worker)
    },
    async read () {
      await round.ask(reporting)
      return sums.read()
    }
  }
}
