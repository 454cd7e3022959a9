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
  /** Last cells of rows, by the last cell of such a row: many rows have the same ones. Default: rows have all of their cells. */
  readonly shared?: ReadonlyMap<string, readonly Cell[]>
}

/** Returns the rows with all of their cells. */
export function completeRows (rows: Table['rows'], shared: Table['shared']): [key: string, cells: readonly Cell[]][] {
  if (shared === undefined) return [...rows]
  return Array.from(rows, ([key, cells]) => [key, [...cells.slice(0, -1), ...shared.get(String(cells.at(-1))) ?? []]])
}
