import { isIP } from 'node:net'
import type { FeatureContext } from '@floodgate/core'
import type { OtelEnvironment } from './environment.ts'
import { headerName, headerValue } from './environment.ts'
import { isCallable } from './export/collector-origin.ts'
import { readExporterClient } from './exporter-client.ts'
import { namespace, type OpenTelemetrySettings, type OtlpSettings, type PrometheusSettings } from './options.ts'
import { overrideOf } from './override.ts'
import { headersByExporter, securityNamespace, type SecuritySettings } from './security-headers.ts'

const ownHeaders: ReadonlySet<string> = new Set([
  'connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host', 'keep-alive', 'te', 'transfer-encoding', 'upgrade'
])

/** Finds what is wrong with settings whose shape is right. */
export function checkSettings (settings: OpenTelemetrySettings, context: Pick<FeatureContext, 'model' | 'folder' | 'problem' | 'warning'>): void {
  const { model, problem, warning } = context
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
  for (const [i, exporter] of otlp.entries()) {
    if (!isCallable(exporter)) {
      problem(
        [...place, 'exporters', 'otlp', i, 'host'],
        'must be a name or an IP address, with "https://" before it for TLS: write the port as "port", and credentials as a header in "telemetry/opentelemetry-security"'
      )
    }
    if (exporter.floodgate?.encoding === 'json' && exporter.use_http !== true) {
      problem([...place, 'exporters', 'otlp', i, 'floodgate', 'encoding'], '"json" is for OTLP over HTTP, and this exporter uses gRPC: write "use_http": true, or remove it')
    }
    const client = readExporterClient(exporter, context)
    const at = [...place, 'exporters', 'otlp', i, 'floodgate', 'client']
    for (const { path, message, instead } of client?.problems ?? []) {
      problem([...at, ...path], instead === null ? message : `${message}; ${instead}`)
    }
    for (const { path, message } of client?.warnings ?? []) warning([...at, ...path], message)
    if (client !== null && client.settings.proxy !== null && exporter.use_http !== true && !exporter.host.startsWith('https://')) {
      problem([...at, 'proxy_address'], 'gRPC without TLS opens its own connection, without a proxy: write "https://" before the host, or "use_http": true')
    }
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
  checkOverrides(settings, context)
  checkPorts(prometheus, context)
  checkHeaders(context)
  for (const name of headersByExporter(model).keys()) {
    if (!otlp.some((exporter) => exporter.name === name)) {
      warning(['extra_config', securityNamespace, 'otlp'], `${JSON.stringify(name)} is not the name of an exporter in "${namespace}"."exporters"."otlp": its headers are not sent`)
    }
  }
}

/** Whether two servers of a port would want the same address; '' = all addresses. */
function overlap (one: string, other: string): boolean {
  const isAll = (address: string): boolean => ['', '0.0.0.0', '::'].includes(address)
  return one === other || isAll(one) || isAll(other)
}

/** Addresses that cannot be listened on, and ports that something else of the configuration listens on. */
function checkPorts (prometheus: readonly PrometheusSettings[], { model, problem, warning }: Pick<FeatureContext, 'model' | 'problem' | 'warning'>): void {
  const { metrics } = (model.extra['floodgate'] ?? {}) as { metrics?: { port: number, listen_ip?: string } }
  const taken: { port: number, address: string, by: string }[] = []
  if (metrics !== undefined) taken.push({ port: metrics.port, address: metrics.listen_ip ?? '127.0.0.1', by: '"floodgate"."metrics" listens on' })
  for (const [i, { name, port = 9090, listen_ip: address = '', disable_metrics: isOff }] of prometheus.entries()) {
    const place = ['extra_config', namespace, 'exporters', 'prometheus', i]
    if (address !== '' && address !== 'localhost' && isIP(address) === 0) {
      problem([...place, 'listen_ip'], `must be an IP address such as "127.0.0.1", or "" for all, not ${JSON.stringify(address)}`)
    }
    if (isOff === true || port === 0) continue
    const other = taken.find((one) => one.port === port && overlap(one.address, address))
    if (other !== undefined) problem([...place, 'port'], `${port} is the port that ${other.by}: write another one`)
    else if (model.port === port && overlap(model.listenIp, address)) {
      // In an app of its own the gateway does not listen.
      warning([...place, 'port'], `${port} is the port of the gateway as well: write another one`)
    }
    taken.push({ port, address, by: `the exporter ${JSON.stringify(name)} listens on` })
  }
}

/** Headers that cannot be sent. Their values are secrets, and are not shown. */
function checkHeaders ({ model, problem }: Pick<FeatureContext, 'model' | 'problem'>): void {
  const { otlp = [] } = (model.extra[securityNamespace] ?? {}) as SecuritySettings
  for (const [i, { headers }] of otlp.entries()) {
    for (const [name, value] of Object.entries(headers)) {
      const place = ['extra_config', securityNamespace, 'otlp', i, 'headers', name]
      if (!headerName.test(name)) problem(place, 'is not the name of a header: write letters, digits and hyphens')
      else if (ownHeaders.has(name.toLowerCase())) problem(place, 'is a header that every request sets by itself: remove it')
      if (!headerValue.test(value)) problem(place, 'must be text of printable ASCII characters in one line')
    }
  }
}

/** Names in `exporters_override` of endpoints. */
function checkOverrides (
  { exporters = {} }: OpenTelemetrySettings,
  { model, problem, warning }: Pick<FeatureContext, 'model' | 'problem' | 'warning'>
): void {
  const { otlp = [], prometheus = [] } = exporters
  const known = { metric_exporters: [...otlp, ...prometheus], trace_exporters: otlp }
  const off = { metric_exporters: 'disable_metrics', trace_exporters: 'disable_traces' } as const
  for (const endpoint of model.endpoints) {
    const own = overrideOf(endpoint)
    if (own === undefined) continue
    const place = [...endpoint.place, 'extra_config', namespace, 'exporters_override']
    for (const key of ['metric_exporters', 'trace_exporters'] as const) {
      for (const [i, name] of (own[key] ?? []).entries()) {
        const found = known[key].find((exporter) => exporter.name === name) as OtlpSettings | undefined
        if (found !== undefined && found[off[key]] !== true) continue
        const usable = known[key]
          .filter((exporter) => (exporter as OtlpSettings)[off[key]] !== true)
          .map((exporter) => JSON.stringify(exporter.name))
        problem(
          [...place, key, i],
          `${JSON.stringify(name)} is not the name of an exporter of ${key === 'metric_exporters' ? 'metrics' : 'traces'}; ${
            usable.length === 0 ? 'the service has none' : `write one of ${usable.join(', ')}`}`
        )
      }
    }
    if (own.metric_reporting_period !== undefined) {
      warning([...place, 'metric_reporting_period'], 'has no effect: an exporter sends the metrics of all endpoints at once; set "custom_metric_reporting_period" of the exporter')
    }
  }
}

/** What `OTEL_EXPORTER_OTLP_PROTOCOL` asks of exporters that are configured otherwise: `use_http` chooses between gRPC and HTTP. */
export function findUnusedProtocols (exporters: readonly OtlpSettings[], calls: OtelEnvironment['calls']): string[] {
  return exporters.flatMap(({ name, use_http: isHttp = false, disable_metrics: noMetrics, disable_traces: noTraces }) => {
    const asked = [...noTraces === true ? [] : [calls.traces], ...noMetrics === true ? [] : [calls.metrics]]
    return asked.some(({ protocol }) => protocol !== undefined && (protocol === 'grpc') === isHttp)
      ? [`the environment variable OTEL_EXPORTER_OTLP_PROTOCOL asks for ${isHttp ? 'gRPC' : 'HTTP'}, but the exporter ${JSON.stringify(name)} uses ${
        isHttp ? 'HTTP' : 'gRPC'}: ${isHttp ? 'remove "use_http"' : 'write "use_http": true'} to change that`]
      : []
  })
}
