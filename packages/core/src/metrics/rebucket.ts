import type { MetricFamily, MetricSample } from './metrics.ts'
import { keyOf } from './registry.ts'

/**
 * Joins metrics of the same name, histograms with other bounds, to one with the bounds of the last of them: what was counted
 * before the bounds were changed stays in it.
 */
export function joinBounds (families: readonly MetricFamily[]): MetricFamily[] {
  const joined = new Map<string, MetricFamily>()
  for (const family of families) {
    const before = joined.get(family.name)
    joined.set(family.name, before === undefined ? family : join(before, family))
  }
  return [...joined.values()]
}

function join (before: MetricFamily, family: MetricFamily): MetricFamily {
  const { bounds = [] } = family
  const samples = new Map(family.samples.map((sample) => [keyOf(sample[0]), sample]))
  for (const [labels, value, buckets = []] of before.samples) {
    const key = keyOf(labels)
    const moved = rebucket(buckets, before.bounds ?? [], bounds)
    const [, own, counts = []]: MetricSample = samples.get(key) ?? [labels, 0]
    for (let i = 0; i < counts.length; i++) moved[i]! += counts[i]!
    samples.set(key, [labels, value + own, moved])
  }
  return { ...family, samples: [...samples.values()] }
}

/**
 * Moves the counts of a histogram to other bounds. How many values are below a bound that both have stays the same, so that no
 * cumulated count goes back; below a new bound are those that are known to be.
 */
export function rebucket (counts: ArrayLike<number>, bounds: readonly number[], others: readonly number[]): Float64Array {
  const moved = new Float64Array(others.length + 1)
  let at = 0
  for (let i = 0; i < counts.length; i++) {
    const bound = bounds[i] ?? Infinity
    while (at < others.length && others[at]! < bound) at++
    moved[at]! += counts[i]!
  }
  return moved
}

/** Whether two histograms have the same buckets. */
export function hasBounds (one: readonly number[], other: readonly number[]): boolean {
  return one === other || (one.length === other.length && one.every((bound, i) => bound === other[i]))
}
