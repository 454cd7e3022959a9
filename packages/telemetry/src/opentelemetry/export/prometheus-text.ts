import { writeExposition, type MetricFamily } from '@floodgate/core'
import type { Attribute, MetricData, PointData } from '../metrics/meter.ts'

/** The scope of instrumentation that dashboards for the reference select by. */
const scope: readonly Attribute[] = [['otel_scope_name', 'io.krakend.krakend-otel'], ['otel_scope_version', '']]

/**
 * Writes metrics in Prometheus' text format 0.0.4, with the names that OpenTelemetry's exporter of Go makes: dots and
 * hyphens are underscores, seconds get their unit, counters `_total`.
 *
 * @param resource attributes of the service, for `target_info`
 * @param own the gateway's own metrics, which follow; those of a name that is there already are left out
 */
export function writePrometheus (
  metrics: readonly MetricData[],
  resource: readonly Attribute[],
  own: readonly MetricFamily[] = []
): string {
  const names = new Set<string>()
  let text = ''
  for (const metric of metrics) {
    const name = nameOf(metric)
    names.add(name)
    text += `# HELP ${name} ${metric.description}\n# TYPE ${name} ${metric.kind}\n`
    for (const point of metric.points) text += metric.kind === 'histogram' ? writeHistogram(name, metric, point) : writeValue(name, metric, point)
  }
  return `${text}# HELP otel_scope_info Instrumentation Scope metadata
# TYPE otel_scope_info gauge
otel_scope_info${writeLabels(scope)} 1
# HELP target_info Target metadata
# TYPE target_info gauge
target_info${writeLabels(resource)} 1
${writeExposition(own.filter(({ name }) => !names.has(name)))}`
}

/** A metric of the process or the runtime has no scope: it is named as Prometheus' own clients name it. */
function isScoped (name: string): boolean {
  return name.includes('.')
}

function nameOf ({ name, unit, kind }: Pick<MetricData, 'name' | 'unit' | 'kind'>): string {
  const written = name.replace(/[^a-zA-Z0-9_:]/g, '_')
  if (!isScoped(name)) return written
  const seconds = unit === 's' ? `${written}_seconds` : written
  return kind === 'counter' ? `${seconds}_total` : seconds
}

function writeHistogram (name: string, { name: plain, bounds }: MetricData, { attributes, buckets = [], value }: PointData): string {
  const labels = listLabels(isScoped(plain) ? [...attributes, ...scope] : attributes)
  const separator = labels === '' ? '' : ','
  let count = 0
  let text = ''
  for (let i = 0; i < buckets.length; i++) {
    count += buckets[i]!
    text += `${name}_bucket{${labels}${separator}le="${i < bounds.length ? bounds[i]! : '+Inf'}"} ${count}\n`
  }
  const all = labels === '' ? '' : `{${labels}}`
  return `${text}${name}_sum${all} ${value}\n${name}_count${all} ${count}\n`
}

function writeValue (name: string, { name: plain }: MetricData, { attributes, value }: PointData): string {
  return `${name}${writeLabels(isScoped(plain) ? [...attributes, ...scope] : attributes)} ${value}\n`
}

function writeLabels (attributes: readonly Attribute[]): string {
  const labels = listLabels(attributes)
  return labels === '' ? '' : `{${labels}}`
}

function listLabels (attributes: readonly Attribute[]): string {
  return attributes
    .map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, '_'), String(value)] as const)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, value]) => `${name}="${value.replace(/[\\\n"]/g, escape)}"`)
    .join(',')
}

function escape (character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`
}
