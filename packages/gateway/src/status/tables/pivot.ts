import type { MetricLabels, MetricSample } from '@floodgate/core'
import { estimateQuantile, type History } from './history.ts'
import type { Cell, Column, Table, Unit } from './table.ts'

/** A column of figures of a metric. */
export interface Figure {
  readonly title: string
  readonly metric: string
  readonly unit: Unit
  /** `value` as it is, `rate` per second, or a quantile such as 0.99 of what was recorded. */
  readonly as: 'value' | 'rate' | number
  /** Samples that count. Default: all. */
  readonly where?: (labels: MetricLabels) => boolean
  /** Converts a value. Default: none. */
  readonly convert?: (value: number) => number
}

/** How a table follows from metrics. */
export interface Pivot extends Pick<Table, 'id' | 'title' | 'empty'> {
  /** Columns of labels, which tell rows apart. */
  readonly labels: readonly (readonly [label: string, title: string])[]
  readonly figures: readonly Figure[]
  /** Columns after the labels, and what they say about a row. Default: none. */
  readonly facts?: readonly Column[]
  readonly factsOf?: (labels: MetricLabels) => readonly Cell[]
  /** Rows that are there without a sample. Default: none. */
  readonly known?: readonly MetricLabels[]
  /** Label that figures of rows are looked up by, where it is not all of them. */
  readonly by?: string
}

interface Row { readonly labels: MetricLabels, readonly values: (number | Float64Array | null)[] }

/** Makes the table: one row per combination of labels, with the figures of its samples added up. */
export function pivotTable ({ labels, figures, facts = [], factsOf, known = [], by, ...about }: Pivot, history: History): Table {
  const keys = by === undefined ? labels.map(([label]) => label) : [by]
  const found = new Map<string, Row>()
  const cache = history.keysOf(about.id)
  const rowOf = (of: MetricLabels): Row => {
    let key = cache.get(of)
    if (key === undefined) cache.set(of, key = keyOf(of, keys))
    let row = found.get(key)
    if (row === undefined) found.set(key, row = { labels: of, values: figures.map(() => null) })
    return row
  }
  if (by === undefined) for (const each of known) rowOf(each)
  figures.forEach((figure, i) => {
    const samples = history.samples(figure.metric)
    for (let at = 0; at < samples.length; at++) {
      const sample = samples[at]!
      if (figure.where?.(sample[0]) === false) continue
      const { values } = rowOf(sample[0])
      values[i] = add(values[i]!, read(figure, sample, at, history))
    }
  })
  const cellsOf = ({ labels: of, values }: Row): Cell[] => [
    ...labels.map(([label]) => of[label] ?? ''),
    ...factsOf?.(of) ?? [],
    ...figures.map((figure, i) => show(figure, values[i]!, history))
  ]
  const rows = by === undefined
    ? [...found].map(([key, row]) => [key, cellsOf(row)] as const)
    : known.map((of) => [
      keyOf(of, labels.map(([label]) => label)),
      cellsOf({ labels: of, values: found.get(keyOf(of, keys))?.values ?? figures.map(() => null) })
    ] as const)
  return {
    ...about,
    columns: [
      ...labels.map(([, title]): Column => ({ title, unit: 'text', metric: null })),
      ...facts,
      ...figures.map(({ title, unit, metric }): Column => ({ title, unit, metric }))
    ],
    rows: new Map(rows)
  }
}

function keyOf (labels: MetricLabels, keys: readonly string[]): string {
  return keys.map((key) => labels[key] ?? '').join('\n')
}

function read ({ metric, as, convert }: Figure, sample: MetricSample, at: number, history: History): number | Float64Array | null {
  if (typeof as === 'number') return history.recorded(metric, sample, at)
  const value = as === 'rate' ? history.rate(metric, sample, at) : sample[1]
  return value === null || convert === undefined ? value : convert(value)
}

function add (one: number | Float64Array | null, other: number | Float64Array | null): number | Float64Array | null {
  if (one === null) return other
  if (other === null) return one
  if (typeof one === 'number') return one + (other as number)
  return one.map((count, i) => count + (other as Float64Array)[i]!)
}

/** Rounds: with all digits, each row would change each second. */
function show ({ as, metric, unit }: Figure, value: number | Float64Array | null, history: History): Cell {
  const plain = typeof as === 'number' ? estimateQuantile(as, history.bounds(metric), value as Float64Array | null) : value as number | null
  if (plain === null) return null
  return unit === 'rate' || unit === 'days' ? Math.round(plain * 10) / 10 : unit === 'seconds' ? Number(plain.toPrecision(3)) : plain
}
