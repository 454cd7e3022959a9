import { estimateQuantile, type History } from './tables/history.ts'
import { mergeBuckets } from './tables/tally.ts'
import type { Point } from './page/shapes.ts'

/** Adds up what the overview and its plots show. */
export function addTotals (history: History, now: number): Point {
  const requests = history.of('floodgate_http_requests_total')
  const isFirst = requests.samples.length > 0 && requests.rate(0) === null
  let all = 0
  let failed = 0
  for (let i = 0; i < requests.samples.length; i++) {
    if (requests.isQuiet(i)) continue
    const rate = requests.rate(i) ?? 0
    all += rate
    if (requests.samples[i]![0]['status']?.startsWith('5')) failed += rate
  }
  const durations = history.of('floodgate_http_request_duration_seconds')
  const recorded = mergeBuckets(durations, durations.samples.keys())
  const valuesOf = (metric: string): number[] => history.of(metric).samples.map(([, value]) => value)
  return [
    now,
    isFirst ? null : round(all),
    isFirst ? null : round(failed),
    estimateQuantile(0.5, durations.bounds, recorded),
    estimateQuantile(0.99, durations.bounds, recorded),
    Math.max(0, ...valuesOf('floodgate_event_loop_delay_max_seconds')),
    valuesOf('floodgate_http_requests_in_flight').reduce((all, value) => all + value, 0)
  ]
}

function round (value: number): number {
  return Math.round(value * 10) / 10
}
