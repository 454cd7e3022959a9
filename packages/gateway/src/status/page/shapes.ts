import type { Notice } from '../tables/notices.ts'
import type { Cell, Table } from '../tables/table.ts'

/** What the stream sends first: `event: all`. */
export interface All {
  readonly about: About
  readonly points: readonly Point[]
  /** Over which time rates and quantiles are; 0 = there are none yet. */
  readonly seconds: number
  readonly tables: readonly (Omit<Table, 'rows' | 'shared'> & { readonly rows: readonly Row[], readonly shared?: readonly Row[] })[]
}

/** What it sends then: `event: change`. */
export interface Change {
  readonly about?: About
  readonly point: Point
  readonly seconds: number
  readonly tables: readonly ChangedTable[]
}

interface ChangedTable {
  readonly id: string
  readonly set: readonly Row[]
  readonly gone: readonly string[]
  readonly shared?: readonly Row[]
}

type Row = readonly [key: string, cells: readonly Cell[]]

/** ms since the epoch, requests and 5xx per second, p50 and p99 and event-loop delay in seconds, requests in flight. */
export type Point = readonly [at: number, ...(number | null)[]]

export interface About {
  readonly name: string
  readonly revision: string
  readonly version: string
  readonly node: string
  readonly notices: readonly Notice[]
}

/** A table in the page. */
export interface ShownTable extends Omit<Table, 'rows' | 'shared'> {
  readonly rows: Map<string, readonly Cell[]>
  /** Of rows that end with the key of what they share. */
  readonly shared: Map<string, readonly Cell[]> | null
}

/** What part of the page is shown: the hash of its address. */
export interface Place {
  /** `overview`, or the id of a table. */
  readonly table: string
  readonly filter: string
  /** Column that rows are ordered by; null = their own order. */
  readonly sort: number | null
  readonly isDescending: boolean
  /** From 0. */
  readonly page: number
}
