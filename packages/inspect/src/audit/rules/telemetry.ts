import { isPublicHost } from './public-host.ts'
import { at, whole, type Rule, type Subject } from '../rule.ts'

const metrics = [
  'telemetry/metrics', 'telemetry/newrelic', 'telemetry/ganalytics', 'telemetry/instana', 'telemetry/influx',
  'telemetry/opencensus', 'telemetry/opentelemetry'
]

interface OpenTelemetry { readonly exporters?: { readonly otlp?: readonly Exporter[], readonly prometheus?: readonly Exporter[] } }
interface Exporter { readonly disable_metrics?: boolean, readonly disable_traces?: boolean }

/** Section 4 of KrakenD's audit. */
export const telemetryRules: readonly Rule[] = [
  {
    id: '4.1.1',
    severity: 'MEDIUM',
    message: 'no metrics are collected',
    remedy: 'set floodgate.metrics.port in the service\'s extra_config, or configure telemetry/opentelemetry: metrics for Prometheus',
    find: (subject) => {
      const idle = metrics.filter((name) => name in subject.model.extra && !subject.implemented.has(name))
      return countMetrics(subject) > 0
        ? []
        : [
            {
              place: [],
              ...idle.length > 0 &&
              { message: `no metrics are collected: ${idle.join(', ')} ${idle.length === 1 ? 'has' : 'have'} no effect here` }
            }
          ]
    }
  },
  {
    id: '4.1.2',
    severity: 'MEDIUM',
    message: 'the configuration has no name: metrics and logs of several gateways cannot be distinguished',
    remedy: 'add "name"',
    find: ({ model }) => whole(model.name === '')
  },
  {
    id: '4.1.3',
    severity: 'HIGH',
    message: 'the same metrics are exported several times',
    remedy: 'keep only one exporter of metrics',
    // The port of floodgate.metrics has others.
    find: (subject) => at(['extra_config'], countExporters(subject) > 1)
  },
  {
    id: '4.2.1',
    severity: 'MEDIUM',
    message: 'requests are not traced',
    remedy: 'configure telemetry/opentelemetry with an OTLP exporter',
    // Not if tracing is not supported.
    find: ({ model: { extra }, implemented }) =>
      whole(implemented.has('telemetry/opentelemetry') && !openTelemetry(extra).otlp.some(({ disable_traces: disabled }) => !disabled))
  },
  {
    id: '4.3.1',
    severity: 'MEDIUM',
    message: 'the log uses the default format and level',
    remedy: 'configure telemetry/logging',
    find: ({ model: { extra }, implemented }) =>
      whole(!['telemetry/logging', 'telemetry/gelf', 'telemetry/logstash'].some((name) => name in extra && implemented.has(name)))
  },
  {
    id: 'logs-in-clear',
    severity: 'MEDIUM',
    message: 'log entries are sent over the internet without TLS: addresses and paths of clients can be read on the way',
    remedy: 'send them to a server of the same network, or to a local agent that forwards them over TLS',
    find: ({ model: { extra } }) => {
      const { address: gelf = '' } = (extra['telemetry/gelf'] ?? {}) as { address?: string }
      const { syslog = false } = (extra['telemetry/logging'] ?? {}) as { syslog?: boolean }
      const { syslog_address: syslogAddress = '' } = (extra['floodgate'] ?? {}) as { syslog_address?: string }
      return [
        ...at(['extra_config', 'telemetry/gelf', 'address'], isPublicHost(`http://${gelf}`)),
        ...at(['extra_config', 'floodgate', 'syslog_address'], syslog && isPublicHost(syslogAddress.replace(/^(?:udp|tcp):/, 'http:')))
      ]
    }
  }
]

function openTelemetry (extra: Readonly<Record<string, unknown>>): { otlp: readonly Exporter[], prometheus: readonly Exporter[] } {
  const { exporters = {} } = (extra['telemetry/opentelemetry'] ?? {}) as OpenTelemetry
  return { otlp: exporters.otlp ?? [], prometheus: exporters.prometheus ?? [] }
}

/** Everything that serves or sends metrics. */
function countMetrics (subject: Subject): number {
  const own = (subject.model.extra['floodgate'] as { metrics?: object } | undefined)?.metrics === undefined ? 0 : 1
  return own + countExporters(subject)
}

/** Exporters of the same metrics. */
function countExporters ({ model: { extra }, implemented }: Subject): number {
  const others = metrics.filter((name) => name !== 'telemetry/opentelemetry' && name in extra && implemented.has(name)).length
  return others + (implemented.has('telemetry/opentelemetry') ? metricExporters(extra) : 0)
}

function metricExporters (extra: Readonly<Record<string, unknown>>): number {
  const { otlp, prometheus } = openTelemetry(extra)
  return [...otlp, ...prometheus].filter(({ disable_metrics: disabled }) => !disabled).length
}
