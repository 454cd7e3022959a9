import type { ServerResponse } from 'node:http'
import type { Facts } from './tables/facts.ts'
import { createHistory, estimateQuantile } from './tables/history.ts'
import { findNotices } from './tables/notices.ts'
import { processTables } from './tables/process-tables.ts'
import type { StatusSource } from './source.ts'
import { completeRows, type Table } from './tables/table.ts'
import { createMetricTables, type MetricTables } from './tables/metric-tables.ts'
import { isSame, mergeBuckets } from './tables/tally.ts'

/** ms between two looks. */
const period = 1_000
/** A look that takes longer is followed by a longer pause, so that all of them take at most 0.5 % of a processor. */
const share = 200
/** ms. */
const longestPause = 10_000
/** Viewers at the same time. */
export const mostViewers = 50
/** Bytes that wait for a viewer beside the first ones, beyond which it is too slow. */
const mostWaiting = 4 * 1_048_576
/** Looks that a new viewer's plots begin with. */
const mostPoints = 600

/** Requests and 5xx per second, p50 and p99 in seconds, event-loop delay in seconds (the worst process), requests in flight. */
type Point = readonly [at: number, ...(number | null)[]]

interface Look {
  /** ms that it took. */
  readonly cost: number
  readonly tables: readonly Table[]
  readonly about: object
  readonly point: Point
  readonly points: readonly Point[]
}

/** Computes what the page shows, once for all viewers, and only while there is one. */
export interface Feed {
  /** Everything as it is now: what a viewer gets first. */
  read (): Promise<object>
  /** Sends everything, then what changes, until the response ends; false = there are too many viewers. */
  follow (response: ServerResponse): Promise<boolean>
  /** Ends all viewers' streams, which begin again. */
  restart (): void
  close (): void
}

export function createFeed (source: StatusSource, facts: () => Facts, every = period): Feed {
  const viewers = new Set<ServerResponse>()
  const history = createHistory()
  let points: Point[] = []
  let timer: NodeJS.Timeout | undefined
  let last: Look | null = null
  let looking: Promise<Look> | null = null
  let metricTables: MetricTables | null = null

  async function look (): Promise<Look> {
    const begun = performance.now()
    const reading = source.read()
    const read = performance.now()
    const families = await reading
    const resumed = performance.now()
    const now = Date.now()
    history.add(families, performance.now())
    const isOut = history.of('floodgate_client_host_out').samples.some(([, value]) => value > 0)
    const hostsOut = isOut ? await source.hostsOut() : []
    metricTables ??= createMetricTables(facts())
    const tables = [...metricTables.read(history, hostsOut, now), ...processTables(source, history)]
    const point = [now, ...totals()] as const
    points.push(point)
    if (points.length > mostPoints) points.shift()
    const { name } = facts()
    const build = history.of('floodgate_build_info').samples[0]?.[0] ?? {}
    const about = { name, revision: source.revision().slice(0, 12), version: build['version'] ?? '', node: build['node'] ?? '', notices: findNotices(tables) }
    return { cost: read - begun + performance.now() - resumed, tables, about, point, points }
  }

  function totals (): (number | null)[] {
    const requests = history.of('floodgate_http_requests_total')
    const isFirst = requests.samples.length > 0 && requests.rate(0) === null
    let all = 0
    let failed = 0
    for (let i = 0; i < requests.samples.length; i++) {
      if (requests.isQuiet(i)) continue
      const rate = requests.rate(i) ?? 0
      all += rate
      if (requests.samples[i]![0]['status']?.startsWith('5')) failed += rate
    }
    const durations = history.of('floodgate_http_request_duration_seconds')
    const recorded = mergeBuckets(durations, durations.samples.keys())
    const valuesOf = (metric: string): number[] => history.of(metric).samples.map(([, value]) => value)
    return [
      isFirst ? null : round(all),
      isFirst ? null : round(failed),
      estimateQuantile(0.5, durations.bounds, recorded),
      estimateQuantile(0.99, durations.bounds, recorded),
      Math.max(0, ...valuesOf('floodgate_event_loop_delay_max_seconds')),
      valuesOf('floodgate_http_requests_in_flight').reduce((all, value) => all + value, 0)
    ]
  }

  async function lookOnce (): Promise<Look> {
    looking ??= look().finally(() => { looking = null })
    return looking
  }

  async function next (): Promise<void> {
    const before = last
    try {
      last = await lookOnce()
      // Encoded once for all of them.
      const bytes = Buffer.from(`event: change\ndata: ${JSON.stringify(findChanges(before, last))}\n\n`)
      for (const viewer of viewers) {
        if (viewer.writableLength > mostWaiting) viewer.destroy()
        else viewer.write(bytes)
      }
    } finally {
      if (viewers.size > 0) plan()
      else rest()
    }
  }

  function plan (): void {
    const pause = Math.min(Math.max(every, (last?.cost ?? 0) * share), longestPause)
    timer = setTimeout(() => { next().catch(() => {}) }, pause).unref()
  }

  function rest (): void {
    clearTimeout(timer)
    timer = undefined
    last = null
    points = []
    metricTables = null
    history.clear()
  }

  function leave (viewer: ServerResponse): void {
    viewers.delete(viewer)
    if (viewers.size === 0) rest()
  }

  function restart (): void {
    // The end of one that does not read would wait behind what it has not read, and is not counted any more.
    for (const viewer of viewers) {
      if (viewer.writableLength > 0) viewer.destroy()
      else viewer.end()
    }
    viewers.clear()
    rest()
  }

  return {
    async read () {
      const { about, points, tables } = last ?? await lookOnce()
      return { about, points, tables: tables.map(writeWhole) }
    },
    async follow (response) {
      if (viewers.size >= mostViewers) return false
      viewers.add(response)
      response.on('close', () => { leave(response) })
      const first = last ?? await lookOnce()
      last ??= first
      response.write(`retry: 2000\nevent: all\ndata: ${JSON.stringify(writeAll(last))}\n\n`)
      if (timer === undefined) plan()
      return true
    },
    restart,
    close: restart
  }
}

function writeAll ({ tables, about, points }: Look): object {
  const write = ({ rows, shared, ...table }: Table) => ({ ...table, rows: [...rows], ...shared && { shared: [...shared] } })
  return { about, points, tables: tables.map(write) }
}

function writeWhole (table: Table): object {
  const { id, title, empty, columns } = table
  return { id, title, empty, columns, rows: completeRows(table) }
}

type Rows = Table['rows']

/** Rows that are new or different, those that are gone, and the same of what rows share. */
function findChanges (before: Look | null, { tables, about, point }: Look): object {
  const known = new Map(before?.tables.map((table) => [table.id, table]))
  const changed = tables.flatMap(({ id, rows, shared }) => {
    const old = known.get(id)
    const set = findSet(old?.rows, rows)
    const gone = old === undefined || old.rows === rows ? [] : [...old.rows.keys()].filter((key) => !rows.has(key))
    const sharedSet = shared === undefined ? [] : findSet(old?.shared, shared)
    return set.length + gone.length + sharedSet.length === 0 ? [] : [{ id, set, gone, ...sharedSet.length > 0 && { shared: sharedSet } }]
  })
  return { point, ...JSON.stringify(before?.about) !== JSON.stringify(about) && { about }, tables: changed }
}

/** What has not changed mostly is the same object as before. */
function findSet (before: Rows | undefined, rows: Rows): (readonly [key: string, cells: readonly unknown[]])[] {
  if (before === rows) return []
  const set: (readonly [string, readonly unknown[]])[] = []
  for (const row of rows) if (!isSame(before?.get(row[0]), row[1])) set.push(row)
  return set
}

function round (value: number): number {
  return Math.round(value * 10) / 10
}
