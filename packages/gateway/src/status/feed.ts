import type { ServerResponse } from 'node:http'
import { findChanges, writeAll, writeWhole, type Look } from './changes.ts'
import { createPoints } from './points.ts'
import type { StatusSource } from './source.ts'
import type { Facts } from './tables/facts.ts'
import { createHistory } from './tables/history.ts'
import { createMetricTables, type MetricTables } from './tables/metric-tables.ts'
import { findNotices } from './tables/notices.ts'
import { processTables } from './tables/process-tables.ts'
import { addTotals } from './totals.ts'

/** ms between two looks with viewers, and without one. */
const period = { viewed: 1_000, alone: 10_000 }
/** A look that takes longer, with telling of it, is followed by a longer pause, so that all of them take at most 0.5 % of a processor. */
const share = 200
/** ms. */
const longestPause = 10_000
/** Viewers at the same time. */
export const mostViewers = 50
/** Bytes that wait for a viewer beside the first ones, beyond which it is too slow. */
const mostWaiting = 4 * 1_048_576

/** Computes what the page shows, once for all viewers; without one, it only keeps counters for the rates and plots of the next one. */
export interface Feed {
  /** Begins to keep counters, so that rates are there at once for the first viewer. */
  start (): void
  /** Everything as it is now: what a viewer gets first. */
  read (): Promise<object>
  /** Whether `follow` would refuse a viewer. */
  readonly isFull: boolean
  /** Sends everything, then what changes, until the response ends; false = there are too many viewers. */
  follow (response: ServerResponse): Promise<boolean>
  /** The configuration is another one: ends all viewers' streams, which begin again. */
  restart (): void
  /** The same, and keeps nothing until it starts again. */
  close (): void
}

export function createFeed (source: StatusSource, facts: () => Facts, every = period): Feed {
  const viewers = new Set<ServerResponse>()
  let joining = 0
  let history = createHistory()
  let points = createPoints()
  let isStarted = false
  let timer: NodeJS.Timeout | undefined
  let last: Look | null = null
  let looking: Promise<Look> | null = null
  let metricTables: MetricTables | null = null
  /** Of the configuration: what began with another one is not shown. */
  let era = 0

  /** Keeps the counters of now. Returns the ms that it took, without the time in which workers answer. */
  async function keep (): Promise<number> {
    const begun = performance.now()
    const reading = source.read()
    const read = performance.now()
    const families = await reading
    const resumed = performance.now()
    history.add(families, resumed)
    points.add(addTotals(history, Date.now()))
    return read - begun + performance.now() - resumed
  }

  async function look (): Promise<Look> {
    const cost = await keep()
    const isOut = history.of('floodgate_client_host_out').samples.some(([, value]) => value > 0)
    const hostsOut = isOut ? await source.hostsOut() : []
    const begun = performance.now()
    metricTables ??= createMetricTables(facts())
    const tables = [...metricTables.read(history, hostsOut, Date.now()), ...processTables(source, history)]
    const all = points.list()
    const { name } = facts()
    const build = history.of('floodgate_build_info').samples[0]?.[0] ?? {}
    const about = { name, revision: source.revision().slice(0, 12), version: build['version'] ?? '', node: build['node'] ?? '', notices: findNotices(tables) }
    return { tables, about, points: all, point: all.at(-1)!, seconds: Math.round(history.seconds), cost: cost + performance.now() - begun }
  }

  /** Several that ask at the same time get the same look. */
  async function lookOnce (): Promise<Look> {
    if (looking !== null) return looking
    const own = look().finally(() => { if (looking === own) looking = null })
    looking = own
    return own
  }

  /** Tells all viewers what has changed. Returns the ms that it took, with the look. */
  async function tell (): Promise<number> {
    const [before, of] = [last, era]
    const now = await lookOnce()
    if (of !== era || viewers.size === 0) return now.cost
    const begun = performance.now()
    last = now
    // Encoded once for all of them.
    const bytes = Buffer.from(`event: change\ndata: ${JSON.stringify(findChanges(before, now))}\n\n`)
    for (const viewer of viewers) {
      if (viewer.writableLength > mostWaiting) viewer.destroy()
      else viewer.write(bytes)
    }
    return now.cost + performance.now() - begun
  }

  async function turn (own: NodeJS.Timeout): Promise<void> {
    let cost = last?.cost ?? 0
    try {
      cost = await (viewers.size > 0 ? tell() : keep())
    } finally {
      // Unless another one was planned meanwhile.
      if (timer === own) plan(cost)
    }
  }

  function plan (cost: number): void {
    clearTimeout(timer)
    timer = undefined
    if (viewers.size === 0 && !isStarted) return rest()
    const pause = viewers.size > 0 ? Math.min(Math.max(every.viewed, cost * share), longestPause) : every.alone
    const own = setTimeout(() => { turn(own).catch(() => {}) }, pause).unref()
    timer = own
  }

  /** There is no viewer, or the configuration is another one. */
  function rest (): void {
    last = null
    looking = null
    metricTables = null
  }

  function forget (): void {
    rest()
    history = createHistory()
    points = createPoints()
  }

  function leave (viewer: ServerResponse): void {
    if (!viewers.delete(viewer) || viewers.size > 0) return
    rest()
    plan(0)
    if (!isStarted) forget()
  }

  function restart (): void {
    era++
    // The end of one that does not read would wait behind what it has not read, and is not counted any more.
    for (const viewer of viewers) {
      if (viewer.writableLength > 0) viewer.destroy()
      else viewer.end()
    }
    viewers.clear()
    rest()
    plan(0)
  }

  return {
    start () {
      if (isStarted) return
      isStarted = true
      keep().catch(() => {})
      plan(0)
    },
    async read () { return writeWhole(last ?? await lookOnce()) },
    get isFull () { return viewers.size + joining >= mostViewers },
    async follow (response) {
      if (viewers.size + joining >= mostViewers) return false
      const of = era
      joining++
      try {
        if (last === null) {
          const first = await lookOnce()
          if (of === era) last ??= first
        }
      } finally {
        joining--
      }
      if (of !== era || last === null) response.end()
      else if (response.destroyed) {
        if (viewers.size === 0) rest()
      } else {
        viewers.add(response)
        response.on('close', () => { leave(response) })
        response.write(`retry: 2000\nevent: all\ndata: ${JSON.stringify(writeAll(last))}\n\n`)
        if (viewers.size === 1) plan(last.cost)
      }
      return true
    },
    restart,
    close () {
      isStarted = false
      restart()
      forget()
    }
  }
}
