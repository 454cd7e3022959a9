import t from 'tap'
import { quoteGrpcMessage, quoteReason, readFailureReason } from '../../../src/opentelemetry/export/failure-reason.ts'

const read = (type: string, body: Buffer | string | null): string => {
  return readFailureReason({ status: 400, fields: { 'content-type': type }, body: typeof body === 'string' ? Buffer.from(body) : body })
}

t.test('failure reason: what the collector says, in JSON and protobuf, shortened', (t) => {
  t.equal(read('application/json', '{"code":3,"message":"bad span"}'), ' (bad span)')
  t.equal(read('application/json; charset=utf-8', `{"message":"${'x'.repeat(10_000)}"}`).length, 259)
  t.equal(read('application/x-protobuf', Buffer.from([0x08, 3, 0x12, 3, 0x62, 0x61, 0x64])), ' (bad)')
  t.equal(quoteReason('no'), ' (no)')
  t.end()
})

t.test('failure reason: what cannot be read says nothing', (t) => {
  for (const body of ['', '{', 'null', '[]', '{"message":{"a":1}}', '{"message":""}']) t.equal(read('application/json', body), '', body)
  t.equal(read('application/json', null), '')
  t.equal(read('application/x-protobuf', Buffer.from([0x12, 200, 1])), '')
  t.equal(read('text/html', '{"message":"page"}'), '')
  t.equal(readFailureReason({ status: 500, fields: {}, body: Buffer.from('{"message":"x"}') }), '')
  t.equal(quoteReason(undefined), '')
  t.end()
})

t.test('quoteGrpcMessage: percent-encoded, unless it is not', (t) => {
  t.equal(quoteGrpcMessage('no%20quota%20%E2%80%93 now'), ' (no quota – now)')
  t.equal(quoteGrpcMessage('100% full'), ' (100% full)')
  t.equal(quoteGrpcMessage(undefined), '')
  t.end()
})
