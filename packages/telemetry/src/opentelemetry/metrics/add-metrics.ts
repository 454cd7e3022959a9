import type { MetricData, PointData } from './meter.ts'

/** Gives the metrics of a process the attribute `worker`: the sum of start times, or of heaps, says nothing. */
export function splitByWorker (metrics: readonly MetricData[], worker: number): MetricData[] {
  return metrics.map((metric) => metric.perProcess !== true
    ? metric
    : {
        ...metric,
        points: metric.points.map((point) => ({ ...point, attributes: [...point.attributes, ['worker', String(worker)] as const] }))
      })
}

/** Adds up the metrics of several processes: points with the same attributes become one. */
export function addMetrics (sources: readonly (readonly MetricData[])[]): MetricData[] {
  const byName = new Map<string, { readonly metric: MetricData, readonly points: Map<string, PointData> }>()
  for (const metric of sources.flat()) {
    const entry = byName.get(metric.name) ?? { metric, points: new Map<string, PointData>() }
    byName.set(metric.name, entry)
    for (const point of metric.points) {
      const key = JSON.stringify(point.attributes)
      const before = entry.points.get(key)
      entry.points.set(key, before === undefined ? point : addPoints(before, point))
    }
  }
  return [...byName.values()].map(({ metric, points }) => ({ ...metric, points: [...points.values()] }))
}

function addPoints (one: PointData, other: PointData): PointData {
  return {
    attributes: one.attributes,
    value: one.value + other.value,
    ...one.buckets !== undefined && { buckets: one.buckets.map((count, i) => count + (other.buckets?.[i] ?? 0)) }
  }
}
