import type { Point } from './page/shapes.ts'
import { completeRows, type Table } from './tables/table.ts'
import { isSame } from './tables/tally.ts'

/** What the page shows at one time. */
export interface Look {
  /** ms that it took. */
  readonly cost: number
  readonly tables: readonly Table[]
  readonly about: object
  readonly point: Point
  readonly points: readonly Point[]
  /** Over which time rates and quantiles are, in seconds; 0 = there are none yet. */
  readonly seconds: number
}

/** What a viewer's stream begins with. */
export function writeAll ({ tables, about, points, seconds }: Look): object {
  const write = ({ rows, shared, ...table }: Table) => ({ ...table, rows: [...rows], ...shared && { shared: [...shared] } })
  return { about, points, seconds, tables: tables.map(write) }
}

/** The same with whole rows, for programs. */
export function writeWhole ({ tables, about, points, seconds }: Look): object {
  const write = (table: Table) => {
    const { id, title, empty, columns } = table
    return { id, title, empty, columns, rows: completeRows(table) }
  }
  return { about, points, seconds, tables: tables.map(write) }
}

type Rows = Table['rows']

/** Rows that are new or different, those that are gone, and the same of what rows share. */
export function findChanges (before: Look | null, { tables, about, point, seconds }: Look): object {
  const known = new Map(before?.tables.map((table) => [table.id, table]))
  const changed = tables.flatMap(({ id, rows, shared }) => {
    const old = known.get(id)
    const set = findSet(old?.rows, rows)
    const gone = old === undefined || old.rows === rows ? [] : [...old.rows.keys()].filter((key) => !rows.has(key))
    const sharedSet = shared === undefined ? [] : findSet(old?.shared, shared)
    return set.length + gone.length + sharedSet.length === 0 ? [] : [{ id, set, gone, ...sharedSet.length > 0 && { shared: sharedSet } }]
  })
  return { point, seconds, ...JSON.stringify(before?.about) !== JSON.stringify(about) && { about }, tables: changed }
}

/** What has not changed mostly is the same object as before. */
function findSet (before: Rows | undefined, rows: Rows): (readonly [key: string, cells: readonly unknown[]])[] {
  if (before === rows) return []
  const set: (readonly [string, readonly unknown[]])[] = []
  for (const row of rows) if (!isSame(before?.get(row[0]), row[1])) set.push(row)
  return set
}
