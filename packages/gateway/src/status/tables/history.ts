import type { MetricFamily, MetricLabels, MetricSample } from '@floodgate/core'

/** Seconds that rates and quantiles look back. */
const window = 10

/** Looks that follow faster than this, in ms, replace each other. */
const closest = 500

/** The values of metrics at one time. */
interface Moment {
  /** ms, monotonic. */
  readonly at: number
  readonly families: ReadonlyMap<string, readonly MetricSample[]>
}

/** One metric, as it is and as it was in the last seconds. */
export interface Course {
  readonly samples: readonly MetricSample[]
  /** Of a histogram. */
  readonly bounds: readonly number[]
  /**
   * How much a sample grew per second; null before the second look.
   *
   * @param i its position among the samples
   */
  rate (i: number): number | null
  /** What was recorded in the window, by bucket; null = nothing. */
  recorded (i: number): Float64Array | null
  /** Whether it is the same as before all looks of the window; a gauge, as at the last look. */
  isQuiet (i: number): boolean
}

/** Metrics as they were in the last seconds. */
export interface History {
  /** Adds the metrics of now. */
  add (families: readonly MetricFamily[], at: number): void
  /** @param name of a metric, or of several, with commas between them */
  of (name: string): Course
  /** Over which time rates and quantiles are; 0 = there are none yet. */
  readonly seconds: number
  /** Whether there were two looks at the most: figures of the second one may be there for the first time. */
  readonly isYoung: boolean
}

const nothing: Course = { samples: [], bounds: [], rate: () => null, recorded: () => null, isQuiet: () => true }

export function createHistory (): History {
  const moments: Moment[] = []
  const courses = new Map<string, Course>()
  let now = new Map<string, MetricFamily>()
  let gauges = new Map<string, readonly MetricSample[]>()

  function courseOf (name: string): Course {
    if (name.includes(', ')) return join(name.split(', ').map(courseOf))
    const family = now.get(name)
    if (family === undefined) return nothing
    const { samples, bounds = [] } = family
    if (family.type === 'gauge') {
      const before = createFinder(samples, gauges.get(name))
      return { ...nothing, samples, isQuiet: (i) => before(i)?.[1] === samples[i]![1] }
    }
    const before = createFinder(samples, moments[0]!.families.get(name))
    const seconds = (moments.at(-1)!.at - moments[0]!.at) / 1000
    const isFirst = moments.length < 2
    return {
      samples,
      bounds,
      rate: (i) => isFirst ? null : Math.max(0, samples[i]![1] - (before(i)?.[1] ?? 0)) / seconds,
      recorded (i) {
        if (isFirst) return null
        const [, value, buckets = []] = samples[i]!
        const last = before(i)
        // The sum is the same: nothing was recorded.
        if (last?.[1] === value) return null
        const old = last?.[2]
        let total = 0
        const grown = new Float64Array(buckets.length)
        for (let b = 0; b < grown.length; b++) total += grown[b] = Math.max(0, buckets[b]! - (old?.[b] ?? 0))
        return total > 0 ? grown : null
      },
      isQuiet: (i) => before(i)?.[1] === samples[i]![1]
    }
  }

  return {
    add (families, at) {
      gauges = new Map(Array.from(now.values(), ({ name, samples }) => [name, samples]))
      now = new Map(families.map((family) => [family.name, family]))
      courses.clear()
      if (moments.length > 2 && at - moments.at(-2)!.at < closest) moments.pop()
      const last = moments.at(-1)
      const counted = families.filter(({ type }) => type !== 'gauge').map(({ name, type, samples }) => {
        const known = last?.families.get(name)
        return [name, type === 'histogram' ? samples.map((sample, i) => keep(sample, known?.[i])) : samples] as const
      })
      moments.push({ at, families: new Map(counted) })
      while (moments.length > 2 && at - moments[1]!.at >= window * 1000) moments.shift()
    },
    get seconds () { return moments.length < 2 ? 0 : (moments.at(-1)!.at - moments[0]!.at) / 1000 },
    get isYoung () { return moments.length <= 2 },
    of (name) {
      let course = courses.get(name)
      if (course === undefined) courses.set(name, course = courseOf(name))
      return course
    }
  }
}

/** The samples of several metrics one after the other. */
function join (courses: readonly Course[]): Course {
  const places = courses.flatMap((course) => course.samples.map((_, i) => [course, i] as const))
  const at = <Value>(read: (course: Course, i: number) => Value) => (i: number): Value => read(...places[i]!)
  return {
    samples: courses.flatMap(({ samples }) => samples),
    bounds: courses.find(({ bounds }) => bounds.length > 0)?.bounds ?? [],
    rate: at((course, i) => course.rate(i)),
    recorded: at((course, i) => course.recorded(i)),
    isQuiet: at((course, i) => course.isQuiet(i))
  }
}

/** Finds samples among earlier ones of the same metric; usually they keep their position and the object of their labels. */
function createFinder (samples: readonly MetricSample[], earlier: readonly MetricSample[] = []): (i: number) => MetricSample | undefined {
  let index: Map<string, MetricSample> | undefined
  return (i) => {
    const labels = samples[i]![0]
    const guess = earlier[i]
    if (guess?.[0] === labels) return guess
    index ??= new Map(earlier.map((sample) => [nameSample(sample[0]), sample]))
    return index.get(nameSample(labels))
  }
}

/** Names a sample by the values of its labels. */
function nameSample (labels: MetricLabels): string {
  let name = ''
  for (const label in labels) name += `${labels[label]}\n`
  return name
}

/** Buckets go on counting: a copy is kept, the one before if nothing was recorded since. */
function keep ([labels, value, buckets = []]: MetricSample, before: MetricSample | undefined): MetricSample {
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
