import t from 'tap'
import { prepareHeaders } from '../../src/cors/match-headers.ts'

t.test('prepareHeaders: takes names as browsers send them', async (t) => {
  const matches = prepareHeaders(['X-B', 'x-a'])!
  for (const names of ['x-a', 'x-a,x-b', 'x-a, x-b', '', ',x-a,', 'x-a\t,x-b']) t.ok(matches(names), names)
  for (const names of ['X-A', 'x-b,x-a', 'x-a,x-a', 'x-c', '  x-a', 'x-a x-b', ','.repeat(17)]) t.notOk(matches(names), names)
  t.equal(prepareHeaders(['x', '*']), null)
})
