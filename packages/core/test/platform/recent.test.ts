import t from 'tap'
import { Recent } from '../../src/platform/recent.ts'

t.test('Recent: keeps no more than its size, those used last', async (t) => {
  const recent = new Recent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.get('a')
  recent.set('c', 3)
  t.same([recent.get('a'), recent.get('b'), recent.get('c'), recent.size], [1, undefined, 3, 2])
})
