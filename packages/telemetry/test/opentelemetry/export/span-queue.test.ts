import { test } from 'tap'
import { maxBatch, maxWaiting, SpanQueue } from '../../../src/opentelemetry/export/span-queue.ts'

const span = (value: number, length = 2): Buffer => Buffer.alloc(length, value)

test('spans are copied, and come in batches in their order', async (t) => {
  const queue = new SpanQueue()
  t.equal(queue.first(), null)
  const memory = span(0)
  for (let i = 0; i < maxBatch + 1; i++) {
    memory.fill(i % 256)
    t.ok(queue.add(memory))
  }
  const first = queue.first()!
  t.equal(first.count, maxBatch)
  t.same([...first.bytes.subarray(0, 6)], [0, 0, 1, 1, 2, 2])
  queue.remove()
  t.same(queue.first(), { bytes: span(maxBatch % 256), count: 1 })
  queue.remove()
  t.equal(queue.count, 0)
  t.equal(queue.first(), null)
})

test('what is being sent does not change', async (t) => {
  const queue = new SpanQueue()
  queue.add(span(1))
  const sent = queue.first()!
  queue.add(span(2))
  t.same([...sent.bytes], [1, 1])
  t.same(queue.first(), sent, 'it is sent again until it is removed')
  queue.remove()
  t.same([...queue.first()!.bytes], [2, 2])
})

test('their number and their bytes are bounded', async (t) => {
  const many = new SpanQueue()
  for (let i = 0; i < maxWaiting; i++) many.add(span(i))
  t.equal(many.count, maxWaiting)
  t.notOk(many.add(span(1)))
  many.first()
  many.remove()
  t.ok(many.add(span(1)), 'there is room again')

  const large = new SpanQueue()
  let added = 0
  while (large.add(span(1, 100_000))) added++
  t.equal(added, 83, '8 MiB')
})
