import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { test } from 'tap'
import { createSpanPayload } from '../../../src/opentelemetry/export/otlp-payload.ts'
import { attributeName, encodeAttributes, ofEvent } from '../../../src/opentelemetry/traces/attributes.ts'
import { SpanWriter, type SpanHead } from '../../../src/opentelemetry/traces/span-writer.ts'
import { readMessage } from './support/read-message.ts'

const head: SpanHead = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentId: '00f067aa0ba902b7',
  isRemoteParent: true,
  state: 'vendor=a',
  name: '/orders/é',
  kind: 'server',
  start: 1000.25,
  end: 1001.5,
  status: 'error',
  message: 'it failed'
}
const resource = [['service.name', 'shop'], ['n', 1]] as const

/** What OpenTelemetry's own serializer writes of the same span. */
function reference ({ start, end, kind, ...span }: SpanHead, attributes: Record<string, unknown>, events: object[]): Uint8Array {
  const context = (spanId: string, isRemote: boolean) => ({ traceId: span.traceId, spanId, traceFlags: 1, isRemote })
  const time = (at: number) => {
    const nanoseconds = (BigInt(Math.floor(at + performance.timeOrigin)) * 1_000_000n) +
      BigInt(Math.round(((at + performance.timeOrigin) % 1) * 1e6))
    return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)]
  }
  const own = {
    ...context(span.spanId, false),
    ...span.state !== '' && { traceState: { serialize: () => span.state } }
  }
  return ProtobufTraceSerializer.serializeRequest([{
    name: span.name,
    kind: { internal: 0, server: 1, client: 2 }[kind],
    spanContext: () => own,
    ...span.parentId !== '' && { parentSpanContext: context(span.parentId, span.isRemoteParent) },
    startTime: time(start),
    endTime: time(end),
    status: { code: { unset: 0, ok: 1, error: 2 }[span.status], ...span.message !== '' && { message: span.message } },
    attributes,
    links: [],
    events: events.map((event) => ({ ...event, time: time(end) })),
    resource: { attributes: Object.fromEntries(resource), schemaUrl: 'https://opentelemetry.io/schemas/1.21.0' },
    instrumentationScope: { name: 'io.krakend.krakend-otel', version: '' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0
  } as never])!
}

test('a span reads as what OpenTelemetry\'s own serializer writes', async (t) => {
  let written: Uint8Array = Buffer.alloc(0)
  const writer = new SpanWriter((span) => { written = Buffer.from(span) })
  const payload = createSpanPayload(resource)
  for (const [name, span] of [
    ['everything', head],
    ['no parent, no state', { ...head, parentId: '', isRemoteParent: false, state: '', status: 'unset', message: '' }],
    ['a parent here', { ...head, isRemoteParent: false, kind: 'client', status: 'ok', message: '' }],
    ['long texts', { ...head, name: '/x'.repeat(300), message: 'y'.repeat(3000), kind: 'internal' }]
  ] as readonly [string, SpanHead][]) {
    writer.begin(span, encodeAttributes([['stage', 'first'], ['fixed', true], ['stage', 'global']]))
    writer.attribute(attributeName('status'), 200)
    writer.attribute(attributeName('seconds'), 0.25)
    writer.attribute(attributeName('negative'), -5)
    writer.attribute(attributeName('large'), 2 ** 40)
    writer.attribute(attributeName('text'), 'x'.repeat(200))
    writer.headers('request', { accept: 'a', 'x-many': ['1', '2'], secret: 's', none: undefined }, new Set(['secret']))
    writer.event('exception', span.end, encodeAttributes([['exception.message', 'm']], ofEvent))
    writer.end()
    const expected = reference(span, {
      stage: 'global',
      fixed: true,
      status: 200,
      seconds: 0.25,
      negative: -5,
      large: 2 ** 40,
      text: 'x'.repeat(200),
      'http.request.header.accept': ['a'],
      'http.request.header.x-many': ['1', '2']
    }, [{ name: 'exception', attributes: { 'exception.message': 'm' } }])
    t.same(readMessage(payload(written)), readMessage(expected), name)
  }
})

test('what clients send is bounded', async (t) => {
  let length = 0
  const writer = new SpanWriter((span) => { length = span.length })
  writer.begin({ ...head, name: '/'.repeat(100_000) }, Buffer.alloc(0))
  writer.attribute(attributeName('url.full'), 'x'.repeat(100_000))
  writer.headers('request', { cookie: 'c'.repeat(100_000) }, new Set())
  writer.end()
  t.ok(length < 25_000, String(length))
})
