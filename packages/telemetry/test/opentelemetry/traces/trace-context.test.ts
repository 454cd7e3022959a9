import t from 'tap'
import fc from 'fast-check'
import { SpanContext } from '../../../src/opentelemetry/traces/span-context.ts'
import { beginTrace, continueTrace, createSampler, readBaggage, readTraceParent } from '../../../src/opentelemetry/traces/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

const plain = (read: SpanContext | null) => {
  return read === null ? null : { traceId: read.traceId, spanId: read.spanId, isSampled: read.isSampled, state: read.state, baggage: read.baggage }
}

t.test('trace context: traceparent is read as W3C says', (t) => {
  t.same(plain(readTraceParent(`00-${traceId}-${spanId}-01`, 'a=1')), { traceId, spanId, isSampled: true, state: 'a=1', baggage: '' })
  t.same(plain(readTraceParent(` 00-${traceId}-${spanId}-00 `, undefined)), { traceId, spanId, isSampled: false, state: '', baggage: '' })
  t.same(plain(readTraceParent(`cc-${traceId}-${spanId}-03-more`, ['a=1'])), { traceId, spanId, isSampled: true, state: '', baggage: '' }, 'a later version')
  for (const wrong of [
    undefined, '', 'x', `ff-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01-more`, `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`, `00-${traceId.toUpperCase()}-${spanId}-01`, `00-${traceId}-${spanId}`, [`00-${traceId}-${spanId}-01`]
  ]) t.equal(readTraceParent(wrong, ''), null, String(wrong))
  t.equal(readTraceParent(`00-${traceId}-${spanId}-01`, 'a'.repeat(5000))!.state, '', 'a long state is dropped')
  t.end()
})

t.test('trace context: what is written is read again', (t) => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9a-f][0-9a-f]{${length - 1}}$`))
  fc.assert(fc.property(digits(32), digits(16), fc.boolean(), (traceId, spanId, isSampled) => {
    const trace = { traceId, spanId, isSampled, state: '', baggage: '' }
    const read = readTraceParent(SpanContext.from(trace).traceparent, '')
    return JSON.stringify(plain(read)) === JSON.stringify(trace)
  }), { seed: 1 })
  t.end()
})

t.test('trace context: identifiers are new ones', (t) => {
  const made = Array.from({ length: 2000 }, () => beginTrace(createSampler(1), null))
  t.equal(new Set(made.map(({ traceId }) => traceId)).size, 2000)
  t.equal(new Set(made.map(({ spanId }) => spanId)).size, 2000)
  for (const { traceparent } of made) t.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  t.end()
})

t.test('trace context: a span below another one', (t) => {
  const parent = readTraceParent(`00-${traceId}-${spanId}-01`, 'a=1')!.withBaggage('b=1')
  for (const span of [continueTrace(parent), beginTrace(createSampler(0.5), parent, 'b=1')]) {
    t.not(span.spanId, spanId)
    t.same(plain(span), { traceId, spanId: span.spanId, isSampled: true, state: 'a=1', baggage: 'b=1' })
  }
  const unsampled = readTraceParent(`00-${traceId}-${spanId}-00`, '')!
  t.equal(continueTrace(unsampled), unsampled, 'what is not recorded has no spans')
  t.equal(beginTrace(createSampler(0), parent).isSampled, false)
  t.end()
})

t.test('trace context: who decides what is recorded', (t) => {
  const parent = (isSampled: boolean) => ({ isSampled })
  const all = createSampler(1)
  t.ok(all(0, 0, null))
  t.ok(all(0, 0, parent(false)), 'at 1 all are, whatever the client says')
  const none = createSampler(0)
  t.notOk(none(0, 0, null))
  t.notOk(none(0, 0, parent(true)))
  const half = createSampler(0.5)
  t.ok(half(0x7fff_ffff, -1, null))
  t.notOk(half(0x8000_0000 | 0, 0, null))
  t.ok(half(-1, -1, parent(true)), 'the client decides')
  t.notOk(half(0, 0, parent(false)))
  const tenth = createSampler(0.1)
  const count = Array.from({ length: 5000 }, () => beginTrace(tenth, null)).filter(({ isSampled }) => isSampled).length
  t.ok(count > 350 && count < 650, `${count} of 5,000 at 0.1`)
  t.end()
})

t.test('baggage: a bounded text is passed on, nothing else', (t) => {
  t.equal(readBaggage('user=alice;p=1, tier=gold'), 'user=alice;p=1, tier=gold')
  t.equal(readBaggage(`a=${'b'.repeat(8190)}`).length, 8192)
  for (const wrong of [undefined, '', ['a=b'], `a=${'b'.repeat(8191)}`, 'a=\u00e9', 'a=b\r\nx: y']) t.equal(readBaggage(wrong), '', String(wrong).slice(0, 20))
  t.end()
})
