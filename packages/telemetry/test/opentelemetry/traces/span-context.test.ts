import t from 'tap'
import { SpanContext } from '../../../src/opentelemetry/traces/span-context.ts'

const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'f7ad6b7169203331', isSampled: true, state: 'a=1', baggage: 'b=1' }
const { traceId, spanId } = trace

t.test('identifiers are read again as they were given', async (t) => {
  const context = SpanContext.from(trace)
  t.equal(context.traceId, traceId)
  t.equal(context.spanId, spanId)
  t.equal(context.traceparent, `00-${traceId}-${spanId}-01`)
  t.equal(SpanContext.from({ ...trace, isSampled: false }).traceparent, `00-${traceId}-${spanId}-00`)
  t.match(context, { isSampled: true, state: 'a=1', baggage: 'b=1' })
  t.equal(context.traceparent, `00-${traceId}-${spanId}-01`, 'one that was written between is another one')
})

t.test('a child is a span of the same trace', async (t) => {
  const child = SpanContext.from(trace).child()
  t.equal(child.traceId, traceId)
  t.not(child.spanId, spanId)
  t.match(child, { isSampled: true, state: 'a=1', baggage: 'b=1' })
})

t.test('another baggage changes nothing else', async (t) => {
  const context = SpanContext.from(trace).withBaggage('c=2')
  t.equal(context.traceparent, `00-${traceId}-${spanId}-01`)
  t.match(context, { isSampled: true, state: 'a=1', baggage: 'c=2' })
})

t.test('what is no identifier is refused', async (t) => {
  for (const wrong of [{ traceId: 'x' }, { traceId: `${traceId}0` }, { spanId: '' }, { spanId: 'g'.repeat(16) }]) {
    t.throws(() => SpanContext.from({ ...trace, ...wrong }), RangeError)
  }
})
