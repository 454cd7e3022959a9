import type { Counter, Gauge, Histogram } from './series.ts'

/** Values of labels by name. They must come from the configuration or from a short list, never from clients. An empty value is omitted. */
export type MetricLabels = Readonly<Record<string, string>>

/** What a metric is. Declare each once, as a constant; labels come with its series. */
export interface MetricDefinition {
  /** By Prometheus' rules: snake case, the unit at the end (`_seconds`, `_bytes`), `_total` at the end of counters. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence, for `# HELP`. */
  readonly help: string
  /** Names of its labels. Default: none. */
  readonly labels?: readonly string[]
  /**
   * How the values of several workers become one: their sum (default), the largest, the smallest, or none: then each has the
   * label `worker`, 0 for the primary or the only process.
   */
  readonly over?: 'sum' | 'max' | 'min' | 'worker'
  /** Upper bounds of a histogram's buckets, ascending; a last bucket without a bound is added. */
  readonly bounds?: readonly number[]
}

/**
 * The value of a metric for some labels. Of a histogram it is the sum of what was recorded, with the count of each bucket
 * (not cumulated).
 */
export type MetricSample = readonly [labels: MetricLabels, value: number, buckets?: ArrayLike<number>]

/** One metric with its values. */
export interface MetricFamily extends MetricDefinition {
  readonly samples: readonly MetricSample[]
}

/** Where a feature reports what it does: `FeatureContext.metrics`. Its series vanish with the configuration that uses them. */
export interface Metrics {
  /**
   * Returns the counter for these labels, which begins with 0: call it at boot and keep the result. A configuration that
   * replaces another one gets the same counter for the same labels, so that a reload loses nothing.
   *
   * @throws {FG_ERR_METRIC_INVALID} the definition does not follow the rules, or contradicts an earlier one
   */
  counter (definition: MetricDefinition, labels?: MetricLabels): Counter
  /** The same for a value that goes up and down. */
  gauge (definition: MetricDefinition, labels?: MetricLabels): Gauge
  /** The same for a histogram. */
  histogram (definition: MetricDefinition, labels?: MetricLabels): Histogram
  /**
   * Reads values when they are asked for: states, sizes, and counters that are kept elsewhere. `read` must not throw and runs about
   * once per second where there are workers. For the same labels the latest configuration is asked.
   */
  observe (definition: MetricDefinition, read: () => Iterable<MetricSample>): void
  /** All metrics of this process, the clients' included, as they are now: plain data, in order of their names. */
  read (): readonly MetricFamily[]
}
