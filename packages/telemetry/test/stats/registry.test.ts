import { test } from 'tap'
import { StatsRegistry, writeStats } from '../../src/stats/registry.ts'

test('numbers and distributions, in the order of their names', async (t) => {
  const registry = new StatsRegistry()
  registry.number('b').value += 2
  t.equal(registry.number('b').value, 2, 'a name has one number')
  registry.sample('a').add(5)
  t.same(Object.keys(writeStats([registry.read()])), [
    'a.50-percentile', 'a.75-percentile', 'a.95-percentile', 'a.99-percentile', 'a.999-percentile', 'a.count', 'a.max', 'a.mean', 'a.min',
    'a.std-dev', 'b'
  ])
  registry.clearSamples()
  t.equal(writeStats([registry.read()])['a.count'], 0)
  t.equal(writeStats([registry.read()])['b'], 2)
})

test('what is not wanted ends, and begins again with 0', async (t) => {
  const registry = new StatsRegistry()
  for (const name of ['kept', 'gone']) {
    registry.number(name).value = 3
    registry.sample(`${name} sample`).add(1)
  }
  registry.prune((name) => name.startsWith('kept'))
  t.same(registry.read(), { numbers: [['kept', 3]], samples: [['kept sample', { count: 1, values: [1] }]] })
  t.equal(registry.number('gone').value, 0)
})

test('processes are added up', async (t) => {
  const [one, other] = [new StatsRegistry(), new StatsRegistry()]
  one.number('n').value = 1
  other.number('n').value = 2
  other.number('m').value = 3
  for (const value of [1, 2]) one.sample('s').add(value)
  other.sample('s').add(9)
  const stats = writeStats([one.read(), other.read()])
  t.equal(stats['n'], 3)
  t.equal(stats['m'], 3)
  t.equal(stats['s.count'], 3)
  t.equal(stats['s.max'], 9)
  t.equal(stats['s.mean'], 4)
})
