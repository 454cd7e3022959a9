/** What a column shows. `details`: a first line, and further ones that are shown on demand. */
export type Unit = 'text' | 'details' | 'number' | 'rate' | 'seconds' | 'bytes' | 'days' | 'time' | 'state'

export interface Column {
  readonly title: string
  readonly unit: Unit
  /** The metric that the figures come from; null = the configuration, or the process itself. */
  readonly metric: string | null
}

/** null = there is no value. Figures are in seconds, bytes, days, per second; times in ms since the epoch. */
export type Cell = string | number | null

/** One table of the status page. */
export interface Table {
  /** For links: `endpoints`. */
  readonly id: string
  readonly title: string
  /** What it says when it has no rows. */
  readonly empty: string
  readonly columns: readonly Column[]
  /** By a key of their own, in order. */
  readonly rows: ReadonlyMap<string, readonly Cell[]>
  /**
   * Cells that many rows have in common, by the cell that stands in their place, which is the one at `sharedAt`. Default: rows have all
   * of their cells.
   */
  readonly shared?: ReadonlyMap<string, readonly Cell[]>
  readonly sharedAt?: number
}

/** Returns the rows with all of their cells. */
export function completeRows ({ rows, shared, sharedAt = 0 }: Pick<Table, 'rows' | 'shared' | 'sharedAt'>): [key: string, cells: readonly Cell[]][] {
  if (shared === undefined) return [...rows]
  return Array.from(rows, ([key, cells]) =>
    [key, [...cells.slice(0, sharedAt), ...shared.get(String(cells[sharedAt])) ?? [], ...cells.slice(sharedAt + 1)]])
}
