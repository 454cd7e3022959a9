import t from 'tap'
import { remember } from '../../src/target/remember.ts'

t.test('remember: the newest is kept, and of too many names the first is forgotten', (t) => {
  const names = new Map<string, number>()
  for (let i = 0; i < 4096; i++) remember(names, `n${i}`, i)
  remember(names, 'n0', -1)
  t.equal(names.get('n0'), -1)
  t.equal(names.size, 4096)
  remember(names, 'one more', 1)
  t.equal(names.size, 4096)
  t.notOk(names.has('n0'))
  t.end()
})
