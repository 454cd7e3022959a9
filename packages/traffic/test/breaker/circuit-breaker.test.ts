import { Call, CoreRequest, Fault, type Backend, type BackendResponse, type FeatureContext, type StepResponse } from '@floodgate/core'
import { features } from '@floodgate/traffic'
import t from 'tap'
import { CircuitBreaker, type Outcome } from '../../src/breaker/circuit-breaker.ts'
import { createKeep } from '../support/create-keep.ts'

/** A breaker with a clock to set. */
function breaker (options: { maxErrors: number, interval?: number, timeout?: number }) {
  const changes: string[] = []
  const world = { now: 0, changes, ask, circuit: null as unknown as CircuitBreaker }
  world.circuit = new CircuitBreaker({ name: 'b', interval: 0, timeout: 1000, ...options, clock: () => world.now, onChange: (from, to) => { changes.push(`${from} > ${to}`) } })
  function ask (outcome: Outcome): string {
    try {
      world.circuit.end(world.circuit.begin(), outcome)
      return outcome
    } catch (error) {
      return (error as Error).message
    }
  }
  return world
}

const open = 'circuit breaker is open'

t.test('CircuitBreaker: opens after one failure in a row more than it bears', async (t) => {
  const { ask, changes } = breaker({ maxErrors: 2 })
  t.same((['failure', 'failure', 'success', 'failure', 'failure'] as const).map(ask), ['failure', 'failure', 'success', 'failure', 'failure'])
  t.equal(ask('ignored'), 'ignored', 'which neither counts nor ends the row')
  t.same([ask('failure'), ask('success'), ask('success')], ['failure', open, open])
  t.same(changes, ['closed > open'])
})

t.test('CircuitBreaker: lets one trial through after its timeout', async (t) => {
  const world = breaker({ maxErrors: 0 })
  world.ask('failure')
  world.now = 1000
  t.equal(world.ask('success'), open, 'not before it is over')
  world.now = 1001
  const trial = world.circuit.begin()
  t.equal(world.ask('success'), 'too many requests')
  world.circuit.end(trial, 'ignored')
  world.circuit.end(world.circuit.begin(), 'failure')
  t.equal(world.ask('success'), open)
  world.now = 2002
  t.equal(world.ask('success'), 'success')
  t.equal(world.ask('success'), 'success')
  t.same(world.changes, ['closed > open', 'open > half-open', 'half-open > open', 'open > half-open', 'half-open > closed'])
})

t.test('CircuitBreaker: forgets failures with each interval, and outcomes of requests from before', async (t) => {
  const world = breaker({ maxErrors: 1, interval: 100 })
  world.ask('failure')
  const early = world.circuit.begin()
  world.now = 101
  t.equal(world.ask('failure'), 'failure')
  world.circuit.end(early, 'failure')
  t.equal(world.ask('success'), 'success', 'still closed')
})

const context = (lines: string[] = []) => ({ keep: createKeep(), model: { endpoints: [] }, workers: null, log: { warn: (line: string) => { lines.push(line) } } }) as unknown as FeatureContext
const backend = { method: 'GET', urlPattern: '/x', place: [] } as unknown as Backend
const request = () => new CoreRequest({} as CoreRequest['incoming'], new Call(0), 'GET', {}, {}, null, null)

t.test('qos/circuit-breaker: counts what rejects, not clients that go away', async (t) => {
  const feature = await features.find(({ namespace }) => namespace === 'qos/circuit-breaker')!.load!()
  const lines: string[] = []
  let kind: 'backend' | 'abort' | 'deadline' | null = 'abort'
  const step = feature.backend!({ interval: 60, timeout: 30, max_errors: 1, name: 'mine', log_status_change: true }, async () => {
    if (kind !== null) throw new Fault(kind, 'FG_ERR_TEST', kind)
    return { status: 500, complete: false } as StepResponse
  }, backend, context(lines))
  for (let i = 0; i < 3; i++) await t.rejects(step(request()), { message: 'abort' })
  kind = null
  await step(request())
  kind = 'backend'
  await t.rejects(step(request()), { message: 'backend' })
  kind = 'deadline'
  await t.rejects(step(request()), { message: 'deadline' })
  await t.rejects(step(request()), { code: 'FG_ERR_TRAFFIC_BREAKER_OPEN', message: open, status: 500 })
  t.same(lines, ["circuit breaker named 'mine' went from 'closed' to 'open'"])
})

t.test('qos/circuit-breaker: without a name it has the method and the path of its backend, without the query, which may carry a secret', async (t) => {
  const secret = { ...backend, method: 'POST', urlPattern: '/a/{id}?key=geheim&b=?' } as Backend
  const of = async (namespace: string) => await features.find((feature) => feature.namespace === namespace)!.load!()
  const lines: string[] = []
  const settings = { interval: 60, timeout: 30, max_errors: 1, log_status_change: true }
  const step = (await of('qos/circuit-breaker')).backend!(settings, async () => { throw new Fault('backend', 'FG_ERR_TEST', 'down') }, secret, context(lines))
  for (let i = 0; i < 2; i++) await t.rejects(step(request()), { message: 'down' })
  const exchange = (await of('qos/circuit-breaker/http')).exchange!(settings, async () => ({ status: 500, headers: {}, body: null }) as BackendResponse, secret, context(lines))
  for (let i = 0; i < 2; i++) await exchange(request())
  const line = "circuit breaker named 'POST /a/{id}' went from 'closed' to 'open'"
  t.same(lines, [line, line])
})

t.test('qos/circuit-breaker: a negative max_errors never opens', async (t) => {
  const feature = await features.find(({ namespace }) => namespace === 'qos/circuit-breaker')!.load!()
  const step = feature.backend!({ interval: 60, timeout: 30, max_errors: -1 }, async () => { throw new Fault('backend', 'FG_ERR_TEST', 'down') }, backend, context())
  for (let i = 0; i < 10; i++) await t.rejects(step(request()), { message: 'down' })
})

t.test('qos/circuit-breaker/http: counts statuses that are not listed, and passes them on', async (t) => {
  const feature = await features.find(({ namespace }) => namespace === 'qos/circuit-breaker/http')!.load!()
  let status = 404
  const exchange = feature.exchange!({ max_errors: 1, timeout: 30, valid_status_codes: [200, 404] }, async () => ({ status, headers: {}, body: null }) as BackendResponse, backend, context())
  for (let i = 0; i < 3; i++) t.equal((await exchange(request())).status, 404)
  status = 201
  t.equal((await exchange(request())).status, 201)
  t.equal((await exchange(request())).status, 201)
  await t.rejects(exchange(request()), { message: open, detail: `${open}: GET /x` })
})
