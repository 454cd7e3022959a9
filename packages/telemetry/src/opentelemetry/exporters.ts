import type { FastifyBaseLogger } from 'fastify'
import { asError, type FeatureClient, type Metrics, type Workers } from '@floodgate/core'
import type { OtelEnvironment } from './environment.ts'
import type { OtlpExporter } from './export/otlp-exporter.ts'
import type { Drops } from './export/drops.ts'
import { openPrometheusPorts, type PrometheusPorts } from './export/prometheus-ports.ts'
import { writePrometheus } from './export/prometheus-text.ts'
import { selectFamilies, selectMetrics, selectSwitched } from './metrics/exporter-choice.ts'
import type { Attribute } from './metrics/meter.ts'
import type { ProcessMeter } from './metrics/process-meter.ts'
import type { OpenTelemetrySettings, OtlpSettings } from './options.ts'
import { SpanSchedule } from './traces/span-schedule.ts'
import { SpanWriter } from './traces/span-writer.ts'
import { workerTopic } from './primary-service.ts'

export interface ExportersOptions {
  readonly settings: OpenTelemetrySettings
  readonly resource: readonly Attribute[]
  /** What they send; outlives them. */
  readonly meter: ProcessMeter
  /** Headers by the name of the exporter (`telemetry/opentelemetry-security`). */
  readonly headers: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** How collectors are called, as the environment says. */
  readonly calls: OtelEnvironment['calls']
  readonly log: FastifyBaseLogger
  readonly workers: Workers | null
  /** The gateway's own metrics. */
  readonly metrics: Metrics | null
  /** Where the exporter of this name counts what it drops. */
  dropsOf (exporter: OtlpSettings): Drops
  /** The client that sends to a collector. */
  clientFor (exporter: OtlpSettings): Pick<FeatureClient, 'dispatch'>
}

/** As many as an exporter keeps. */
const maxEarly = 2048

/** Everything that leaves the process: outlives a reload, as long as its settings stay the same. */
export class Exporters {
  readonly #options: ExportersOptions
  readonly #otlp: OtlpExporter[] = []
  #ports: PrometheusPorts | null = null
  readonly #takers = new Map<string, OtlpExporter>()
  /** Spans from before the exporters began, with the exporters that they are for; null = they have begun. */
  #early: [span: Uint8Array, names: readonly string[] | null][] | null = []
  #started: Promise<void> | null = null

  constructor (options: ExportersOptions) {
    this.#options = options
  }

  /** Whether an exporter takes metrics. */
  get hasMetrics (): boolean {
    const { prometheus = [], otlp = [] } = this.#options.settings.exporters ?? {}
    return [...prometheus, ...otlp].some(({ disable_metrics: isOff }) => isOff !== true)
  }

  /** Whether an exporter takes traces. */
  get hasTraces (): boolean {
    return (this.#options.settings.exporters?.otlp ?? []).some(({ disable_traces: isOff }) => isOff !== true)
  }

  /** Addresses of the open ports. */
  get urls (): string[] {
    return this.#ports?.urls ?? []
  }

  #hasFailed = false
  readonly #schedule = new SpanSchedule((error) => {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#options.log.error({ err: asError(error) }, 'telemetry/opentelemetry: a span could not be written, and is lost. Further ones are not logged')
  })

  /** Writes spans for all exporters that take traces. */
  readonly spans = new SpanWriter((span) => {
    if (this.#early === null) for (const taker of this.#takers.values()) taker.take(span)
    else this.#keep(span, null)
  }, this.#schedule)

  /** Writes spans for these exporters, as far as they take traces. */
  spansFor (names: readonly string[]): SpanWriter {
    return new SpanWriter((span) => {
      if (this.#early === null) for (const name of names) this.#takers.get(name)?.take(span)
      else this.#keep(span, names)
    }, this.#schedule)
  }

  #keep (span: Uint8Array, names: readonly string[] | null): void {
    if (this.#early!.length < maxEarly) this.#early!.push([Buffer.from(span), names])
  }

  /** Opens ports and begins reports; later calls wait for the first. What cannot be opened is logged. */
  start (): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  async close (): Promise<void> {
    await this.#started
    this.#schedule.flush()
    await Promise.all([this.#ports?.close(), ...this.#otlp.map((exporter) => exporter.close())])
  }

  async #start (): Promise<void> {
    const { settings, log, workers, metrics, resource, meter } = this.#options
    const { prometheus = [], otlp = [] } = settings.exporters ?? {}
    const served = prometheus.filter(({ disable_metrics: isOff }) => isOff !== true)
    // The primary serves the sum of all workers.
    if (served.length > 0 && workers !== null) meter.report(workers, workerTopic)
    else if (served.length > 0) {
      const write = (exporter: string): string => {
        return writePrometheus(selectFamilies(selectSwitched(meter.read(), served, exporter), exporter), resource, metrics?.read())
      }
      this.#ports = openPrometheusPorts(served, write, log)
    }
    await this.#startOtlp(otlp, settings)
    const early = this.#early!
    this.#early = null
    for (const [span, names] of early) for (const name of names ?? this.#takers.keys()) this.#takers.get(name)?.take(span)
  }

  async #startOtlp (otlp: readonly OtlpSettings[], settings: OpenTelemetrySettings): Promise<void> {
    if (otlp.length === 0) return
    const { log, resource, meter: { meter } } = this.#options
    const [{ createCollector }, { createOtlpExporter }, { createSpanPayload, writeMetrics }] = await Promise.all([
      import('./export/collector.ts'), import('./export/otlp-exporter.ts'), import('./export/otlp-payload.ts')
    ])
    const writeSpans = createSpanPayload(resource)
    for (const exporter of otlp) {
      const { name, disable_metrics: noMetrics, disable_traces: noTraces, custom_metric_reporting_period: own = 0 } = exporter
      const period = own > 0 ? own : settings.metric_reporting_period ?? 30
      const created = createOtlpExporter({
        name,
        collector: await createCollector({
          settings: exporter,
          headers: this.#options.headers.get(name) ?? {},
          calls: this.#options.calls,
          client: this.#options.clientFor(exporter)
        }),
        log,
        drops: this.#options.dropsOf(exporter),
        metrics: noMetrics === true ? null : () => selectMetrics(meter.read(), name),
        period: Math.max(period, 1) * 1000,
        writeSpans,
        writeMetrics: (metrics, since) => writeMetrics(metrics, resource, since)
      })
      this.#otlp.push(created)
      if (noTraces !== true) this.#takers.set(name, created)
    }
  }
}
