import type { Attributes } from '@opentelemetry/api'
import { ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Attribute, MetricData } from '../metrics/meter.ts'
import type { Span, SpanAttribute } from '../traces/span.ts'

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer['serializeRequest']>[0][number]
type ResourceMetrics = Parameters<typeof ProtobufMetricsSerializer['serializeRequest']>[0]
type OtelMetric = ResourceMetrics['scopeMetrics'][number]['metrics'][number]
type HrTime = [seconds: number, nanoseconds: number]

const scope = { name: 'io.krakend.krakend-otel', version: '' }
/** The numbers of OpenTelemetry's API and SDK, which are loaded for nothing else. */
const kinds = { internal: 0, server: 1, client: 2 } as const
const statuses = { unset: 0, ok: 1, error: 2 } as const
const histogram = 0
const gauge = 2
const sum = 3
const cumulative = 1
const double = 1

/** Writes a request of the collector's trace service in protobuf. */
export function writeSpans (spans: readonly Span[], resource: readonly Attribute[]): Uint8Array {
  const shared = describeResource(resource)
  return ProtobufTraceSerializer.serializeRequest(spans.map((span) => describeSpan(span, shared)))!
}

/**
 * Writes a request of the collector's metrics service in protobuf; all values are cumulative.
 *
 * @param since when the values began, in ms since the epoch
 */
export function writeMetrics (metrics: readonly MetricData[], resource: readonly Attribute[], since: number): Uint8Array {
  const [startTime, endTime] = [toHrTime(since), toHrTime(Date.now())]
  return ProtobufMetricsSerializer.serializeRequest({
    resource: describeResource(resource),
    scopeMetrics: [{ scope, metrics: metrics.map((metric) => describeMetric(metric, startTime, endTime)) }]
  })!
}

function describeSpan (span: Span, resource: ReadableSpan['resource']): ReadableSpan {
  const context = (spanId: string, isRemote: boolean) => ({
    traceId: span.traceId,
    spanId,
    traceFlags: 1,
    isRemote,
    ...span.state !== '' && { traceState: { serialize: () => span.state } as never }
  })
  const own = context(span.spanId, false)
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => own,
    ...span.parentId !== '' && { parentSpanContext: context(span.parentId, span.isRemoteParent) },
    startTime: toHrTime(span.start),
    endTime: toHrTime(span.end),
    duration: toHrTime(span.end - span.start),
    status: { code: statuses[span.status], ...span.message !== '' && { message: span.message } },
    attributes: toAttributes(span.attributes),
    links: [],
    events: span.events.map(({ name, time }) => ({
      name,
      time: toHrTime(time),
      ...name === 'exception' && { attributes: { 'exception.type': 'Fault', 'exception.message': span.message } }
    })),
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0
  }
}

function describeMetric ({ name, kind, unit, description, bounds, points }: MetricData, startTime: HrTime, endTime: HrTime): OtelMetric {
  const descriptor = { name, unit, description, valueType: double }
  const common = { descriptor, aggregationTemporality: cumulative }
  if (kind !== 'histogram') {
    const dataPoints = points.map(({ attributes, value }) => ({ attributes: toAttributes(attributes), startTime, endTime, value }))
    return (kind === 'counter'
      ? { ...common, dataPointType: sum, isMonotonic: true, dataPoints }
      : { ...common, dataPointType: gauge, dataPoints }) as unknown as OtelMetric
  }
  return {
    ...common,
    dataPointType: histogram,
    dataPoints: points.map(({ attributes, value, buckets = [] }) => ({
      attributes: toAttributes(attributes),
      startTime,
      endTime,
      value: { buckets: { boundaries: [...bounds], counts: [...buckets] }, sum: value, count: buckets.reduce((a, b) => a + b, 0) }
    }))
  } as unknown as OtelMetric
}

function describeResource (attributes: readonly Attribute[]): ReadableSpan['resource'] {
  return {
    attributes: toAttributes(attributes),
    schemaUrl: 'https://opentelemetry.io/schemas/1.21.0'
  } as unknown as ReadableSpan['resource']
}

function toAttributes (attributes: readonly SpanAttribute[]): Attributes {
  return Object.fromEntries(attributes) as Attributes
}

/** @param time ms */
function toHrTime (time: number): HrTime {
  const seconds = Math.floor(time / 1000)
  return [seconds, Math.round((time - seconds * 1000) * 1e6)]
}
