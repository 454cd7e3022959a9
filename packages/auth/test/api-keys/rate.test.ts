import t from 'tap'
import { createKeyRate } from '../../src/api-keys/rate.ts'

t.test('createKeyRate: a second\'s worth at once, for each key', async (t) => {
  const take = createKeyRate(0.5)
  t.same([take(1, 0), take(1, 0), take(2, 0), take(1, 1999), take(1, 4000)], [true, false, true, false, true])
})
