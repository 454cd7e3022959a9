import t from 'tap'
import { MachineBreaker } from '../../src/workers/machine-breaker.ts'

function create (rule: { maxErrors: number, interval?: number }) {
  const changes: string[] = []
  const world = { now: 0, changes, breaker: null as unknown as MachineBreaker }
  world.breaker = new MachineBreaker({
    id: 7,
    rule: { name: 'b', interval: 0, timeout: 1000, logs: true, ...rule },
    clock: () => world.now,
    onChange (from, to) { changes.push(`${from} > ${to}`) }
  })
  return world
}

t.test('MachineBreaker: counts failures in a row of its generation, whoever reports them', async (t) => {
  const { breaker, changes } = create({ maxErrors: 2 })
  t.same(breaker.snapshot, [7, 1, 'closed', 0, null, 0])
  breaker.count(1, 0, false, 2)
  breaker.count(1, 0, true, 1)
  breaker.count(1, 0, false, 1)
  breaker.count(0, 0, false, 9)
  t.same(breaker.snapshot.slice(2, 4), ['closed', 2])
  breaker.count(1, 0, false, 1)
  t.same(breaker.snapshot, [7, 2, 'open', 0, 1000, 0])
  breaker.count(1, 0, true, 0)
  t.same(changes, ['closed > open'])
})

t.test('MachineBreaker: gives one trial, and takes it back from a worker that has left', async (t) => {
  const world = create({ maxErrors: 0 })
  const { breaker } = world
  breaker.count(1, 0, false, 1)
  world.now = 1000
  t.equal(breaker.claim(1), false, 'not yet')
  world.now = 1001
  t.same([breaker.claim(1), breaker.claim(2), breaker.claim(1)], [true, false, false])
  t.same(breaker.snapshot.slice(2), ['half-open', 0, null, 1])
  breaker.settle(2, 'success')
  breaker.left(2)
  t.equal(breaker.claim(2), false, 'only the worker that has it settles it')
  breaker.left(1)
  t.equal(breaker.claim(2), true)
  breaker.settle(2, 'ignored')
  t.equal(breaker.claim(1), true)
  breaker.settle(1, 'failure')
  t.equal(breaker.snapshot[2], 'open')
  world.now = 2002
  t.equal(breaker.claim(1), true)
  breaker.settle(1, 'success')
  t.same(world.changes, ['closed > open', 'open > half-open', 'half-open > open', 'open > half-open', 'half-open > closed'])
  t.equal(breaker.claim(1), false, 'closed')
})

t.test('MachineBreaker: an interval begins when the worker says that it did', async (t) => {
  const world = create({ maxErrors: 1, interval: 100 })
  const { breaker } = world
  breaker.count(1, 0, false, 1)
  world.now = 150
  breaker.count(1, 120, false, 1)
  t.same(breaker.snapshot, [7, 1, 'closed', 1, 220, 0], 'the failure of the interval before is forgotten')
  breaker.count(1, 120, false, 1)
  t.equal(breaker.snapshot[2], 'open')
})
