import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { keptBytes, ownBytes, ownText } from '../../src/platform/own-memory.ts'

t.test('ownText: is the same text', async (t) => {
  for (const text of ['', 'a', 'é', '日本', '😀', '\ud83d', '\udc80a', 'x'.repeat(100)]) t.equal(ownText(text), text)
})

t.test('ownText: keeps nothing of the text it was a part of', async (t) => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const kept: string[] = []
  gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 64; i++) kept.push(ownText(Buffer.alloc(1 << 20, String(i % 10)).toString('latin1').slice(0, 20)))
  gc()
  t.equal(kept.length, 64)
  t.ok(process.memoryUsage().heapUsed - before < 16 << 20)
})

t.test('ownBytes, keptBytes: their memory is as large as they are', async (t) => {
  const pooled = Buffer.from('a small answer')
  t.ok(pooled.buffer.byteLength > pooled.length)
  for (const own of [ownBytes(pooled), keptBytes(pooled)]) {
    t.equal(String(own), 'a small answer')
    t.equal(own.buffer.byteLength, pooled.length)
  }
  const whole = Buffer.allocUnsafeSlow(10)
  t.equal(keptBytes(whole), whole)
})
