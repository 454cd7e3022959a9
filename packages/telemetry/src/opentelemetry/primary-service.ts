import { asError, createWorkerSums, type MetricFamily, type PrimaryContext, type PrimaryService, type Service } from '@floodgate/core'
import type { PrometheusPorts } from './export/prometheus-ports.ts'
import { selectFamilies, selectSwitched } from './metrics/exporter-choice.ts'
import { namespace, type OpenTelemetrySettings, type PrometheusSettings } from './options.ts'

/** Topic between the workers and the primary. */
export const workerTopic = namespace

/**
 * The primary's part: it serves the sum of all workers at one port, and the metrics of their processes one by one. What
 * a worker had counted stays in the sums after its end, so that no counter goes back.
 */
export function createPrimaryService ({ model, log, broadcast, readMetrics }: PrimaryContext): PrimaryService {
  const sums = createWorkerSums((question) => { broadcast(workerTopic, question) })
  let current: Promise<readonly [own: readonly MetricFamily[], summed: readonly MetricFamily[]]> | null = null
  /** What is served now, and the ports of it. */
  let served = ''
  let ports: Promise<PrometheusPorts | null> = Promise.resolve(null)
  let latest = model
  serve(model)

  /** Opens the ports of a configuration, and closes those of the one before if they differ. */
  function serve (model: Service): void {
    const settings = model.extra[namespace] as OpenTelemetrySettings | undefined
    const exporters = (settings?.exporters?.prometheus ?? []).filter(({ disable_metrics: isOff }) => isOff !== true)
    latest = model
    const wanted = settings === undefined ? '' : JSON.stringify([exporters, { ...settings, exporters: null }, model.name])
    if (wanted === served) return
    served = wanted
    ports = ports.then(async (before) => {
      await before?.close()
      return exporters.length === 0 ? null : await open(exporters, settings!, model)
    }).catch((error: unknown) => {
      log.error(`telemetry/opentelemetry: ${asError(error).message}`)
      return null
    })
  }

  async function open (
    exporters: readonly PrometheusSettings[],
    settings: OpenTelemetrySettings,
    model: Service
  ): Promise<PrometheusPorts> {
    const [
      { openPrometheusPorts }, { writePrometheus }, { describeResource }, { readOtelEnvironment }, { createSeriesFilter }
    ] = await Promise.all([
      import('./export/prometheus-ports.ts'), import('./export/prometheus-text.ts'), import('./resource.ts'), import('./environment.ts'),
      import('./metrics/wanted-series.ts')
    ])
    // What only workers had that have ended stays in the sums.
    const keepWanted = createSeriesFilter()
    const resource = describeResource(settings, model, readOtelEnvironment(process.env))
    return openPrometheusPorts(exporters, async (exporter) => {
      // Scrapes at the same time share one question.
      current ??= Promise.all([readMetrics(), sums.read()]).finally(() => { current = null })
      const [own, summed] = await current
      return writePrometheus(selectFamilies(selectSwitched(keepWanted(summed, latest), exporters, exporter), exporter), resource, own)
    }, log)
  }

  return {
    ...sums,
    update: serve,
    async close () {
      await (await ports)?.close()
    }
  }
}
