import { checkDefinition, checkLabels } from './check-definition.ts'
import { FG_ERR_METRIC_INVALID } from './errors.ts'
import type { MetricDefinition, MetricFamily, MetricLabels, Metrics, MetricSample } from './metrics.ts'
import { Counter, Gauge, Histogram } from './series.ts'

/** The part of a registry that one configuration uses. */
export interface MetricsUse extends Metrics {
  /** What no other configuration uses vanishes. */
  release (): void
}

/** The metrics of a process: they outlive the configurations that use them one after the other. */
export interface MetricRegistry {
  /**
   * @param keeps whether series that another configuration has taken stay when that is released: those that this one will take
   * when something happens, so that they go on counting. Default: none
   */
  use (keeps?: KeepsSeries): MetricsUse
  /** Adds metrics that are described together when they are asked for; returns a function that removes them. */
  include (read: () => readonly MetricFamily[]): () => void
  /**
   * All metrics as they are now, in order of their names, for `createGrowth`: without the label `worker`, and with buckets
   * that go on counting. Metrics that have no value are left out. A counter, gauge or histogram whose value is the same has the
   * same object as before for its sample.
   */
  read (): MetricFamily[]
}

/** Decides by the name of a metric and the labels of a series. */
export type KeepsSeries = (name: string, labels: MetricLabels) => boolean

type Point = Counter | Gauge | Histogram
interface Series {
  readonly labels: MetricLabels
  readonly point: Point
  uses: number
  /** The last one that was read: the same object while the value is the same. */
  sample: MetricSample
}
/** A configuration that may go on with what another one has taken. */
interface Heir {
  readonly keeps: KeepsSeries
  take (series: Series, remove: () => void): void
}

interface Observed { readonly read: () => Iterable<MetricSample> }
interface Entry {
  readonly definition: MetricDefinition
  /** By their labels as text. */
  readonly series: Map<string, Series>
  /** The latest one comes last. */
  readonly observed: Set<Observed>
}

/** @param worker number of this process, for metrics that each of several has: 0 for the only one */
export function createMetricRegistry (worker = 0): MetricRegistry {
  const entries = new Map<string, Entry>()
  const included = new Set<() => readonly MetricFamily[]>()
  /** The latest one comes last. */
  const heirs: Heir[] = []

  function entryOf (definition: MetricDefinition): Entry {
    const known = entries.get(definition.name)
    if (known !== undefined) {
      if (known.definition !== definition && !isSame(known.definition, definition)) {
        throw new FG_ERR_METRIC_INVALID(definition.name, 'another metric of this name has another type, help or other bounds')
      }
      return known
    }
    checkDefinition(definition)
    const entry: Entry = { definition, series: new Map(), observed: new Set() }
    entries.set(definition.name, entry)
    return entry
  }

  function use (keeps: KeepsSeries = () => false): MetricsUse {
    const used = new Set<Series>()
    const endings: (() => void)[] = []
    const heir: Heir = { keeps, take }
    heirs.push(heir)

    function take (series: Series, remove: () => void): void {
      series.uses++
      used.add(series)
      endings.push(remove)
    }

    function seriesOf (definition: MetricDefinition, labels: MetricLabels, make: () => Point): Point {
      const { series } = entryOf(definition)
      const key = keyOf(labels)
      let found = series.get(key)
      if (found === undefined) {
        checkLabels(definition, labels)
        const point = make()
        series.set(key, found = { labels, point, uses: 0, sample: sampleOf(labels, point) })
      }
      if (!used.has(found)) {
        const own = found
        take(own, function remove () {
          if (--own.uses > 0) return
          const next = heirs.findLast((other) => other.keeps(definition.name, own.labels))
          if (next === undefined) series.delete(key)
          else next.take(own, remove)
        })
      }
      return found.point
    }

    return {
      counter: (definition, labels = {}) => seriesOf(expect(definition, 'counter'), labels, () => new Counter()) as Counter,
      gauge: (definition, labels = {}) => seriesOf(expect(definition, 'gauge'), labels, () => new Gauge()) as Gauge,
      histogram: (definition, labels = {}) =>
        seriesOf(expect(definition, 'histogram'), labels, () => new Histogram(definition.bounds ?? [])) as Histogram,
      observe (definition, read) {
        const { observed } = entryOf(definition)
        const own = { read }
        observed.add(own)
        endings.push(() => { observed.delete(own) })
      },
      read: () => labelWorker(read(), worker).map(toData),
      release () {
        heirs.splice(heirs.indexOf(heir), heirs.includes(heir) ? 1 : 0)
        used.clear()
        for (const end of endings.splice(0)) end()
      }
    }
  }

  function read (): MetricFamily[] {
    const families: MetricFamily[] = []
    for (const { definition, series, observed } of entries.values()) {
      const samples: MetricSample[] = []
      for (const one of series.values()) {
        const { labels, point, sample } = one
        if (sample[1] !== (point instanceof Histogram ? point.sum : point.value)) one.sample = sampleOf(labels, point)
        samples.push(one.sample)
      }
      if (observed.size === 1) for (const { read } of observed) samples.push(...read())
      else if (observed.size > 1) samples.push(...latestOf(observed))
      if (samples.length > 0) families.push({ ...definition, samples })
    }
    for (const read of included) families.push(...read().filter(({ samples }) => samples.length > 0))
    return families.sort(byName)
  }

  return {
    use,
    include (read) {
      included.add(read)
      return () => { included.delete(read) }
    },
    read
  }
}

function sampleOf (labels: MetricLabels, point: Point): MetricSample {
  return point instanceof Histogram ? [labels, point.sum, point.buckets] : [labels, point.value]
}

/** Without what goes on counting. */
function toData (family: MetricFamily): MetricFamily {
  if (family.type !== 'histogram') return family
  return { ...family, samples: family.samples.map(([labels, sum, buckets = []]) => [labels, sum, Array.from(buckets)] as const) }
}

/** Two configurations are served at the same time while requests of the first still run. */
function latestOf (observed: Iterable<Observed>): Iterable<MetricSample> {
  const latest = new Map<string, MetricSample>()
  for (const { read } of observed) for (const sample of read()) latest.set(keyOf(sample[0]), sample)
  return latest.values()
}

/** Gives the metrics of one process, where `over` is `worker`, the label `worker`. */
function labelWorker (families: readonly MetricFamily[], worker: number): MetricFamily[] {
  return families.map((family) => family.over !== 'worker'
    ? family
    : { ...family, samples: family.samples.map(([labels, ...values]) => [{ ...labels, worker: String(worker) }, ...values] as const) })
}

/** Labels as a text; the order of their names does not matter, as long as one place always writes them in the same order. */
export function keyOf (labels: MetricLabels): string {
  let key = ''
  for (const name in labels) key += `${name}\u0000${labels[name]}\u0001`
  return key
}

export function byName (a: Pick<MetricDefinition, 'name'>, b: Pick<MetricDefinition, 'name'>): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function expect (definition: MetricDefinition, type: MetricDefinition['type']): MetricDefinition {
  if (definition.type !== type) throw new FG_ERR_METRIC_INVALID(definition.name, `it is a ${definition.type}, and was asked for as a ${type}`)
  return definition
}

function isSame (one: MetricDefinition, other: MetricDefinition): boolean {
  return one.type === other.type && one.help === other.help && one.over === other.over && String(one.bounds) === String(other.bounds)
}
