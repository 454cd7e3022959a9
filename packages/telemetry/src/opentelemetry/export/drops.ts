import { Counter, type MetricDefinition, type Metrics } from '@floodgate/core'
import type { Signal } from '../environment.ts'

const dropped: MetricDefinition = {
  name: 'floodgate_otlp_dropped_total',
  type: 'counter',
  help: 'What an OTLP exporter dropped because its collector was unavailable or refused it: spans, and reports of metrics.',
  labels: ['exporter', 'signal']
}

/** What exporters report. */
export const exportMetrics: readonly MetricDefinition[] = [dropped]

/** Where an exporter counts what it drops. */
export type Drops = Readonly<Record<Signal, Counter>>

/** @param metrics null = they are counted for the log alone */
export function countDrops (exporter: string, metrics: Metrics | null): Drops {
  const of = (signal: Signal): Counter => metrics?.counter(dropped, { exporter, signal }) ?? new Counter()
  return { traces: of('traces'), metrics: of('metrics') }
}
