import { isSummed, metricKey, type MetricReport } from './growth.ts'
import type { MetricDefinition, MetricFamily, MetricLabels, MetricSample } from './metrics.ts'
import { joinBounds } from './rebucket.ts'
import { byName, keyOf } from './registry.ts'

/** The sums of what workers report. */
export interface MetricSums {
  add (worker: number, report: MetricReport): void
  /** A worker has ended: its gauges vanish, and what it counted stays. */
  gone (worker: number): void
  /** In order of their names. */
  read (): MetricFamily[]
}

interface Sum {
  readonly labels: MetricLabels
  /** Of what is summed. */
  value: number
  readonly buckets: Float64Array | null
  /** Workers that have it, and their values of what is not summed. */
  readonly workers: Map<number, number>
  /** Of what is summed, the last sample that was read: the same object while the value is the same. */
  sample: MetricSample | null
}
interface Entry { readonly definition: MetricDefinition, readonly series: Map<string, Sum> }
interface Place { readonly entry: Entry, readonly key: string, readonly sum: Sum }

export function createMetricSums (): MetricSums {
  const entries = new Map<string, Entry>()
  /** By name, the one in use of several with other bounds. */
  const inUse = new Map<string, Entry>()
  /** By worker, where its numbers belong. */
  const places = new Map<number, Map<number, Place>>()

  function placeOf (metric: string, labels: MetricLabels): Place | null {
    const entry = entries.get(metric)
    if (entry === undefined) return null
    const key = keyOf(labels)
    let sum = entry.series.get(key)
    if (sum === undefined) {
      const { type, bounds = [] } = entry.definition
      const buckets = type === 'histogram' ? new Float64Array(bounds.length + 1) : null
      sum = { labels, value: 0, buckets, workers: new Map(), sample: null }
      entry.series.set(key, sum)
    }
    return { entry, key, sum }
  }

  function forget (worker: number): void {
    for (const { entry, key, sum } of places.get(worker)?.values() ?? []) {
      sum.workers.delete(worker)
      if (sum.workers.size === 0 && !isSummed(entry.definition)) entry.series.delete(key)
    }
    places.delete(worker)
  }

  return {
    add (worker, { first, metrics, series, values, histograms, gone }) {
      // It has begun again.
      if (first === 0 && series.length > 0) forget(worker)
      for (const definition of metrics) {
        const key = metricKey(definition)
        const entry = entries.get(key) ?? { definition, series: new Map<string, Sum>() }
        entries.set(key, entry)
        inUse.set(definition.name, entry)
      }
      const own = places.get(worker) ?? new Map<number, Place>()
      places.set(worker, own)
      for (const [i, [metric, labels]] of series.entries()) {
        const place = placeOf(metric, labels)
        if (place === null) continue
        place.sum.workers.set(worker, 0)
        own.set(first + i, place)
      }
      // A number that is not known is that of a report that was lost.
      for (let i = 0; i < values.length; i += 2) {
        const place = own.get(values[i]!)
        if (place === undefined) continue
        const { entry, sum } = place
        if (isSummed(entry.definition)) sum.value += values[i + 1]!
        else sum.workers.set(worker, values[i + 1]!)
      }
      for (const [id, growth, ...buckets] of histograms) {
        const sum = own.get(id)?.sum
        if (sum === undefined) continue
        sum.value += growth
        buckets.forEach((count, i) => { sum.buckets![i]! += count })
      }
      for (const id of gone) {
        const place = own.get(id)
        if (place === undefined) continue
        const { entry, key, sum } = place
        own.delete(id)
        sum.workers.delete(worker)
        // No worker has it any more: the configuration was replaced.
        if (sum.workers.size === 0) entry.series.delete(key)
      }
    },
    gone: forget,
    read () {
      const families = [...entries.values()]
        .sort((a, b) => Number(inUse.get(a.definition.name) === a) - Number(inUse.get(b.definition.name) === b))
        .map(({ definition, series }) => ({ ...definition, samples: readSamples(definition, series.values()) }))
        .filter(({ samples }) => samples.length > 0)
      return joinBounds(families).sort(byName)
    }
  }
}

function readSamples (definition: MetricDefinition, series: Iterable<Sum>): MetricSample[] {
  const samples: MetricSample[] = []
  if (isSummed(definition)) {
    for (const sum of series) {
      const { labels, value, buckets } = sum
      if (sum.sample?.[1] !== value) sum.sample = buckets === null ? [labels, value] : [labels, value, buckets]
      samples.push(sum.sample)
    }
  } else {
    for (const sum of series) samples.push(...samplesOf(definition, sum))
  }
  return samples
}

function samplesOf (definition: MetricDefinition, { labels, workers }: Sum): MetricSample[] {
  const values = [...workers.values()]
  switch (definition.over) {
    case 'worker': return [...workers].map(([worker, value]) => [{ ...labels, worker: String(worker) }, value])
    case 'max': return [[labels, Math.max(...values)]]
    case 'min': return [[labels, Math.min(...values)]]
    default: return [[labels, values.reduce((sum, value) => sum + value, 0)]]
  }
}

/** Joins metrics of the primary and those of its workers: a metric of both has the samples of both, the primary's first. */
export function joinFamilies (one: readonly MetricFamily[], other: readonly MetricFamily[]): MetricFamily[] {
  const joined = new Map(one.map((family) => [family.name, family]))
  for (const family of other) {
    const before = joined.get(family.name)
    joined.set(family.name, before === undefined ? family : { ...before, samples: joinSamples(before.samples, family.samples) })
  }
  return [...joined.values()].sort(byName)
}

function joinSamples (one: readonly MetricSample[], other: readonly MetricSample[]): MetricSample[] {
  const known = new Set(one.map(([labels]) => keyOf(labels)))
  return [...one, ...other.filter(([labels]) => !known.has(keyOf(labels)))]
}
