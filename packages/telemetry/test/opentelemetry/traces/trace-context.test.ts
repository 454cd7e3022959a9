import t from 'tap'
import fc from 'fast-check'
import { createSampler, createSpanId, createTraceId, readBaggage, readTraceParent, writeTraceParent } from '../../../src/opentelemetry/traces/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

t.test('trace context: traceparent is read as W3C says', (t) => {
  t.same(readTraceParent(`00-${traceId}-${spanId}-01`, 'a=1'), { traceId, spanId, isSampled: true, state: 'a=1', baggage: '' })
  t.same(readTraceParent(` 00-${traceId}-${spanId}-00 `, undefined), { traceId, spanId, isSampled: false, state: '', baggage: '' })
  t.same(readTraceParent(`cc-${traceId}-${spanId}-03-more`, ['a=1']), { traceId, spanId, isSampled: true, state: '', baggage: '' }, 'a later version')
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
    const read = readTraceParent(writeTraceParent(trace), '')
    return JSON.stringify(read) === JSON.stringify(trace)
  }), { seed: 1 })
  t.end()
})

t.test('trace context: identifiers are new ones', (t) => {
  const made = new Set(Array.from({ length: 2000 }, () => createTraceId()))
  t.equal(made.size, 2000)
  t.match(createSpanId(), /^[0-9a-f]{16}$/)
  t.match(createTraceId(), /^[0-9a-f]{32}$/)
  t.end()
})

t.test('trace context: who decides what is recorded', (t) => {
  const parent = (isSampled: boolean) => ({ traceId, spanId, isSampled, state: '', baggage: '' })
  const all = createSampler(1)
  t.ok(all(traceId, null))
  t.ok(all(traceId, parent(false)), 'at 1 all are, whatever the client says')
  const none = createSampler(0)
  t.notOk(none(traceId, null))
  t.notOk(none(traceId, parent(true)))
  const half = createSampler(0.5)
  t.ok(half('0'.repeat(16) + '7fffffffffffffff', null))
  t.notOk(half('0'.repeat(16) + '8000000000000000', null))
  t.ok(half('f'.repeat(32), parent(true)), 'the client decides')
  t.notOk(half('0'.repeat(32), parent(false)))
  const tenth = createSampler(0.1)
  const count = Array.from({ length: 5000 }, () => createTraceId()).filter((id) => tenth(id, null)).length
  t.ok(count > 350 && count < 650, `${count} of 5,000 at 0.1`)
  t.end()
})

t.test('baggage: a bounded text is passed on, nothing else', (t) => {
  t.equal(readBaggage('user=alice;p=1, tier=gold'), 'user=alice;p=1, tier=gold')
  t.equal(readBaggage(`a=${'b'.repeat(8190)}`).length, 8192)
  for (const wrong of [undefined, '', ['a=b'], `a=${'b'.repeat(8191)}`, 'a=\u00e9', 'a=b\r\nx: y']) t.equal(readBaggage(wrong), '', String(wrong).slice(0, 20))
  t.end()
})
