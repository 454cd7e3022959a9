import { at, whole, type Rule } from '../rule.ts'

const metrics = ['telemetry/metrics', 'telemetry/newrelic', 'telemetry/ganalytics', 'telemetry/instana']

interface OpenTelemetry { readonly exporters?: { readonly otlp?: readonly Exporter[], readonly prometheus?: readonly Exporter[] } }
interface Exporter { readonly disable_metrics?: boolean, readonly disable_traces?: boolean }

/** Section 4 of KrakenD's audit. */
export const telemetryRules: readonly Rule[] = [
  {
    id: '4.1.1',
    severity: 'MEDIUM',
    message: 'no metrics are collected',
    remedy: 'configure telemetry/opentelemetry with an exporter',
    find: ({ model: { extra } }) => whole(!metrics.some((name) => name in extra) && metricExporters(extra) === 0)
  },
  {
    id: '4.1.2',
    severity: 'MEDIUM',
    message: 'the configuration has no name: metrics and logs of several gateways cannot be told apart',
    remedy: 'add "name"',
    find: ({ model }) => whole(model.name === '')
  },
  {
    id: '4.1.3',
    severity: 'HIGH',
    message: 'the same metrics are exported several times',
    remedy: 'keep one exporter of metrics',
    find: ({ model: { extra } }) => at(['extra_config'], metrics.filter((name) => name in extra).length + metricExporters(extra) > 1)
  },
  {
    id: '4.2.1',
    severity: 'MEDIUM',
    message: 'requests are not traced',
    remedy: 'configure telemetry/opentelemetry with an OTLP exporter',
    find: ({ model: { extra } }) => whole(!['telemetry/newrelic', 'telemetry/instana'].some((name) => name in extra) && !openTelemetry(extra).otlp.some(({ disable_traces: disabled }) => !disabled))
  },
  {
    id: '4.3.1',
    severity: 'MEDIUM',
    message: 'the log has its default format and level',
    remedy: 'configure telemetry/logging',
    find: ({ model: { extra } }) => whole(!['telemetry/logging', 'telemetry/gelf', 'telemetry/logstash'].some((name) => name in extra))
  }
]

function openTelemetry (extra: Readonly<Record<string, unknown>>): { otlp: readonly Exporter[], prometheus: readonly Exporter[] } {
  const { exporters = {} } = (extra['telemetry/opentelemetry'] ?? {}) as OpenTelemetry
  return { otlp: exporters.otlp ?? [], prometheus: exporters.prometheus ?? [] }
}

function metricExporters (extra: Readonly<Record<string, unknown>>): number {
  const { otlp, prometheus } = openTelemetry(extra)
  return [...otlp, ...prometheus].filter(({ disable_metrics: disabled }) => !disabled).length
}
