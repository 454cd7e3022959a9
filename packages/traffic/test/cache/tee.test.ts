import { Readable } from 'node:stream'
import t from 'tap'
import { tee } from '../../src/cache/tee.ts'

t.test('tee, keptBytes: a small answer that is kept holds no more memory than it counts', async (t) => {
  const kept: Buffer[] = []
  for (const chunks of [['a small answer'], ['in ', 'two pieces']]) {
    const copy = tee(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), 1000, (body) => { kept.push(body) })
    for await (const chunk of copy) t.ok(chunk)
  }
  while (kept.length < 2) await new Promise(setImmediate)
  t.same(kept.map(String), ['a small answer', 'in two pieces'])
  for (const body of kept) t.equal(body.buffer.byteLength, body.length)
})
