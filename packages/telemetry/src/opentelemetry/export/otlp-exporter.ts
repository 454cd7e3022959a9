import { asError } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import type { Attribute, MetricData } from '../metrics/meter.ts'
import type { Span } from '../traces/span.ts'
import type { Collector, Delivery, Signal } from './collector.ts'

export interface OtlpExporterOptions {
  readonly name: string
  readonly collector: Collector
  readonly resource: readonly Attribute[]
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'info'>
  /** Reads the metrics of this process; null = this exporter gets none. */
  readonly metrics: (() => readonly MetricData[]) | null
  /** ms between two reports of metrics. */
  readonly period: number
  writeSpans (spans: readonly Span[], resource: readonly Attribute[]): Uint8Array
  writeMetrics (metrics: readonly MetricData[], resource: readonly Attribute[], since: number): Uint8Array
}

/** Sends spans and metrics to one collector, in the background. */
export interface OtlpExporter {
  /** Adds a span; it is dropped, and counted, if too many wait. */
  take (span: Span): void
  /** Spans and reports of metrics that were dropped. */
  readonly dropped: number
  /** Sends what waits; resolves at the latest after `timeout` ms. */
  close (timeout?: number): Promise<void>
}

/** Spans that wait, spans of one request, and ms until a request with fewer is sent: the SDKs' defaults. */
const maxWaiting = 2048
const maxBatch = 512
const batchDelay = 5_000
/** ms between two attempts while the collector is away: doubled up to the second. */
const firstPause = 1_000
const longestPause = 30_000

/** Creates the exporter and begins its reports. Timers do not keep the process running. */
export function createOtlpExporter (
  { name, collector, resource, log, metrics, period, writeSpans, writeMetrics }: OtlpExporterOptions
): OtlpExporter {
  const since = performance.timeOrigin
  let waiting: Span[] = []
  let dropped = 0
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let pause = 0
  let isFailing = false
  let isClosed = false
  const reports = metrics === null ? null : setInterval(() => { report().catch(() => {}) }, period).unref()

  /** Sends one request; a failure is logged once until one succeeds. */
  async function deliver (signal: Signal, payload: Uint8Array): Promise<Delivery> {
    const delivery = await collector.send(signal, payload).catch(
      (error: unknown): Delivery => ({ ok: false, reason: asError(error).message, mayRepeat: true })
    )
    if (delivery.ok && isFailing) log.info(`telemetry/opentelemetry: the collector "${name}" at ${collector.origin} accepts data again; ${dropped} spans and reports were dropped in total`)
    if (!delivery.ok && !isFailing) {
      log.warn(`telemetry/opentelemetry: the collector "${name}" at ${collector.origin} does not accept ${signal}: ${delivery.reason}. Up to ${maxWaiting} spans are kept for it, further ones are dropped and counted`)
    }
    isFailing = !delivery.ok
    return delivery
  }

  async function report (): Promise<void> {
    const data = metrics!()
    if (data.length === 0) return
    if (!(await deliver('metrics', writeMetrics(data, resource, since))).ok) dropped++
  }

  async function sendSpans (): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      const delivery = await deliver('traces', writeSpans(batch, resource))
      if (!delivery.ok && delivery.mayRepeat && !isClosed) {
        pause = Math.min(Math.max(pause * 2, firstPause), longestPause)
        return
      }
      if (!delivery.ok) dropped += batch.length
      pause = 0
      waiting = waiting.slice(batch.length)
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
      if (waiting.length > 0 && !isClosed) schedule(pause === 0 ? batchDelay : pause)
    })
    return running
  }

  return {
    take (span) {
      if (waiting.length >= maxWaiting || isClosed) {
        dropped++
        return
      }
      waiting.push(span)
      if (waiting.length >= maxBatch && pause === 0) flush()
      else schedule(batchDelay)
    },
    get dropped () { return dropped },
    async close (timeout = 5_000) {
      if (reports !== null) clearInterval(reports)
      if (timer !== null) clearTimeout(timer)
      const last = async () => {
        await running
        isClosed = true
        await Promise.all([sendSpans(), metrics === null ? undefined : report()])
      }
      // A timer that holds the process: there may be nothing else that does.
      let limit: NodeJS.Timeout | undefined
      await Promise.race([last().catch(() => {}), new Promise((resolve) => { limit = setTimeout(resolve, timeout) })])
      clearTimeout(limit)
      isClosed = true
      await Promise.race([collector.close(), new Promise((resolve) => { setImmediate(resolve) })])
    }
  }
}
