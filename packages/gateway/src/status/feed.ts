import type { ServerResponse } from 'node:http'
import type { Facts } from './tables/facts.ts'
import { createHistory, estimateQuantile } from './tables/history.ts'
import { findNotices } from './tables/notices.ts'
import { processTables } from './tables/process-tables.ts'
import type { StatusSource } from './source.ts'
import type { Cell, Table } from './tables/table.ts'
import { metricTables } from './tables/metric-tables.ts'

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

  async function look (): Promise<Look> {
    const begun = performance.now()
    const reading = source.read()
    const read = performance.now()
    const families = await reading
    const resumed = performance.now()
    const now = Date.now()
    history.add(families, performance.now())
    const isOut = history.samples('floodgate_client_host_out').some(([, value]) => value > 0)
    const hostsOut = isOut ? await source.hostsOut() : []
    const tables = [...metricTables(facts(), hostsOut, history, now), ...processTables(source, history)]
    const point = [now, ...totals()] as const
    points.push(point)
    if (points.length > mostPoints) points.shift()
    const { name } = facts()
    const build = history.samples('floodgate_build_info')[0]?.[0] ?? {}
    const about = { name, revision: source.revision().slice(0, 12), version: build['version'] ?? '', node: build['node'] ?? '', notices: findNotices(tables) }
    return { cost: read - begun + performance.now() - resumed, tables, about, point, points }
  }

  function totals (): (number | null)[] {
    const sum = (metric: string, counts: (status: string) => boolean): number | null => {
      const rates = history.samples(metric).map((sample, i) => counts(sample[0]['status'] ?? '') ? history.rate(metric, sample, i) : 0)
      return rates.includes(null) ? null : round(rates.reduce<number>((all, rate) => all + rate!, 0))
    }
    const duration = 'floodgate_http_request_duration_seconds'
    let all: Float64Array | null = null
    for (const [i, sample] of history.samples(duration).entries()) {
      const recorded = history.recorded(duration, sample, i)
      if (recorded !== null) all = all === null ? recorded : all.map((count, i) => count + recorded[i]!)
    }
    const valuesOf = (metric: string): number[] => history.samples(metric).map(([, value]) => value)
    return [
      sum('floodgate_http_requests_total', () => true),
      sum('floodgate_http_requests_total', (status) => status.startsWith('5')),
      estimateQuantile(0.5, history.bounds(duration), all),
      estimateQuantile(0.99, history.bounds(duration), all),
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
      const text = `event: change\ndata: ${JSON.stringify(findChanges(before, last))}\n\n`
      for (const viewer of viewers) {
        if (viewer.writableLength > mostWaiting) viewer.destroy()
        else viewer.write(text)
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
    history.clear()
  }

  function leave (viewer: ServerResponse): void {
    viewers.delete(viewer)
    if (viewers.size === 0) rest()
  }

  function restart (): void {
    for (const viewer of viewers) viewer.end()
    viewers.clear()
    rest()
  }

  return {
    async read () { return writeAll(last ?? await lookOnce()) },
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
  return { about, points, tables: tables.map(({ rows, ...table }) => ({ ...table, rows: [...rows] })) }
}

/** Rows that are new or different, those that are gone, and whether their order is another one. */
function findChanges (before: Look | null, { tables, about, point }: Look): object {
  const known = new Map(before?.tables.map((table) => [table.id, table]))
  const changed = tables.flatMap(({ id, rows }) => {
    const old = known.get(id)?.rows
    const set = [...rows].filter(([key, cells]) => !isSame(old?.get(key), cells))
    const gone = old === undefined ? [] : [...old.keys()].filter((key) => !rows.has(key))
    return set.length + gone.length === 0 ? [] : [{ id, set, gone }]
  })
  return { point, ...JSON.stringify(before?.about) !== JSON.stringify(about) && { about }, tables: changed }
}

function isSame (one: readonly Cell[] | undefined, other: readonly Cell[]): boolean {
  if (one === undefined) return false
  for (let i = 0; i < other.length; i++) if (one[i] !== other[i]) return false
  return true
}

function round (value: number): number {
  return Math.round(value * 10) / 10
}
