import t from 'tap'
import { BreakerHub } from '../../src/workers/breaker-hub.ts'
import { createBreakerService } from '../../src/workers/breaker-service.ts'
import { WorkerBreaker } from '../../src/workers/worker-breaker.ts'
import { joinWorkers } from '../support/join-workers.ts'

const topic = 'qos/circuit-breaker'
const rule = { name: 'b', interval: 0, timeout: 1000, maxErrors: 1e9, logs: false }

t.test('BreakerHub: what is reported while a message is on its way is summed up in the next', async (t) => {
  const joined = joinWorkers(t, { [topic]: createBreakerService(topic) })
  const hub = new BreakerHub(joined.start(1), topic)
  const breakers = Array.from({ length: 10 }, (_, i) => new WorkerBreaker({ hub, name: `${i}`, rule }))
  await hub.settled()
  t.equal(joined.messages.length, 1)
  joined.hangs = true
  const fail = () => { for (const breaker of breakers) breaker.end(breaker.begin() as number, 'failure') }
  fail()
  await joined.quiet()
  for (let turn = 0; turn < 1000; turn++) {
    fail()
    if (turn % 100 === 0) await new Promise(setImmediate)
  }
  await joined.quiet()
  t.equal(joined.messages.length, 2, 'one at a time, though the primary hangs')
  joined.hangs = false
  await joined.quiet()
  t.equal(joined.messages.length, 3)
  const [, , , [, reports]] = joined.messages[2]![0] as unknown as [string, number, string, [string, unknown[][]]]
  t.same(reports.map((report) => report.at(-1)), Array(10).fill(1000))
})

t.test('BreakerHub: without a service for it, a breaker is the worker\'s own', async (t) => {
  const joined = joinWorkers(t, {})
  const hub = new BreakerHub(joined.start(1), topic)
  const breaker = new WorkerBreaker({ hub, name: 'x', rule: { ...rule, maxErrors: 0 } })
  await hub.settled()
  breaker.end(breaker.begin() as number, 'failure')
  t.throws(() => breaker.begin(), { message: 'circuit breaker is open' })
  hub.close()
})

t.test('BreakerHub: a breaker that was closed is not held again', async (t) => {
  const joined = joinWorkers(t, { [topic]: () => ({ call: () => new Promise(() => {}) }) })
  const bus = joined.start(1)
  const calls: unknown[] = []
  const hub = new BreakerHub({ ...bus, id: 1, count: 2, call (_topic: string, [, reports]: [string, unknown[][]]) { calls.push(reports.map(([what]) => what)); return Promise.reject(new Error('late')) } } as unknown as typeof bus, topic)
  const breaker = new WorkerBreaker({ hub, name: 'x', rule })
  breaker.close()
  await hub.settled()
  t.same(calls, [['hold', 'release']])
})
