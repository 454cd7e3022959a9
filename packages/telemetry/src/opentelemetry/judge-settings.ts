import type { FeatureContext } from '@floodgate/core'
import { namespace, type OpenTelemetrySettings } from './options.ts'
import { headersByExporter, securityNamespace } from './security-headers.ts'

/** Finds what is wrong with settings whose shape is right. */
export function judgeSettings (settings: OpenTelemetrySettings, { model, problem, warning }: Pick<FeatureContext, 'model' | 'problem' | 'warning'>): void {
  const place = ['extra_config', namespace]
  const { otlp = [], prometheus = [] } = settings.exporters ?? {}
  const seen = new Set<string>()
  for (const [kind, exporters] of [['otlp', otlp], ['prometheus', prometheus]] as const) {
    for (const [i, { name }] of exporters.entries()) {
      if (seen.has(name)) {
        problem([...place, 'exporters', kind, i, 'name'], `${JSON.stringify(name)} is the name of another exporter: give each its own`)
      }
      seen.add(name)
    }
  }
  if (otlp.length + prometheus.length === 0) {
    warning([...place], 'has no effect, because it has no exporter: add one to "exporters.otlp" or "exporters.prometheus"')
  }
  for (const key of ['time_buckets', 'size_buckets'] as const) {
    const bounds = settings.histograms?.[key] ?? []
    if (bounds.some((bound, i) => i > 0 && bound <= bounds[i - 1]!)) {
      problem([...place, 'histograms', key], 'must ascend: each bound above the one before it')
    }
  }
  if (settings.trace_sample_rate === 0) {
    warning([...place, 'trace_sample_rate'], '0 records no trace (KrakenD records all): remove the exporters of traces, or write 1 for all')
  }
  for (const name of headersByExporter(model).keys()) {
    if (!otlp.some((exporter) => exporter.name === name)) {
      warning(['extra_config', securityNamespace, 'otlp'], `${JSON.stringify(name)} is not the name of an exporter in "${namespace}"."exporters"."otlp": its headers are not sent`)
    }
  }
}
