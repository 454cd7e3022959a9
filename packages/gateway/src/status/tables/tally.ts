import type { MetricLabels, MetricSample } from '@floodgate/core'
import { estimateQuantile, type Course, type History } from './history.ts'
import type { Cell, Unit } from './table.ts'

/** A column of figures of a metric. */
export interface Figure {
  readonly title: string
  readonly metric: string
  readonly unit: Unit
  /** `value` as it is, the `latest` of several times, `rate` per second, or a quantile such as 0.99 of what was recorded. */
  readonly as: 'value' | 'latest' | 'rate' | number
  /** Samples that count. Default: all. */
  readonly where?: (labels: MetricLabels) => boolean
  /** Converts a value. Default: none. */
  readonly convert?: (value: number) => number
  /** Writes, in place of the value, what the labels of the latest sample say. */
  readonly tell?: (labels: MetricLabels) => string
}

/** The figures of a row. */
export interface TallyRow {
  cells: readonly Cell[]
  /** Whether the last look changed them. */
  hasChanged: boolean
  /** By figure, positions of its samples. */
  parts: number[][]
  isActive: boolean
  wasActive: boolean
}

export function createRow (): TallyRow {
  return { cells: [], hasChanged: false, parts: [], isActive: false, wasActive: false }
}

export interface TallyOptions {
  readonly figures: readonly Figure[]
  /** The series are others than before: rows are asked for again. */
  begin (): void
  /** Returns the rows that a sample counts for. */
  rowsOf (labels: MetricLabels, metric: string): readonly TallyRow[]
  /** All rows, also those without a sample. */
  rows (): Iterable<TallyRow>
}

/** Adds the samples of metrics up by rows. */
export interface Tally {
  /**
   * Computes the rows again where something has changed.
   *
   * @param isStale all of them
   * @param isOther rows are asked for again. Default: where the series are others
   * @returns whether rows were asked for again
   */
  look (history: History, isStale: boolean, isOther?: boolean): boolean
}

interface Source {
  readonly metric: string
  /** Positions of its figures. */
  readonly figures: readonly number[]
  labels: MetricLabels[]
  /** By position of a sample, rows that it counts for. */
  rows: (readonly TallyRow[])[]
}

export function createTally ({ figures, begin, rowsOf, rows }: TallyOptions): Tally {
  const metrics = [...new Set(figures.map(({ metric }) => metric))]
  const sources = metrics.map((metric): Source => ({
    metric, figures: figures.flatMap((figure, i) => figure.metric === metric ? [i] : []), labels: [], rows: []
  }))
  let isNew = true

  function arrange (history: History): void {
    begin()
    for (const row of rows()) row.parts = figures.map(() => [])
    for (const source of sources) {
      const { samples } = history.of(source.metric)
      source.labels = samples.map(([labels]) => labels)
      source.rows = source.labels.map((labels, at) => {
        const counting = source.figures.filter((i) => figures[i]!.where?.(labels) !== false)
        if (counting.length === 0) return []
        const found = rowsOf(labels, source.metric)
        for (const row of found) {
          if (row.parts.length === 0) row.parts = figures.map(() => [])
          for (const i of counting) row.parts[i]!.push(at)
        }
        return found
      })
    }
  }

  return {
    look (history, isStale, mustAsk = false) {
      const isOther = mustAsk || isNew || !sources.every((source) => hasSameLabels(source, history.of(source.metric).samples))
      if (isOther) arrange(history)
      isNew = false
      for (const { metric, rows } of sources) {
        const course = history.of(metric)
        for (let i = 0; i < rows.length; i++) {
          if (!course.isQuiet(i)) for (const row of rows[i]!) row.isActive = true
        }
      }
      const courses = figures.map(({ metric }) => history.of(metric))
      for (const row of rows()) {
        row.hasChanged = false
        if (isStale || isOther || row.isActive || row.wasActive) {
          const cells = figures.map((figure, i) => show(figure, courses[i]!, row.parts[i] ?? []))
          row.hasChanged = !isSame(row.cells, cells)
          if (row.hasChanged) row.cells = cells
        }
        row.wasActive = row.isActive
        row.isActive = false
      }
      return isOther
    }
  }
}

/** Samples keep their positions, and often the objects of their labels. */
function hasSameLabels ({ labels }: Source, samples: readonly MetricSample[]): boolean {
  if (labels.length !== samples.length) return false
  for (let i = 0; i < samples.length; i++) {
    const given = samples[i]![0]
    const known = labels[i]!
    if (known === given) continue
    for (const name in given) if (given[name] !== known[name]) return false
    for (const name in known) if (given[name] === undefined) return false
    labels[i] = given
  }
  return true
}

function addUp ({ as, convert }: Figure, course: Course, parts: readonly number[]): number | null {
  let sum: number | null = null
  for (const at of parts) {
    const value = as === 'rate' ? course.rate(at) : course.samples[at]![1]
    if (value === null) continue
    const converted = convert === undefined ? value : convert(value)
    sum = sum === null ? converted : as === 'latest' ? Math.max(sum, converted) : sum + converted
  }
  return sum
}

function tellLatest (tell: NonNullable<Figure['tell']>, { samples }: Course, parts: readonly number[]): Cell {
  let latest: MetricSample | null = null
  for (const at of parts) if (latest === null || samples[at]![1] > latest[1]) latest = samples[at]!
  return latest === null ? null : tell(latest[0])
}

/** What was recorded by some series of a histogram in the window; null = nothing. */
export function mergeBuckets (course: Course, parts: Iterable<number>): Float64Array | null {
  let all: Float64Array | null = null
  for (const at of parts) {
    const recorded = course.recorded(at)
    if (recorded === null) continue
    if (all === null) all = recorded
    else for (let i = 0; i < all.length; i++) all[i]! += recorded[i]!
  }
  return all
}

/** Rounds: with all digits, each row would change each second. */
function show (figure: Figure, course: Course, parts: readonly number[]): Cell {
  const { as, unit, tell } = figure
  if (tell !== undefined) return tellLatest(tell, course, parts)
  const plain = typeof as === 'number' ? estimateQuantile(as, course.bounds, mergeBuckets(course, parts)) : addUp(figure, course, parts)
  if (plain === null) return null
  return unit === 'rate' || unit === 'days' ? Math.round(plain * 10) / 10 : unit === 'seconds' ? Number(plain.toPrecision(3)) : plain
}

/** Whether two rows say the same. */
export function isSame (one: readonly Cell[] | undefined, other: readonly Cell[]): boolean {
  if (one === other) return true
  if (one?.length !== other.length) return false
  for (let i = 0; i < other.length; i++) if (one[i] !== other[i]) return false
  return true
}
