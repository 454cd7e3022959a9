import t from 'tap'
import { createMetricRegistry, type MetricSample, type PrimaryContext, type PrimaryService } from '@floodgate/core'
import type { BreakerRule, Report, Snapshot } from '../../src/workers/breaker-messages.ts'
import { createBreakerService } from '../../src/workers/breaker-service.ts'

const topic = 'qos/circuit-breaker'

function start () {
  const told: Snapshot[][] = []
  const lines: string[] = []
  const log = { warn (line: string) { lines.push(line) } }
  const service: PrimaryService = createBreakerService(topic)({ log, broadcast (_topic, value) { told.push(value as Snapshot[]) } } as PrimaryContext)
  return { told, lines, service, report: (worker: number, ...reports: Report[]) => service.call(['reports', reports], worker) as (Snapshot | null)[] }
}

const rule = (more: Partial<BreakerRule> = {}): BreakerRule => ({ name: 'b', interval: 0, timeout: 1e6, maxErrors: 0, logs: false, ...more })
const turn = () => new Promise(setImmediate)

t.test('createBreakerService: 10,000 breakers that open at once are told in one message', async (t) => {
  const { told, service, report } = start()
  const names = Array.from({ length: 10_000 }, (_, i) => `${i}`)
  for (const worker of [1, 2]) report(worker, ...names.map((name) => ['hold', name, rule()] as const))
  report(1, ...names.map((_, i): Report => ['count', i + 1, 1, 0, false, 1]))
  report(2, ...names.map((_, i): Report => ['count', i + 1, 1, 0, false, 1]))
  await turn()
  t.equal(told.length, 1)
  t.same(new Set(told[0]!.map(([, , state]) => state)), new Set(['open']))
  await service.close!()
})

t.test('createBreakerService: reports since when a breaker is open, over trials that fail, until it closes', async (t) => {
  const registry = createMetricRegistry()
  const service: PrimaryService = createBreakerService(topic)({ log: { warn () {} }, broadcast () {}, metrics: registry.use() } as unknown as PrimaryContext)
  const report = (...reports: Report[]) => service.call(['reports', reports], 1)
  const since = (): readonly MetricSample[] => registry.read().find(({ name }) => name === 'floodgate_breaker_open_since_timestamp_seconds')?.samples ?? []
  const labels = { breaker: 'b', endpoint: '/a', method: 'GET', backend: '/' }
  report(['hold', 'a', rule({ timeout: -1, labels })], ['hold', 'other', rule()])
  t.strictSame(since(), [])
  const begun = Date.now() / 1000
  report(['count', 1, 1, 0, false, 1], ['count', 2, 1, 0, false, 1])
  const opened = since()
  t.strictSame(opened.map(([of]) => of), [labels], 'only of those with metrics')
  t.ok(opened[0]![1] >= begun && opened[0]![1] <= Date.now() / 1000)
  for (const outcome of ['failure', 'success'] as const) {
    t.strictSame(since(), opened)
    service.call(['claim', 1], 1)
    t.strictSame(since(), opened, 'half open')
    report(['settle', 1, outcome])
  }
  t.strictSame(since(), [])
  await service.close!()
})

t.test('createBreakerService: a row is told when it begins and when it ends, not with each failure', async (t) => {
  const { told, report, service } = start()
  report(1, ['hold', 'a', rule({ maxErrors: 100 })])
  for (const [hadSuccess, failures] of [[false, 1], [false, 5], [false, 7], [true, 0], [true, 0]] as const) {
    report(1, ['count', 1, 1, 0, hadSuccess, failures])
    await turn()
  }
  t.same(told, [[[1, 1, 'closed', 1, null, 0]], [[1, 1, 'closed', 0, null, 0]]])
  await service.close!()
})

t.test('createBreakerService: breakers of a configuration that is gone are forgotten, with the trial that a worker had', async (t) => {
  const { told, report, service } = start()
  for (let round = 0; round < 200; round++) {
    const name = `of round ${round}`
    for (const worker of [1, 2]) report(worker, ['hold', name, rule({ timeout: 0 })])
    report(1, ['count', round + 1, 1, 0, false, 1])
    for (const worker of [1, 2]) report(worker, ['release', name])
    await turn()
    t.same([report(1, ['settle', round + 1, 'success']), service.call(['claim', round + 1], 1)], [[null], null])
  }
  t.equal(told.length, 0, 'nothing is told of what nobody has')
  await service.close!()
})

t.test('createBreakerService: logs a change once, in the words of the reference, where that is asked for', async (t) => {
  const { lines, report, service } = start()
  const long = 'n'.repeat(100_000)
  report(1, ['hold', 'a', rule({ logs: true, name: long })], ['hold', 'b', rule()])
  for (const worker of [1, 2]) report(worker, ['count', 1, 1, 0, false, 1], ['count', 2, 1, 0, false, 1])
  t.same(lines, [`circuit breaker named '${long}' went from 'closed' to 'open'`])
  await service.close!()
})
