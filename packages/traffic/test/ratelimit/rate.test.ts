import t from 'tap'
import { readRate } from '../../src/ratelimit/rate.ts'

t.test('readRate: a capacity is the rate of a second, at least 1', async (t) => {
  t.same(readRate(5, undefined, undefined), { interval: 200, capacity: 5 })
  t.same(readRate(2, undefined, '1h'), { interval: 1_800_000, capacity: 1 })
  t.same(readRate(120, 0, '1m'), { interval: 500, capacity: 2 })
  t.same(readRate(5, 3, '1s'), { interval: 200, capacity: 3 })
  t.same(readRate(5, 3, '10ms'), { interval: 200, capacity: 3 }, 'endpoints count a second at least')
  t.same(readRate(5, 3, '10ms', 0), { interval: 2, capacity: 3 })
  t.same(readRate(1, 3, 'soon'), { interval: 1000, capacity: 3 })
  t.same(readRate(3, 1, '1s')!.interval, 333.333333, 'whole nanoseconds')
  for (const none of [undefined, 0, -1]) t.equal(readRate(none, 1, '1s'), null)
})
