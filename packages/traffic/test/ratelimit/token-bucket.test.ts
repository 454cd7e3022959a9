import t from 'tap'
import { readRate } from '../../src/ratelimit/rate.ts'
import { TokenBucket } from '../../src/ratelimit/token-bucket.ts'

t.test('TokenBucket: is filled only when it is found empty, with what came since the last filling', async (t) => {
  const bucket = new TokenBucket({ interval: 100, capacity: 1 }, 0)
  const takes = (times: number[]) => times.map((time) => bucket.take(time))
  t.same(takes([0, 1, 99, 100, 150, 199, 200]), [true, false, false, true, false, false, true])
  t.same(takes([450, 450, 450]), [true, true, false], 'two intervals: one for free, one that it holds')
  const rested = new TokenBucket({ interval: 100, capacity: 3 }, 0)
  t.same(Array.from({ length: 8 }, () => rested.take(1e6)).filter(Boolean).length, 7, '2 × capacity + 1 after a rest')
})

t.test('TokenBucket: lets the rate through under a steady load', async (t) => {
  const bucket = new TokenBucket(readRate(100, 1, '1s')!, 0)
  let passed = 0
  for (let ms = 0; ms < 10_000; ms++) if (bucket.take(ms)) passed++
  t.equal(passed, 1000)
})
