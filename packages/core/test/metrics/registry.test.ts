import t from 'tap'
import { createMetricRegistry, writeExposition, type MetricDefinition } from '../../src/index.ts'

const counted: MetricDefinition = { name: 'acme_things_total', type: 'counter', help: 'Things.', labels: ['kind'] }
const timed: MetricDefinition = { name: 'acme_time_seconds', type: 'histogram', help: 'Time.', bounds: [0.5, 1] }
const held: MetricDefinition = { name: 'acme_held', type: 'gauge', help: 'What is held.', labels: ['kind'] }
const own: MetricDefinition = { name: 'acme_own', type: 'gauge', help: 'Of each process.', over: 'worker' }

t.test('registry: series begin with 0, and equal labels share one', (t) => {
  const registry = createMetricRegistry(3)
  const use = registry.use()
  use.counter(counted, { kind: 'a' }).add()
  use.counter(counted, { kind: 'a' }).add(2)
  use.counter(counted, { kind: 'b' })
  const histogram = use.histogram(timed)
  for (const value of [0.5, 0.6, 7]) histogram.record(value)
  use.gauge(held, { kind: 'a' }).add(-1)
  use.observe(own, () => [[{}, 5]])
  t.equal(writeExposition(use.read()), `# HELP acme_held What is held.
# TYPE acme_held gauge
acme_held{kind="a"} -1
# HELP acme_own Of each process.
# TYPE acme_own gauge
acme_own{worker="3"} 5
# HELP acme_things_total Things.
# TYPE acme_things_total counter
acme_things_total{kind="a"} 3
acme_things_total{kind="b"} 0
# HELP acme_time_seconds Time.
# TYPE acme_time_seconds histogram
acme_time_seconds_bucket{le="0.5"} 1
acme_time_seconds_bucket{le="1"} 2
acme_time_seconds_bucket{le="+Inf"} 3
acme_time_seconds_sum 8.1
acme_time_seconds_count 3
`)
  const [, , , { samples: [[, , buckets]] }] = use.read() as never as [0, 0, 0, { samples: [[0, 0, number[]]] }]
  histogram.record(1)
  t.same(buckets, [1, 1, 1], 'what was read does not change')
  t.end()
})

t.test('registry: series outlive a reload while the next configuration has them', (t) => {
  const registry = createMetricRegistry()
  const before = registry.use()
  before.counter(counted, { kind: 'stays' }).add(4)
  before.counter(counted, { kind: 'goes' }).add(4)
  before.observe(held, () => [[{ kind: 'old' }, 1], [{ kind: 'both' }, 1]])
  const after = registry.use()
  after.counter(counted, { kind: 'stays' }).add()
  after.observe(held, () => [[{ kind: 'both' }, 2]])
  const held2 = (): unknown => registry.read().find(({ name }) => name === held.name)?.samples
  t.same(held2(), [[{ kind: 'old' }, 1], [{ kind: 'both' }, 2]], 'the later configuration is asked')
  before.release()
  before.release()
  t.same(held2(), [[{ kind: 'both' }, 2]])
  t.same(registry.read().find(({ name }) => name === counted.name)?.samples, [[{ kind: 'stays' }, 5]])
  after.release()
  t.same(registry.read(), [])
  const end = registry.include(() => [{ ...held, samples: [[{ kind: 'x' }, 1]] }, { ...counted, samples: [] }])
  t.same(registry.read().map(({ name }) => name), ['acme_held'])
  end()
  t.same(registry.read(), [])
  t.end()
})

t.test('registry: a configuration keeps what it will take later', (t) => {
  const registry = createMetricRegistry()
  const first = registry.use()
  first.counter(counted, { kind: 'a' }).add(2)
  first.counter(counted, { kind: 'b' }).add(3)
  const second = registry.use((name, { kind }) => name === counted.name && kind === 'a')
  const read = () => registry.read().flatMap(({ samples }) => samples.map(([{ kind }, value]) => [kind, value]))
  first.release()
  t.same(read(), [['a', 2]])
  const third = registry.use((_, { kind }) => kind === 'a')
  second.release()
  t.same(read(), [['a', 2]])
  third.counter(counted, { kind: 'a' }).add()
  t.same(read(), [['a', 3]])
  third.release()
  t.same(read(), [])
  t.end()
})

t.test('registry: refuses what Prometheus, or another metric, would not understand', (t) => {
  const use = createMetricRegistry().use()
  const refuses = (definition: Partial<MetricDefinition>, message: RegExp, labels = {}): void => {
    t.throws(() => use.counter({ ...counted, ...definition }, labels), { code: 'FG_ERR_METRIC_INVALID', message })
  }
  refuses({ name: 'acmeThings_total' }, /snake case/)
  refuses({ name: 'acme_things' }, /"_total"/)
  refuses({ help: '' }, /no help/)
  refuses({ bounds: [1] }, /histograms, and only they/)
  refuses({ labels: ['Kind'] }, /label "Kind" in snake case/)
  refuses({ labels: ['worker'] }, /label "worker" is set by/)
  refuses({}, /label "user" is not among/, { user: 'x' })
  refuses({ type: 'gauge' }, /is a gauge, and was asked for as a counter/)
  t.throws(() => use.histogram({ ...timed, bounds: [1, 1] }), /ascend/)
  t.throws(() => use.gauge({ ...held, name: 'acme_held_total' }), /only theirs/)
  use.counter(counted)
  refuses({ help: 'Others.' }, /another type, help/)
  t.doesNotThrow(() => use.counter({ ...counted }))
  t.end()
})

t.test('exposition: escapes labels, omits empty ones, and metrics without samples', (t) => {
  t.equal(writeExposition([
    { ...counted, samples: [] },
    { ...held, help: 'a\\b\nc', samples: [[{ kind: 'a"\\\n', none: '' }, 1.5], [{ none: '' }, 2]] },
    { ...timed, labels: ['kind'], samples: [[{ kind: 'x' }, 1, [0, 1, 0]]] }
  ]), `# HELP acme_held a\\\\b\\nc
# TYPE acme_held gauge
acme_held{kind="a\\"\\\\\\n"} 1.5
acme_held 2
# HELP acme_time_seconds Time.
# TYPE acme_time_seconds histogram
acme_time_seconds_bucket{kind="x",le="0.5"} 0
acme_time_seconds_bucket{kind="x",le="1"} 1
acme_time_seconds_bucket{kind="x",le="+Inf"} 1
acme_time_seconds_sum{kind="x"} 1
acme_time_seconds_count{kind="x"} 1
`)
  t.end()
})
