import t from 'tap'
import { createKeyedLimiter } from '../../src/ratelimit/local-limiter.ts'

t.test('createKeyedLimiter: throws away idle buckets, and the oldest when there are too many', async (t) => {
  let now = 0
  const clock = () => now
  const limiter = createKeyedLimiter({ interval: 1000, capacity: 1 }, { idle: 5, cleanup: 1e6, clock, most: 3 })
  t.teardown(() => { limiter.close() })
  t.same(['a', 'a', 'b', 'c'].map((key) => limiter.take(key)), [true, false, true, true])
  t.equal(limiter.take('d'), true)
  t.equal(limiter.size, 3)
  t.equal(limiter.take('a'), true, 'the oldest had gone')
  limiter.take('x'.repeat(1e5))
  now = 999
  limiter.sweep()
  t.equal(limiter.size, 3, 'none is full again')
  now = 1002
  limiter.sweep()
  t.equal(limiter.size, 0)
})
