import type { MetricLabels } from '@floodgate/core'
import type { History } from './history.ts'
import { createRow, createTally, isSame, type Figure, type TallyRow } from './tally.ts'
import type { Cell, Column, Table } from './table.ts'

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
  /** Gives the labels of metrics that name the same thing in other ways one form. Default: they stay. */
  readonly unify?: (labels: MetricLabels) => MetricLabels
}

/** A table that is read again and again. */
export interface LiveTable {
  /**
   * Returns the table as it is now: what has not changed is the same object as before, the rows as a whole, and each row.
   *
   * @param version of what comes from elsewhere: `factsOf`, and what figures are converted with
   */
  read (history: History, version: unknown): Table
}

interface Row extends TallyRow { readonly labels: MetricLabels }

/** Makes the table: one row per combination of labels, with the figures of its samples added up. */
export function createPivot ({ labels, figures, facts = [], factsOf, known = [], unify = (labels) => labels, ...about }: Pivot): LiveTable {
  const rows = new Map<string, Row>()
  const names = labels.map(([label]) => label)
  const tally = createTally({ figures, begin, rowsOf: (labels) => [rowOf(unify(labels))], rows: () => rows.values() })
  let version: unknown = null
  let table: Table = { ...about, columns: columnsOf(labels, facts, figures), rows: new Map() }

  function begin (): void {
    rows.clear()
    for (const each of known) rowOf(unify(each))
  }

  function rowOf (of: MetricLabels): Row {
    const key = keyOf(of, names)
    let row = rows.get(key)
    if (row === undefined) rows.set(key, row = { ...createRow(), labels: of })
    return row
  }

  function cellsOf ({ labels: of, cells }: Row): Cell[] {
    return [...names.map((name) => of[name] ?? ''), ...factsOf?.(of) ?? [], ...cells]
  }

  return {
    read (history, given) {
      const isStale = version !== given || history.isYoung
      version = given
      const isOther = tally.look(history, isStale)
      let hasChanged = isOther
      const next = new Map<string, readonly Cell[]>()
      for (const [key, row] of rows) {
        const before = table.rows.get(key)
        let cells = before
        if (before === undefined || isOther || isStale || row.hasChanged) {
          cells = cellsOf(row)
          if (isSame(before, cells)) cells = before
          else hasChanged = true
        }
        next.set(key, cells!)
      }
      if (hasChanged) table = { ...table, rows: next }
      return table
    }
  }
}

/** The columns of a table: of labels, facts, and figures. */
export function columnsOf (labels: Pivot['labels'], facts: readonly Column[], figures: readonly Figure[]): Column[] {
  return [
    ...labels.map(([, title]): Column => ({ title, unit: 'text', metric: null })),
    ...facts,
    ...figures.map(({ title, unit, metric }): Column => ({ title, unit, metric }))
  ]
}

/** A text that tells combinations of labels apart. */
export function keyOf (labels: MetricLabels, names: readonly string[]): string {
  return names.map((name) => labels[name] ?? '').join('\n')
}
