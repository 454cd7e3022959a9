import type { MetricDefinition, MetricFamily, MetricLabels, MetricSample } from './metrics.ts'
import { keyOf } from './registry.ts'

/**
 * What has changed in a worker since its last report: plain JSON. Series get numbers when they are reported first. Counters
 * and histograms are reported by how much they grew, everything else, and what is each worker's own, by its value.
 */
export interface MetricReport {
  /** Number of the question that it answers; 0 without one. */
  readonly question: number
  /**
   * Metrics that were not reported before. A histogram is another metric if its bounds are others; that of several which comes
   * last is the one in use.
   */
  readonly metrics: readonly MetricDefinition[]
  /** Number of the first of `series`; 0 also says that nothing was reported before. */
  readonly first: number
  /** Series that were not reported before, in the order of their numbers. */
  readonly series: readonly (readonly [metric: string, labels: MetricLabels])[]
  /** Number of a series and its growth or value, in turns. */
  readonly values: readonly number[]
  /** Number of a series, growth of its sum, and of each bucket. */
  readonly histograms: readonly (readonly [id: number, sum: number, ...buckets: number[]])[]
  /** Numbers of series that are no longer there. */
  readonly gone: readonly number[]
}

/** Reports what has changed since the last call. */
export type ReportGrowth = (families: readonly MetricFamily[], question?: number) => MetricReport

interface Known { readonly id: number, value: number, buckets: Float64Array | null, round: number }
interface KnownMetric {
  /** By their labels as text. */
  readonly series: Map<string, Known>
  /** The same by the objects of their labels, which mostly stay: their text takes longer to write than all the rest. */
  readonly byLabels: WeakMap<MetricLabels, Known>
}

/** Whether workers' values of a metric are added up as they grow, so that those of ended workers stay. */
export function isSummed ({ type, over = 'sum' }: Pick<MetricDefinition, 'type' | 'over'>): boolean {
  return type === 'histogram' || (type === 'counter' && over === 'sum')
}

/** What tells a metric from others: histograms with other bounds cannot be added up. */
export function metricKey ({ name, bounds }: Pick<MetricDefinition, 'name' | 'bounds'>): string {
  return bounds === undefined ? name : `${name} ${bounds.join()}`
}

/** Creates a worker's memory of what it has reported. */
export function createGrowth (): ReportGrowth {
  const known = new Map<string, KnownMetric>()
  /** By name, which metric is in use. */
  const inUse = new Map<string, string>()
  let count = 0
  let round = 0

  function seriesOf (
    { series, byLabels }: KnownMetric,
    metric: string,
    labels: MetricLabels,
    added: [string, MetricLabels][]
  ): [Known, boolean] {
    let found = byLabels.get(labels)
    // What had gone is another one when it comes back.
    if (found !== undefined && found.round >= round - 1) return [found, false]
    const key = keyOf(labels)
    found = series.get(key)
    const isNew = found === undefined
    if (found === undefined) {
      series.set(key, found = { id: count++, value: 0, buckets: null, round })
      added.push([metric, labels])
    }
    byLabels.set(labels, found)
    return [found, isNew]
  }

  return (families, question = 0) => {
    round++
    const report = {
      question,
      first: count,
      metrics: [] as MetricDefinition[],
      series: [] as [string, MetricLabels][],
      values: [] as number[],
      histograms: [] as [number, number, ...number[]][],
      gone: [] as number[]
    }
    for (const family of families) {
      const metric = metricKey(family)
      let ofMetric = known.get(metric)
      if (ofMetric === undefined) known.set(metric, ofMetric = { series: new Map(), byLabels: new WeakMap() })
      if (inUse.get(family.name) !== metric) {
        inUse.set(family.name, metric)
        const { samples: _, ...definition } = family
        report.metrics.push(definition)
      }
      const isGrowth = isSummed(family)
      for (const sample of family.samples) {
        const [series, isNew] = seriesOf(ofMetric, metric, sample[0], report.series)
        series.round = round
        if (family.type === 'histogram') addHistogram(report.histograms, series, sample, isNew)
        else addValue(report.values, series, sample[1], isGrowth, isNew)
      }
    }
    for (const ofMetric of known.values()) {
      for (const [key, series] of ofMetric.series) {
        if (series.round === round) continue
        report.gone.push(series.id)
        ofMetric.series.delete(key)
      }
    }
    return report
  }
}

function addValue (values: number[], series: Known, value: number, isGrowth: boolean, isNew: boolean): void {
  if (!Number.isFinite(value) || (value === series.value && !isNew)) return
  // A counter that is kept elsewhere may have begun again.
  values.push(series.id, !isGrowth || value < series.value ? value : value - series.value)
  series.value = value
}

function addHistogram (
  histograms: [number, number, ...number[]][],
  series: Known,
  [, sum, buckets = []]: MetricSample,
  isNew: boolean
): void {
  const before = series.buckets ??= new Float64Array(buckets.length)
  let hasGrown = isNew
  for (let i = 0; i < before.length && !hasGrown; i++) hasGrown = buckets[i] !== before[i]
  if (!hasGrown) return
  const growth: [number, number, ...number[]] = [series.id, sum - series.value]
  for (let i = 0; i < before.length; i++) {
    growth.push(buckets[i]! - before[i]!)
    before[i] = buckets[i]!
  }
  series.value = sum
  histograms.push(growth)
}
