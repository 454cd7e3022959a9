import type { MetricFamily, MetricLabels } from '@floodgate/core'
import type { Attribute, MetricData } from './meter.ts'

/** The scope of instrumentation that dashboards for the reference select by. */
export const scope: readonly Attribute[] = [['otel_scope_name', 'io.krakend.krakend-otel'], ['otel_scope_version', '']]

/**
 * Returns what gives metrics the names that OpenTelemetry's exporter of Go gives them for Prometheus: dots and hyphens are
 * underscores, seconds and bytes (`By`) get their unit, counters `_total`.
 */
export function createFamilies (): (metrics: readonly MetricData[]) => MetricFamily[] {
  const known = new WeakMap<readonly Attribute[], MetricLabels>()
  const labelsOf = (attributes: readonly Attribute[]): MetricLabels => {
    let labels = known.get(attributes)
    if (labels === undefined) known.set(attributes, labels = toLabels([...attributes, ...scope]))
    return labels
  }
  return (metrics) => metrics.map((metric) => ({
    name: nameOf(metric),
    type: metric.kind,
    help: metric.description,
    ...metric.kind === 'histogram' && { bounds: metric.bounds },
    samples: metric.points.map(({ attributes, value, buckets }) => buckets === undefined
      ? [labelsOf(attributes), value] as const
      : [labelsOf(attributes), value, buckets] as const)
  }))
}

/** Attributes as labels, in order of their names; values of attributes that get the same name are joined. */
export function toLabels (attributes: readonly Attribute[]): MetricLabels {
  const labels: Record<string, string> = {}
  const named = attributes.map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, '_'), String(value)] as const)
  for (const [name, value] of named.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)) {
    labels[name] = name in labels ? `${labels[name]};${value}` : value
  }
  return labels
}

function nameOf ({ name, unit, kind }: Pick<MetricData, 'name' | 'unit' | 'kind'>): string {
  const written = name.replace(/[^a-zA-Z0-9_:]/g, '_')
  const measured = unit === 's' ? `${written}_seconds` : unit === 'By' ? `${written}_bytes` : written
  return kind === 'counter' ? `${measured}_total` : measured
}
