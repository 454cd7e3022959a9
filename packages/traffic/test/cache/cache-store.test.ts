import t from 'tap'
import { CacheStore } from '../../src/cache/cache-store.ts'

t.test('CacheStore: what was not asked for the longest goes first, by items and by bytes', async (t) => {
  const answer = (length: number) => ({ status: 200, headers: {}, body: Buffer.alloc(length), born: 0, varied: [] })
  const two = new CacheStore({ maxItems: 2, maxSize: 1e6, maxBody: 1e6 })
  for (const key of ['a', 'b']) two.set(key, answer(1))
  two.get('a')
  two.set('c', answer(1))
  t.same(['a', 'b', 'c'].map((key) => two.get(key) !== null), [true, false, true])
  const small = new CacheStore({ maxItems: 99, maxSize: 3000, maxBody: 1e6 })
  for (const key of ['a', 'b', 'c']) small.set(key, answer(1000))
  t.ok(small.items < 3 && small.size <= 3000)
  small.set('d', answer(5000))
  t.equal(small.get('d'), null)
  for (const key of ['a', 'b', 'c', 'd']) small.delete(key)
  t.equal(small.size, 0)
})
