import { asError } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import { timerTime } from '@floodgate/go/duration'
import type { MetricData } from '../metrics/meter.ts'
import type { Signal } from '../environment.ts'
import type { Collector, Delivery } from './collector.ts'
import type { PartialSuccess } from './partial-success.ts'
import type { Drops } from './drops.ts'
import { Outages } from './outages.ts'
import { maxBatch, maxWaiting, SpanQueue } from './span-queue.ts'

export interface OtlpExporterOptions {
  readonly name: string
  readonly collector: Collector
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'info'>
  /** Where what was dropped is counted, by what it was. */
  readonly drops: Drops
  /** Reads the metrics of this process; null = this exporter gets none. */
  readonly metrics: (() => readonly MetricData[]) | null
  /** ms between two reports of metrics. */
  readonly period: number
  /** Writes the request of encoded spans. */
  writeSpans (spans: Uint8Array): Uint8Array
  /** @param since when the values began, in ms since the epoch */
  writeMetrics (metrics: readonly MetricData[], since: number): Uint8Array
}

/** Sends spans and metrics to one collector, in the background. */
export interface OtlpExporter {
  /** Copies a span; it is dropped, and counted, if too many wait. */
  take (span: Uint8Array): void
  /** Sends what waits; resolves at the latest after `timeout` ms. */
  close (timeout?: number): Promise<void>
}

/** ms until spans are sent that do not fill a request: the SDKs' default. */
const batchDelay = 5_000
/** ms between two attempts while the collector is away: doubled up to the second. */
const firstPause = 1_000
const longestPause = 30_000
/** Most characters of a collector's own words that are logged. */
const maxMessage = 256

/** Creates the exporter and begins its reports. Timers do not keep the process running. */
export function createOtlpExporter (
  { name, collector, log, drops, metrics, period, writeSpans, writeMetrics }: OtlpExporterOptions
): OtlpExporter {
  const since = performance.timeOrigin
  const waiting = new SpanQueue()
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let pause = 0
  let reporting: Promise<void> | null = null
  let isClosed = false
  /** What is still on its way is not waited for any more. */
  let isOver = false
  const outages = new Outages()
  /** What was dropped and is not told yet: where nothing serves metrics, the log alone has it. */
  const lost: Record<Signal, number> = { traces: 0, metrics: 0 }
  /** What was dropped in all. */
  const total: Record<Signal, number> = { traces: 0, metrics: 0 }
  /** What was logged of data that it accepts: that it rejects a part, or warns. */
  const told = new Map<Signal, 'rejects' | 'warns'>()
  const where = `the collector "${name}" at ${collector.origin}`
  const reports = metrics === null ? null : setInterval(report, timerTime(period)).unref()

  /** Sends one request; a failure is logged once until one succeeds. */
  async function deliver (signal: Signal, payload: Uint8Array): Promise<Delivery> {
    const delivery = await collector.send(signal, payload).catch(
      (error: unknown): Delivery => ({ ok: false, reason: asError(error).message, mayRepeat: true, after: 0 })
    )
    if (isOver) return delivery
    if (!delivery.ok) {
      if (outages.fail(signal)) {
        log.warn(`telemetry/opentelemetry: ${where} does not accept ${signal}: ${delivery.reason}. Up to ${maxWaiting} spans are kept for it, further ones are dropped and counted`)
      }
      return delivery
    }
    if (outages.accept(signal)) log.info(`telemetry/opentelemetry: ${where} accepts data again; ${tellLost()} were dropped meanwhile`)
    notePartial(signal, delivery.partial)
    return delivery
  }

  /** What is refused of an accepted request must not be sent again. Each is logged once, until an answer says nothing. */
  function notePartial (signal: Signal, partial: PartialSuccess | null): void {
    if (partial === null) {
      told.delete(signal)
      return
    }
    const { rejected } = partial
    if (signal === 'traces') drops.traces.add(rejected)
    const what = rejected > 0 ? 'rejects' : 'warns'
    if (told.get(signal) === what) return
    told.set(signal, what)
    const message = partial.message.slice(0, maxMessage)
    log.warn(rejected > 0
      ? `telemetry/opentelemetry: ${where} rejects a part of the ${signal} (${rejected} ${signal === 'traces' ? 'spans' : 'points'}): ${message}`
      : `telemetry/opentelemetry: ${where} accepts the ${signal}, with a warning: ${message}`)
  }

  function drop (signal: Signal, count: number): void {
    drops[signal].add(count)
    lost[signal] += count
    total[signal] += count
  }

  /** Describes what was dropped since the last call. */
  function tellLost (): string {
    const text = describe(lost)
    lost.traces = lost.metrics = 0
    return text
  }

  async function sendMetrics (): Promise<void> {
    if (isOver) return
    const data = metrics!()
    if (data.length > 0 && !(await deliver('metrics', writeMetrics(data, since))).ok) drop('metrics', 1)
  }

  /** One at a time: the next report has everything that one beside a slow one would have. */
  function report (): void {
    reporting ??= sendMetrics().catch(() => {}).finally(() => { reporting = null })
  }

  async function sendSpans (): Promise<void> {
    if (isOver) return
    for (let batch = waiting.first(); batch !== null; batch = waiting.first()) {
      const delivery = await deliver('traces', writeSpans(batch.bytes))
      if (isOver) return
      if (!delivery.ok && delivery.mayRepeat && !isClosed) {
        pause = Math.max(Math.min(Math.max(pause * 2, firstPause), longestPause), delivery.after)
        return
      }
      if (!delivery.ok) drop('traces', batch.count)
      pause = 0
      waiting.remove()
    }
  }

  function schedule (delay: number): void {
    timer ??= setTimeout(() => {
      timer = null
      flush()
    }, delay).unref()
  }

  function flush (): Promise<void> {
    running ??= sendSpans().finally(() => {
      running = null
      if (waiting.count > 0 && !isClosed) schedule(pause === 0 ? batchDelay : pause)
    })
    return running
  }

  return {
    take (span) {
      if (isClosed || !waiting.add(span)) {
        drop('traces', 1)
        return
      }
      if (waiting.count >= maxBatch && pause === 0) flush()
      else schedule(batchDelay)
    },
    async close (timeout = 5_000) {
      if (reports !== null) clearInterval(reports)
      if (timer !== null) clearTimeout(timer)
      const last = async () => {
        await Promise.all([running, reporting])
        isClosed = true
        await Promise.all([sendSpans(), metrics === null ? undefined : sendMetrics()])
      }
      // A timer that holds the process: there may be nothing else that does.
      let limit: NodeJS.Timeout | undefined
      await Promise.race([last().catch(() => {}), new Promise((resolve) => { limit = setTimeout(resolve, timeout) })])
      clearTimeout(limit)
      isClosed = isOver = true
      const late = outages.isOn ? 0 : waiting.count
      drop('traces', waiting.count)
      if (lost.traces + lost.metrics > 0) {
        const why = outages.isOn
          ? 'did not accept data'
          : late > 0 ? `took too long, at the end for ${late} spans` : 'was slow'
        log.warn(`telemetry/opentelemetry: the exporter "${name}" has ended. In all it dropped ${describe(total)}, because its collector ${why}`)
      }
      await Promise.race([collector.close(), new Promise((resolve) => { setImmediate(resolve) })])
    }
  }
}

function describe ({ traces, metrics }: Readonly<Record<Signal, number>>): string {
  return `${traces} spans and ${metrics} reports of metrics`
}
