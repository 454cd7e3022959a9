import { Counter, Histogram } from '@floodgate/core'
import { descriptions } from './descriptions.ts'

/** A name with its value. */
export type Attribute = readonly [name: string, value: string | number | boolean]

/** A metric as the exporters take it: names and values of OpenTelemetry, plain JSON. */
export interface MetricData {
  /** `http.server.duration` */
  readonly name: string
  readonly kind: 'histogram' | 'counter' | 'gauge'
  /** `s`, `b` or '' (OpenTelemetry's units). */
  readonly unit: string
  readonly description: string
  /** Upper bounds of a histogram's buckets; the last bucket, without a bound, is not listed. Empty for others. */
  readonly bounds: readonly number[]
  readonly points: readonly PointData[]
  /** Whether it describes the process and not its requests: values of several processes are not added up. */
  readonly perProcess?: true
}

export interface PointData {
  readonly attributes: readonly Attribute[]
  /** Sum of a histogram; value of others. */
  readonly value: number
  /** How many values each bucket has (not cumulated); absent if it is not a histogram. */
  readonly buckets?: readonly number[]
}

interface Instrument <Point> {
  readonly name: string
  readonly unit: string
  readonly bounds: readonly number[]
  readonly points: Map<string, { readonly attributes: readonly Attribute[], readonly point: Point }>
}

/**
 * The metrics of one process. A recorder asks once for the point of its attributes and keeps it; how many points there
 * are is bounded by the configuration, because every attribute comes from it or from a short list.
 */
export class Meter {
  readonly #histograms = new Map<string, Instrument<Histogram>>()
  readonly #counters = new Map<string, Instrument<Counter>>()

  histogram (name: string, unit: string, bounds: readonly number[], attributes: readonly Attribute[]): Histogram {
    return pointOf(this.#histograms, name, unit, bounds, attributes, () => new Histogram(bounds))
  }

  counter (name: string, unit: string, attributes: readonly Attribute[]): Counter {
    return pointOf(this.#counters, name, unit, noBounds, attributes, () => new Counter())
  }

  /** All metrics as they are now, by name; those without any value are left out. */
  read (): MetricData[] {
    const metrics: MetricData[] = []
    for (const { points, ...instrument } of this.#histograms.values()) {
      const data = [...points.values()].map(
        ({ attributes, point: { sum, buckets } }): PointData => ({ attributes, value: sum, buckets: [...buckets] })
      )
      metrics.push({ ...instrument, kind: 'histogram', description: descriptions[instrument.name] ?? '', points: data })
    }
    for (const { points, ...instrument } of this.#counters.values()) {
      const data = [...points.values()].map(({ attributes, point: { value } }): PointData => ({ attributes, value }))
      metrics.push({ ...instrument, kind: 'counter', description: descriptions[instrument.name] ?? '', points: data })
    }
    return metrics.sort((a, b) => a.name < b.name ? -1 : 1)
  }
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
