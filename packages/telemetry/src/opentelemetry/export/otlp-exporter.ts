import { asError } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import { timerTime } from '@floodgate/go/duration'
import type { MetricData } from '../metrics/meter.ts'
import type { Signal } from '../environment.ts'
import type { Collector, Delivery } from './collector.ts'
import { maxBatch, maxWaiting, SpanQueue } from './span-queue.ts'

export interface OtlpExporterOptions {
  readonly name: string
  readonly collector: Collector
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'info'>
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
  /** Spans and reports of metrics that were dropped. */
  readonly dropped: number
  /** Sends what waits; resolves at the latest after `timeout` ms. */
  close (timeout?: number): Promise<void>
}

/** ms until spans are sent that do not fill a request: the SDKs' default. */
const batchDelay = 5_000
/** ms between two attempts while the collector is away: doubled up to the second. */
const firstPause = 1_000
const longestPause = 30_000

/** Creates the exporter and begins its reports. Timers do not keep the process running. */
export function createOtlpExporter (
  { name, collector, log, metrics, period, writeSpans, writeMetrics }: OtlpExporterOptions
): OtlpExporter {
  const since = performance.timeOrigin
  const waiting = new SpanQueue()
  let dropped = 0
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let pause = 0
  let isFailing = false
  let isClosed = false
  const reports = metrics === null ? null : setInterval(() => { report().catch(() => {}) }, timerTime(period)).unref()

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
    if (!(await deliver('metrics', writeMetrics(data, since))).ok) dropped++
  }

  async function sendSpans (): Promise<void> {
    for (let batch = waiting.first(); batch !== null; batch = waiting.first()) {
      const delivery = await deliver('traces', writeSpans(batch.bytes))
      if (!delivery.ok && delivery.mayRepeat && !isClosed) {
        pause = Math.min(Math.max(pause * 2, firstPause), longestPause)
        return
      }
      if (!delivery.ok) dropped += batch.count
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
        dropped++
        return
      }
      if (waiting.count >= maxBatch && pause === 0) flush()
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
