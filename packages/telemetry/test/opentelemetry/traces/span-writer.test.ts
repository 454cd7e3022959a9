import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { test } from 'tap'
import { createSpanPayload } from '../../../src/opentelemetry/export/otlp-payload.ts'
import { attributeName, encodeAttributes, ofEvent } from '../../../src/opentelemetry/traces/attributes.ts'
import { SpanContext } from '../../../src/opentelemetry/traces/span-context.ts'
import { encodeTemplate, SpanWriter, type SpanHead } from '../../../src/opentelemetry/traces/span-writer.ts'
import { readMessage } from './support/read-message.ts'

const position = (spanId: string, state = ''): SpanContext => {
  return SpanContext.from({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId, isSampled: true, state, baggage: '' })
}
const head: SpanHead = {
  context: position('b7ad6b7169203331', 'vendor=a'),
  parent: position('00f067aa0ba902b7'),
  isRemoteParent: true,
  name: '/orders/é',
  start: 1000.25,
  end: 1001.5,
  status: 'error',
  message: 'it failed'
}
type Kind = 'server' | 'internal' | 'client'
const resource = [['service.name', 'shop'], ['n', 1]] as const

/** What OpenTelemetry's own serializer writes of the same span. */
function reference (kind: Kind, { start, end, context: { traceId, spanId, state }, parent, ...span }: SpanHead, attributes: Record<string, unknown>, events: object[]): Uint8Array {
  const context = (spanId: string, isRemote: boolean) => ({ traceId, spanId, traceFlags: 1, isRemote })
  const time = (at: number) => {
    const nanoseconds = (BigInt(Math.floor(at + performance.timeOrigin)) * 1_000_000n) +
      BigInt(Math.round(((at + performance.timeOrigin) % 1) * 1e6))
    return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)]
  }
  const own = {
    ...context(spanId, false),
    ...state !== '' && { traceState: { serialize: () => state } }
  }
  return ProtobufTraceSerializer.serializeRequest([{
    name: span.name,
    kind: { internal: 0, server: 1, client: 2 }[kind],
    spanContext: () => own,
    ...parent !== null && { parentSpanContext: context(parent.spanId, span.isRemoteParent) },
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
  for (const [name, kind, span] of [
    ['everything', 'server', head],
    ['no parent, no state', 'server', {
      ...head, context: position('b7ad6b7169203331'), parent: null, isRemoteParent: false, status: 'unset', message: ''
    }],
    ['a parent here', 'client', { ...head, isRemoteParent: false, status: 'ok', message: '' }],
    ['long texts', 'internal', { ...head, name: '/x'.repeat(300), message: 'y'.repeat(3000) }],
    ['a name of the template', 'internal', { ...head, name: '' }]
  ] as readonly [string, Kind, SpanHead][]) {
    const named = span.name === '' ? '/always' : ''
    writer.begin(encodeTemplate(kind, named, [['stage', 'first'], ['fixed', true], ['stage', 'global']]), span)
    writer.attribute(attributeName('status'), 200)
    writer.attribute(attributeName('seconds'), 0.25)
    writer.attribute(attributeName('negative'), -5)
    writer.attribute(attributeName('large'), 2 ** 40)
    writer.attribute(attributeName('text'), 'x'.repeat(200))
    writer.headers('request', { accept: 'a', 'x-many': ['1', '2'], secret: 's', none: undefined }, new Set(['secret']))
    writer.event('exception', span.end, encodeAttributes([['exception.message', 'm']], ofEvent))
    writer.end()
    const expected = reference(kind, { ...span, name: span.name || named }, {
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
  writer.begin(Buffer.alloc(0), { ...head, name: '/'.repeat(100_000) })
  writer.attribute(attributeName('url.full'), 'x'.repeat(100_000))
  writer.headers('request', { accept: 'c'.repeat(100_000) }, new Set())
  writer.end()
  t.ok(length < 25_000, String(length))
})

test('headers with secrets are left out, by their names and by their values', async (t) => {
  let written = ''
  const writer = new SpanWriter((span) => { written = Buffer.from(span).toString('latin1') })
  writer.begin(Buffer.alloc(0), head)
  writer.headers('request', {
    'x-vault-token': 'hidden',
    'x-my-api-key': 'hidden',
    'x-forwarded-authorization': 'hidden',
    'x-client-secret': 'hidden',
    'x-user': 'Bearer hidden',
    'x-login': ['Basic hidden'],
    'x-jwt': 'eyJhbGciOiJub25lIn0.hidden.x',
    'x-note': 'seen',
    'x-kind': 'basic',
    'if-none-match': '"eyJ"'
  }, new Set())
  writer.end()
  t.notMatch(written, 'hidden')
  for (const name of ['x-note', 'x-kind', 'if-none-match']) t.match(written, `http.request.header.${name}`)
})

test('headers that hooks of the host set to what is no text are written', async (t) => {
  let length = 0
  const writer = new SpanWriter((span) => { length = span.length })
  writer.begin(Buffer.alloc(0), head)
  writer.headers('request', { a: Object.create(null), b: [{ toString () { throw new Error('no') } }], c: Symbol('s') }, new Set())
  writer.end()
  t.ok(length > 0)
})
