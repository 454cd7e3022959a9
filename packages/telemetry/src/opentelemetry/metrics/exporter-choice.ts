import type { MetricFamily, MetricSample, Counter, Histogram } from '@floodgate/core'
import type { PrometheusSettings } from '../options.ts'
import type { Attribute, Meter, MetricData, PointData } from './meter.ts'

/** Records into points of a process. */
export type Recorder = Pick<Meter, 'histogram' | 'counter' | 'waiting'>

/** Attribute of points that some exporters get, and its label; no exporter sees it. */
const [attribute, label] = ['floodgate.exporters', 'floodgate_exporters']

/** A recorder of points that these exporters alone get (`exporters_override.metric_exporters`). */
export function recordFor (meter: Meter, exporters: readonly string[]): Recorder {
  const mark: Attribute = [attribute, JSON.stringify([...exporters].sort())]
  return {
    histogram: (name, unit, bounds, attributes): Histogram => meter.histogram(name, unit, bounds, [mark, ...attributes]),
    counter: (name, unit, attributes): Counter => meter.counter(name, unit, [mark, ...attributes]),
    waiting: meter.waiting
  }
}

/** The metrics that an exporter gets. */
export function selectMetrics (metrics: readonly MetricData[], exporter: string): readonly MetricData[] {
  return metrics.map((metric) => {
    if (!metric.points.some(({ attributes }) => attributes[0]?.[0] === attribute)) return metric
    const points = new Map<string, PointData>()
    for (const point of metric.points) {
      const [mark] = point.attributes
      const isMarked = mark?.[0] === attribute
      if (isMarked && !isFor(mark[1], exporter)) continue
      const attributes = isMarked ? point.attributes.slice(1) : point.attributes
      const key = JSON.stringify(attributes)
      // A reload may have changed which exporters get it.
      const before = points.get(key)
      points.set(key, {
        attributes,
        value: point.value + (before?.value ?? 0),
        ...point.buckets !== undefined && { buckets: add(point.buckets, before?.buckets) }
      })
    }
    return { ...metric, points: [...points.values()] }
  }).filter(({ points }) => points.length > 0)
}

/** The same, of metrics with Prometheus' names. */
export function selectFamilies (families: readonly MetricFamily[], exporter: string): readonly MetricFamily[] {
  return families.map((family) => {
    if (!family.samples.some(([labels]) => label in labels)) return family
    const samples = new Map<string, MetricSample>()
    for (const [{ [label]: mark, ...labels }, value, buckets] of family.samples) {
      if (mark !== undefined && !isFor(mark, exporter)) continue
      const key = JSON.stringify(labels)
      const [, sum = 0, counts] = samples.get(key) ?? []
      samples.set(key, buckets === undefined ? [labels, value + sum] : [labels, value + sum, add(buckets, counts)])
    }
    return { ...family, samples: [...samples.values()] }
  })
}

/** Leaves out the metrics of the process and of the runtime, unless the exporter of that name has them switched on. */
export function selectSwitched (
  families: readonly MetricFamily[],
  exporters: readonly Pick<PrometheusSettings, 'name' | 'process_metrics' | 'go_metrics'>[],
  exporter: string
): readonly MetricFamily[] {
  const { process_metrics: ofProcess, go_metrics: ofRuntime } = exporters.find(({ name }) => name === exporter) ?? {}
  return families.filter(({ name }) => name.startsWith('process_') ? ofProcess === true : !name.startsWith('nodejs_') || ofRuntime === true)
}

function isFor (mark: Attribute[1], exporter: string): boolean {
  return (JSON.parse(String(mark)) as string[]).includes(exporter)
}

function add (one: ArrayLike<number>, other: ArrayLike<number> | undefined): ArrayLike<number> {
  return other === undefined ? one : Array.from(one, (count, i) => count + other[i]!)
}
