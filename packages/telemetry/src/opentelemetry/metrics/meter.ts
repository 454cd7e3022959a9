import { Counter, hasBounds, Histogram, rebucket } from '@floodgate/core'
import { descriptions } from './descriptions.ts'
import { Measurements } from './measurements.ts'

/** A name with its value. */
export type Attribute = readonly [name: string, value: string | number | boolean]

/** A metric with names and values of OpenTelemetry: plain data. */
export interface MetricData {
  /** `http.server.duration` */
  readonly name: string
  readonly kind: 'histogram' | 'counter'
  /** `s`, `b` or '' (OpenTelemetry's units). */
  readonly unit: string
  readonly description: string
  /** Upper bounds of a histogram's buckets; the last bucket, without a bound, is not listed. Empty for others. */
  readonly bounds: readonly number[]
  readonly points: readonly PointData[]
}

export interface PointData {
  readonly attributes: readonly Attribute[]
  /** Sum of a histogram; value of others. */
  readonly value: number
  /** How many values each bucket has (not cumulated), and goes on to have; absent if it is not a histogram. */
  readonly buckets?: ArrayLike<number>
}

interface Instrument <Point> {
  readonly name: string
  readonly unit: string
  readonly bounds: readonly number[]
  readonly points: Map<string, Entry<Point>>
}

interface Entry <Point> {
  readonly attributes: readonly Attribute[]
  readonly point: Point
}

/**
 * The metrics of one process, through all of its configurations. A recorder asks once for the point of its attributes and
 * keeps it; how many points there are is bounded by the configuration, because every attribute comes from it or from a short
 * list.
 */
export class Meter {
  readonly #histograms = new Map<string, Instrument<Histogram>>()
  readonly #counters = new Map<string, Instrument<Counter>>()
  /** Histograms with the bounds of earlier configurations. */
  #replaced: Instrument<Histogram>[] = []
  /** What is recorded into its points before they are read: a request has some twenty. */
  readonly waiting = new Measurements()

  histogram (name: string, unit: string, bounds: readonly number[], attributes: readonly Attribute[]): Histogram {
    const known = this.#histograms.get(name)
    if (known !== undefined && !hasBounds(known.bounds, bounds)) {
      // Recorders of the configuration before still have the old points.
      const again = this.#replaced.find((other) => other.name === name && hasBounds(other.bounds, bounds))
      this.#replaced = [...this.#replaced.filter((other) => other !== again), known]
      if (again === undefined) this.#histograms.delete(name)
      else this.#histograms.set(name, again)
    }
    return pointOf(this.#histograms, name, unit, bounds, attributes, () => new Histogram(bounds))
  }

  counter (name: string, unit: string, attributes: readonly Attribute[]): Counter {
    return pointOf(this.#counters, name, unit, noBounds, attributes, () => new Counter())
  }

  /** All metrics as they are now, by name. What was counted with other bounds stays in them: no count goes back. */
  read (): MetricData[] {
    const metrics = this.readParts()
    if (this.#replaced.length === 0) return metrics
    return metrics.flatMap((metric, i) => {
      if (metrics[i + 1]?.name === metric.name) return []
      return { ...metric, points: joinPoints(metrics.filter(({ name }) => name === metric.name)) }
    })
  }

  /** The same, but a histogram whose bounds were changed is there once with each, those in use last. */
  readParts (): MetricData[] {
    this.waiting.flush()
    const metrics: MetricData[] = []
    for (const { points, ...instrument } of [...this.#replaced, ...this.#histograms.values()]) {
      const data = Array.from(
        points.values(),
        ({ attributes, point: { sum, buckets } }): PointData => ({ attributes, value: sum, buckets })
      )
      metrics.push({ ...instrument, kind: 'histogram', description: descriptions[instrument.name] ?? '', points: data })
    }
    for (const { points, ...instrument } of this.#counters.values()) {
      const data = Array.from(points.values(), ({ attributes, point: { value } }): PointData => ({ attributes, value }))
      metrics.push({ ...instrument, kind: 'counter', description: descriptions[instrument.name] ?? '', points: data })
    }
    return metrics.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  }

  /**
   * Drops points that the configuration in use does not have any more, once the one before is closed.
   *
   * @param isWanted whether points of this metric with these attributes stay
   */
  prune (isWanted: (attributes: readonly Attribute[], name: string) => boolean): void {
    this.waiting.flush()
    for (const { name, points } of [...this.#histograms.values(), ...this.#counters.values(), ...this.#replaced]) {
      for (const [key, { attributes }] of points) if (!isWanted(attributes, name)) points.delete(key)
    }
    this.#replaced = this.#replaced.filter(({ points }) => points.size > 0)
  }
}

/** @param parts a histogram with several bounds, the last of which are those of the points */
function joinPoints (parts: readonly MetricData[]): PointData[] {
  const { bounds } = parts.at(-1)!
  const joined = new Map<string, { readonly attributes: readonly Attribute[], value: number, readonly buckets: Float64Array }>()
  for (const part of parts) {
    for (const { attributes, value, buckets = [] } of part.points) {
      const key = JSON.stringify(attributes)
      const moved = rebucket(buckets, part.bounds, bounds)
      const known = joined.get(key)
      if (known === undefined) joined.set(key, { attributes, value, buckets: moved })
      else {
        known.value += value
        for (let i = 0; i < moved.length; i++) known.buckets[i]! += moved[i]!
      }
    }
  }
  return [...joined.values()]
}

const noBounds: readonly number[] = []

function pointOf <Point> (
  instruments: Map<string, Instrument<Point>>,
  name: string,
  unit: string,
  bounds: readonly number[],
  attributes: readonly Attribute[],
  make: () => Point
): Point {
  let instrument = instruments.get(name)
  if (instrument === undefined) instruments.set(name, instrument = { name, unit, bounds, points: new Map() })
  const key = JSON.stringify(attributes)
  let entry = instrument.points.get(key)
  if (entry === undefined) instrument.points.set(key, entry = { attributes, point: make() })
  return entry.point
}
