import t from 'tap'
import { readPartialSuccess } from '../../../src/opentelemetry/export/partial-success.ts'

t.test('partial success: what was rejected, in protobuf and JSON; what cannot be read says nothing', (t) => {
  // partial_success { rejected: 3, error_message: "old" }
  const bytes = Buffer.from([0x0a, 0x07, 0x08, 0x03, 0x12, 0x03, 0x6f, 0x6c, 0x64])
  t.strictSame(readPartialSuccess('traces', bytes, false), { rejected: 3, message: 'old' })
  t.strictSame(readPartialSuccess('metrics', bytes, false), { rejected: 3, message: 'old' })
  t.strictSame(readPartialSuccess('traces', Buffer.from('{"partialSuccess":{"rejectedSpans":2,"errorMessage":"x"}}'), true), { rejected: 2, message: 'x' })
  t.strictSame(readPartialSuccess('metrics', Buffer.from('{"partialSuccess":{"rejectedDataPoints":"2"}}'), true), { rejected: 2, message: '' })
  t.equal(readPartialSuccess('traces', Buffer.from('{}'), true), null)
  t.equal(readPartialSuccess('traces', Buffer.alloc(0), false), null)
  t.equal(readPartialSuccess('traces', Buffer.from('{"partialSuccess":'), true), null)
  t.equal(readPartialSuccess('traces', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]), false), null)
  t.end()
})

t.test('partial success: a message without anything rejected is a warning', (t) => {
  const bytes = Buffer.from([0x0a, 0x05, 0x12, 0x03, 0x6f, 0x6c, 0x64])
  t.strictSame(readPartialSuccess('traces', bytes, false), { rejected: 0, message: 'old' })
  t.strictSame(readPartialSuccess('metrics', bytes, false), { rejected: 0, message: 'old' })
  t.strictSame(readPartialSuccess('metrics', Buffer.from('{"partialSuccess":{"rejectedDataPoints":"0","errorMessage":"x"}}'), true), { rejected: 0, message: 'x' })
  t.equal(readPartialSuccess('traces', Buffer.from('{"partialSuccess":{}}'), true), null)
  t.end()
})

t.test('partial success: JSON of other shapes says nothing, and counts nothing', (t) => {
  const of = (partialSuccess: unknown) => readPartialSuccess('traces', Buffer.from(JSON.stringify({ partialSuccess })), true)
  t.strictSame(of({ rejectedSpans: '3', errorMessage: { a: 1 } }), { rejected: 3, message: '' })
  for (const rejectedSpans of ['x', -1, '1.5', {}, '1e400']) t.equal(of({ rejectedSpans, errorMessage: 'x' }), null, String(rejectedSpans))
  t.strictSame(of({ rejectedSpans: null, errorMessage: 'x' }), { rejected: 0, message: 'x' })
  t.equal(of(5), null)
  t.equal(readPartialSuccess('traces', Buffer.from('null'), true), null)
  t.end()
})
