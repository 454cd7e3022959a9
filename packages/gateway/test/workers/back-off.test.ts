import t from 'tap'
import { backOff } from '../../src/workers/back-off.ts'

t.test('backOff: nothing for the first death, then twice as long each time, 30 s at most', async (t) => {
  t.same([0, 1, 2, 3, 7, 8, 9, 1000].map(backOff), [0, 250, 500, 1000, 16_000, 30_000, 30_000, 30_000])
})
