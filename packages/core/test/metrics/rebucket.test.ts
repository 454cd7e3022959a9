import t from 'tap'
import { rebucket } from '../../src/index.ts'

t.test('rebucket: no cumulated count of a bound that stays goes back', (t) => {
  const move = (counts: number[], bounds: number[], others: number[]) => [...rebucket(counts, bounds, others)]
  t.strictSame(move([1, 2, 3, 4], [1, 2, 3], [1, 2, 3]), [1, 2, 3, 4])
  t.strictSame(move([1, 2, 3, 4], [1, 2, 3], [2]), [3, 7])
  t.strictSame(move([1, 2, 3, 4], [1, 2, 3], [0.5, 1, 1.5, 3]), [0, 1, 0, 5, 4])
  t.strictSame(move([1, 2], [1], []), [3])
  t.strictSame(move([3], [], [1]), [0, 3])
  t.end()
})
