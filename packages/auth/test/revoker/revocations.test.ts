import t from 'tap'
import { createRevocations } from '../../src/revoker/revocations.ts'

t.test('createRevocations: entries end, and none makes room for another', async (t) => {
  const revocations = createRevocations(1000, 2)
  t.ok(revocations.add(['a', 'b'], 0))
  t.notOk(revocations.add(['c'], 999))
  t.ok(revocations.add(['a'], 999), 'again, for longer')
  t.same([revocations.has('a', 1000), revocations.has('b', 1000)], [true, false])
  t.ok(revocations.add(['c'], 1000))
  t.equal(revocations.size, 2)
  t.ok(revocations.remove('c'))
  t.notOk(revocations.remove('c'))
})
