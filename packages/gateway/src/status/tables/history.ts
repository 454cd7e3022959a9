import type { MetricFamily, MetricLabels, MetricSample } from '@floodgate/core'

/** Seconds that rates and quantiles look back. */
const window = 10

/** The values of metrics at one time. */
interface Moment {
  /** ms, monotonic. */
  readonly at: number
  readonly families: ReadonlyMap<string, readonly MetricSample[]>
}

/** Metrics as they were in the last seconds. */
export interface History {
  /** Adds the metrics of now. */
  add (families: readonly MetricFamily[], at: number): void
  /** The samples of a metric now. */
  samples (name: string): readonly MetricSample[]
  bounds (name: string): readonly number[]
  /**
   * How much a sample grew per second; null before the second look.
   *
   * @param i its position among the samples
   */
  rate (name: string, sample: MetricSample, i: number): number | null
  /** What was recorded in the window, by bucket; null = nothing. */
  recorded (name: string, sample: MetricSample, i: number): Float64Array | null
  /** Returns the keys of a table's rows by labels, to be filled: most labels stay the same objects. */
  keysOf (table: string): WeakMap<MetricLabels, string>
  /** Forgets everything. */
  clear (): void
}

/** Names a sample by the values of its labels. */
function nameSample (labels: MetricLabels): string {
  let name = ''
  for (const label in labels) name += `${labels[label]}\n`
  return name
}

export function createHistory (): History {
  const moments: Moment[] = []
  let now = new Map<string, MetricFamily>()

  const keys = new Map<string, WeakMap<MetricLabels, string>>()
  const indexes = new WeakMap<readonly MetricSample[], Map<string, MetricSample>>()

  /** Samples usually keep their position and their labels. */
  function before (name: string, [labels]: MetricSample, i: number): MetricSample | undefined {
    const samples = moments[0]!.families.get(name)
    if (samples === undefined || samples[i]?.[0] === labels) return samples?.[i]
    let index = indexes.get(samples)
    if (index === undefined) indexes.set(samples, index = new Map(samples.map((sample) => [nameSample(sample[0]), sample])))
    return index.get(nameSample(labels))
  }

  return {
    add (families, at) {
      now = new Map(families.map((family) => [family.name, family]))
      const last = moments.at(-1)
      const counted = families.filter(({ type }) => type !== 'gauge').map(({ name, samples }) => {
        const known = last?.families.get(name)
        return [name, samples.map((sample, i) => keep(sample, known?.[i]))] as const
      })
      moments.push({ at, families: new Map(counted) })
      while (moments.length > 2 && at - moments[1]!.at >= window * 1000) moments.shift()
    },
    samples: (name) => now.get(name)?.samples ?? [],
    bounds: (name) => now.get(name)?.bounds ?? [],
    rate (name, sample, i) {
      if (moments.length < 2) return null
      const seconds = (moments.at(-1)!.at - moments[0]!.at) / 1000
      return Math.max(0, sample[1] - (before(name, sample, i)?.[1] ?? 0)) / seconds
    },
    recorded (name, sample, i) {
      if (moments.length < 2) return null
      const [, , buckets = []] = sample
      const last = before(name, sample, i)
      // The sum is the same: nothing was recorded.
      if (last?.[1] === sample[1]) return null
      const old = last?.[2]
      const grown = Float64Array.from(buckets, (count, i) => Math.max(0, count - (old?.[i] ?? 0)))
      return grown.some((count) => count > 0) ? grown : null
    },
    keysOf (table) {
      const known = keys.get(table) ?? new WeakMap<MetricLabels, string>()
      keys.set(table, known)
      return known
    },
    clear () {
      moments.length = 0
      now = new Map()
    }
  }
}

/** Buckets go on counting: a copy is kept, the one before if nothing was recorded since. */
function keep (sample: MetricSample, before: MetricSample | undefined): MetricSample {
  const [labels, value, buckets] = sample
  if (buckets === undefined) return sample
  return before?.[0] === labels && before[1] === value ? before : [labels, value, Float64Array.from(buckets)]
}

/**
 * Estimates a quantile from buckets, as Prometheus does: as if values were spread evenly in each bucket.
 *
 * @param quantile 0.99
 * @returns seconds; null without values
 */
export function estimateQuantile (quantile: number, bounds: readonly number[], buckets: ArrayLike<number> | null): number | null {
  if (buckets === null) return null
  let total = 0
  for (let i = 0; i < buckets.length; i++) total += buckets[i]!
  if (total === 0) return null
  const rank = quantile * total
  let below = 0
  for (let i = 0; i < bounds.length; i++) {
    const count = buckets[i]!
    if (below + count >= rank && count > 0) {
      const from = i === 0 ? 0 : bounds[i - 1]!
      return from + (bounds[i]! - from) * (rank - below) / count
    }
    below += count
  }
  return bounds.at(-1)!
}
