import type { Attributes } from '@opentelemetry/api'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type { Attribute, MetricData } from '../metrics/meter.ts'
import { encodeAttributes, ofResource } from '../traces/attributes.ts'
import { ProtobufWriter } from '../traces/protobuf-writer.ts'

type ResourceMetrics = Parameters<typeof ProtobufMetricsSerializer['serializeRequest']>[0]
type OtelMetric = ResourceMetrics['scopeMetrics'][number]['metrics'][number]
type HrTime = [seconds: number, nanoseconds: number]

const schemaUrl = 'https://opentelemetry.io/schemas/1.21.0'
const scope = { name: 'io.krakend.krakend-otel', version: '' }
/** The numbers of OpenTelemetry's API and SDK, which are loaded for nothing else. */
const histogram = 0
const sum = 3
const cumulative = 1
const double = 1

/** Returns what writes a request of the collector's trace service around encoded spans. */
export function createSpanPayload (attributes: readonly Attribute[]): (spans: Uint8Array) => Uint8Array {
  const resource = encodeAttributes(attributes, ofResource)
  return (spans) => {
    const writer = new ProtobufWriter(spans.length + resource.length + 256)
    writer.byte(0x0a)
    const resourceSpans = writer.beginMessage()
    writer.byte(0x0a)
    writer.varint(resource.length)
    writer.raw(resource)
    writer.byte(0x12)
    const scopeSpans = writer.beginMessage()
    writer.byte(0x0a)
    const named = writer.beginMessage()
    writer.byte(0x0a)
    writer.text(scope.name)
    writer.endMessage(named)
    writer.raw(spans)
    writer.endMessage(scopeSpans)
    writer.byte(0x1a)
    writer.text(schemaUrl)
    writer.endMessage(resourceSpans)
    return writer.bytes
  }
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

function describeMetric ({ name, kind, unit, description, bounds, points }: MetricData, startTime: HrTime, endTime: HrTime): OtelMetric {
  const descriptor = { name, unit, description, valueType: double }
  const common = { descriptor, aggregationTemporality: cumulative }
  if (kind !== 'histogram') {
    const dataPoints = points.map(({ attributes, value }) => ({ attributes: toAttributes(attributes), startTime, endTime, value }))
    return { ...common, dataPointType: sum, isMonotonic: true, dataPoints } as unknown as OtelMetric
  }
  return {
    ...common,
    dataPointType: histogram,
    dataPoints: points.map(({ attributes, value, buckets = [] }) => {
      const counts = Array.from(buckets)
      return {
        attributes: toAttributes(attributes),
        startTime,
        endTime,
        value: { buckets: { boundaries: [...bounds], counts }, sum: value, count: counts.reduce((a, b) => a + b, 0) }
      }
    })
  } as unknown as OtelMetric
}

function describeResource (attributes: readonly Attribute[]): ResourceMetrics['resource'] {
  return {
    attributes: toAttributes(attributes),
    schemaUrl
  } as unknown as ResourceMetrics['resource']
}

function toAttributes (attributes: readonly Attribute[]): Attributes {
  return Object.fromEntries(attributes) as Attributes
}

/** @param time ms */
function toHrTime (time: number): HrTime {
  const seconds = Math.floor(time / 1000)
  return [seconds, Math.round((time - seconds * 1000) * 1e6)]
}
