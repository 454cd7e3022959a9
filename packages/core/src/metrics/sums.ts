import { isSummed, type MetricReport } from './growth.ts'
import type { MetricDefinition, MetricFamily, MetricLabels, MetricSample } from './metrics.ts'
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
}
interface Entry { readonly definition: MetricDefinition, readonly series: Map<string, Sum> }
interface Place { readonly entry: Entry, readonly key: string, readonly sum: Sum }

export function createMetricSums (): MetricSums {
  const entries = new Map<string, Entry>()
  /** By worker, where its numbers belong. */
  const places = new Map<number, Map<number, Place>>()
  /** By worker, its next number. */
  const counts = new Map<number, number>()

  function placeOf (name: string, labels: MetricLabels): Place {
    const entry = entries.get(name)!
    const key = keyOf(labels)
    let sum = entry.series.get(key)
    if (sum === undefined) {
      const { type, bounds = [] } = entry.definition
      sum = { labels, value: 0, buckets: type === 'histogram' ? new Float64Array(bounds.length + 1) : null, workers: new Map() }
      entry.series.set(key, sum)
    }
    return { entry, key, sum }
  }

  return {
    add (worker, { metrics, series, values, histograms, gone }) {
      for (const definition of metrics) {
        if (!entries.has(definition.name)) entries.set(definition.name, { definition, series: new Map() })
      }
      const own = places.get(worker) ?? new Map<number, Place>()
      places.set(worker, own)
      let next = counts.get(worker) ?? 0
      for (const [name, labels] of series) {
        const place = placeOf(name, labels)
        place.sum.workers.set(worker, 0)
        own.set(next++, place)
      }
      counts.set(worker, next)
      for (let i = 0; i < values.length; i += 2) {
        const { entry, sum } = own.get(values[i]!)!
        if (isSummed(entry.definition)) sum.value += values[i + 1]!
        else sum.workers.set(worker, values[i + 1]!)
      }
      for (const [id, growth, ...buckets] of histograms) {
        const { sum } = own.get(id)!
        sum.value += growth
        buckets.forEach((count, i) => { sum.buckets![i]! += count })
      }
      for (const id of gone) {
        const { entry, key, sum } = own.get(id)!
        own.delete(id)
        sum.workers.delete(worker)
        // No worker has it any more: the configuration was replaced.
        if (sum.workers.size === 0) entry.series.delete(key)
      }
    },
    gone (worker) {
      for (const { entry, key, sum } of places.get(worker)?.values() ?? []) {
        sum.workers.delete(worker)
        if (sum.workers.size === 0 && !isSummed(entry.definition)) entry.series.delete(key)
      }
      places.delete(worker)
      counts.delete(worker)
    },
    read: () => [...entries.values()]
      .map(({ definition, series }) => ({ ...definition, samples: [...series.values()].flatMap((sum) => samplesOf(definition, sum)) }))
      .filter(({ samples }) => samples.length > 0)
      .sort(byName)
  }
}

function samplesOf (definition: MetricDefinition, { labels, value, buckets, workers }: Sum): MetricSample[] {
  if (buckets !== null) return [[labels, value, buckets]]
  if (isSummed(definition)) return [[labels, value]]
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
