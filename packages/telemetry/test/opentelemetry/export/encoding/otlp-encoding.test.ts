import t from 'tap'
import { encodingOf } from '../../../../src/opentelemetry/export/encoding/otlp-encoding.ts'
import { createSpanPayload, writeMetrics } from '../../../../src/opentelemetry/export/otlp-payload.ts'
import { attributeName, encodeAttributes, ofEvent } from '../../../../src/opentelemetry/traces/attributes.ts'
import { SpanContext } from '../../../../src/opentelemetry/traces/span-context.ts'
import { encodeTemplate, SpanWriter } from '../../../../src/opentelemetry/traces/span-writer.ts'
import type { Attribute } from '../../../../src/opentelemetry/metrics/meter.ts'

const json = encodingOf({ floodgate: { encoding: 'json' } }, {})
const resource: readonly Attribute[] = [['service.name', 'shop'], ['n', 1]]
const described = {
  resource: {
    attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }, { key: 'n', value: { intValue: '1' } }],
    droppedAttributesCount: 0
  }
}
const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())
const position = (spanId: string, state = ''): SpanContext => {
  return SpanContext.from({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId, isSampled: true, state, baggage: '' })
}

t.test('encoding: the exporter decides, then the environment; protobuf otherwise', (t) => {
  const of = (encoding?: 'json' | 'protobuf', protocol?: 'grpc' | 'http/json' | 'http/protobuf') => {
    return encodingOf({ ...encoding !== undefined && { floodgate: { encoding } } }, { ...protocol !== undefined && { protocol } }).contentType
  }
  t.equal(of(), 'application/x-protobuf')
  t.equal(of(undefined, 'http/json'), 'application/json')
  for (const protocol of ['grpc', 'http/protobuf'] as const) t.equal(of(undefined, protocol), 'application/x-protobuf')
  t.equal(of('protobuf', 'http/json'), 'application/x-protobuf')
  t.equal(of('json', 'http/protobuf'), 'application/json')
  const bytes = Buffer.from('x')
  t.equal(encodingOf({}, {}).encode('traces', bytes), bytes)
  t.end()
})

t.test('encoding: spans in OTLP/JSON', (t) => {
  const spans: Buffer[] = []
  const writer = new SpanWriter((span) => { spans.push(Buffer.from(span)) })
  writer.begin(encodeTemplate('client', '', [['fixed', true]]), {
    context: position('b7ad6b7169203331', 'vendor=a'),
    parent: position('00f067aa0ba902b7'),
    isRemoteParent: false,
    name: '/é',
    start: 1000.25 - performance.timeOrigin,
    end: 2000.5 - performance.timeOrigin,
    status: 'error',
    message: 'it "failed"'
  })
  writer.attribute(attributeName('status'), 200)
  writer.attribute(attributeName('large'), 2 ** 40)
  writer.attribute(attributeName('negative'), -5)
  writer.attribute(attributeName('seconds'), 0.25)
  writer.headers('request', { 'x-many': ['1', '2'] }, new Set())
  writer.event('exception', 1500 - performance.timeOrigin, encodeAttributes([['exception.message', 'm']], ofEvent))
  writer.end()
  writer.begin(encodeTemplate('server', '/b', []), {
    context: position('b7ad6b7169203332'), parent: null, isRemoteParent: false, name: '', start: 0, end: 0, status: 'unset', message: ''
  })
  writer.end()
  const read = parse(json.encode('traces', createSpanPayload(resource)(Buffer.concat(spans)))) as {
    resourceSpans: [{ scopeSpans: [{ spans: [unknown, Record<string, unknown>] }] }]
  }
  const [first, second] = read.resourceSpans[0].scopeSpans[0].spans
  t.match(read, {
    resourceSpans: [{
      resource: { attributes: described.resource.attributes },
      scopeSpans: [{ scope: { name: 'io.krakend.krakend-otel' } }],
      schemaUrl: 'https://opentelemetry.io/schemas/1.21.0'
    }]
  })
  const times = first as { startTimeUnixNano: string, endTimeUnixNano: string, events: [{ timeUnixNano: string }] }
  // The clock's origin is a fraction of a millisecond, of which a sum keeps some nanoseconds too many or too few.
  const near = (text: string, ns: number): void => { t.ok(/^\d+$/.test(text) && Math.abs(Number(text) - ns) < 2_000, `${text} is near ${ns}`) }
  near(times.startTimeUnixNano, 1_000_250_000)
  near(times.endTimeUnixNano, 2_000_500_000)
  near(times.events[0].timeUnixNano, 1_500_000_000)
  t.strictSame(first, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceState: 'vendor=a',
    parentSpanId: '00f067aa0ba902b7',
    name: '/é',
    startTimeUnixNano: times.startTimeUnixNano,
    endTimeUnixNano: times.endTimeUnixNano,
    status: { message: 'it "failed"', code: 2 },
    flags: 257,
    kind: 3,
    attributes: [
      { key: 'fixed', value: { boolValue: true } },
      { key: 'status', value: { intValue: '200' } },
      { key: 'large', value: { intValue: '1099511627776' } },
      { key: 'negative', value: { intValue: '-5' } },
      { key: 'seconds', value: { doubleValue: 0.25 } },
      { key: 'http.request.header.x-many', value: { arrayValue: { values: [{ stringValue: '1' }, { stringValue: '2' }] } } }
    ],
    events: [{
      timeUnixNano: times.events[0].timeUnixNano, name: 'exception', attributes: [{ key: 'exception.message', value: { stringValue: 'm' } }]
    }]
  })
  t.match(second, { kind: 2, name: '/b', status: { code: 0 } })
  t.notOk('parentSpanId' in second)
  t.end()
})

t.test('encoding: metrics in OTLP/JSON', (t) => {
  const payload = writeMetrics([
    { name: 'c', kind: 'counter', unit: 'b', description: 'Bytes.', bounds: [], points: [{ attributes: [['a', 'x'], ['code', 200]], value: 7 }] },
    {
      name: 'h',
      kind: 'histogram',
      unit: '',
      description: 'Seconds.',
      bounds: [0.5, 1],
      points: [{ attributes: [['ok', true]], value: 1.25, buckets: new Float64Array([1, 0, 5_000_000_000]) }]
    }
  ], resource, 1000)
  const [{ scopeMetrics: [{ metrics, scope }], ...rest }] = (parse(json.encode('metrics', payload)) as { resourceMetrics: [any] }).resourceMetrics
  t.strictSame(rest, { ...described, schemaUrl: 'https://opentelemetry.io/schemas/1.21.0' })
  t.match(scope, { name: 'io.krakend.krakend-otel' })
  const { timeUnixNano } = metrics[0].sum.dataPoints[0]
  t.ok(Math.abs(Number(timeUnixNano) / 1e6 - Date.now()) < 60_000)
  const times = { startTimeUnixNano: '1000000000', timeUnixNano }
  t.strictSame(metrics, [
    {
      name: 'c',
      description: 'Bytes.',
      unit: 'b',
      sum: {
        dataPoints: [{
          ...times, asDouble: 7, attributes: [{ key: 'a', value: { stringValue: 'x' } }, { key: 'code', value: { intValue: '200' } }]
        }],
        aggregationTemporality: 2,
        isMonotonic: true
      }
    },
    {
      name: 'h',
      description: 'Seconds.',
      histogram: {
        dataPoints: [{
          ...times,
          count: '5000000001',
          sum: 1.25,
          bucketCounts: ['1', '0', '5000000000'],
          explicitBounds: [0.5, 1],
          attributes: [{ key: 'ok', value: { boolValue: true } }]
        }],
        aggregationTemporality: 2
      }
    }
  ])
  t.end()
})
