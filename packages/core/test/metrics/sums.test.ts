import t from 'tap'
import {
  createGrowth, createMetricRegistry, createMetricSums, joinFamilies, type MetricDefinition, type MetricFamily, type MetricReport,
  type MetricSample
} from '../../src/index.ts'

const counted: MetricDefinition = { name: 'acme_things_total', type: 'counter', help: 'Things.', labels: ['kind'] }
const timed: MetricDefinition = { name: 'acme_time_seconds', type: 'histogram', help: 'Time.', bounds: [0.5, 1] }
const gauges = (['sum', 'max', 'min', 'worker'] as const).map((over): MetricDefinition => ({ name: `acme_${over}`, type: 'gauge', help: 'x', over }))

/** A worker whose reports reach the sums as JSON, as between processes. */
function startWorker (id: number, sums: ReturnType<typeof createMetricSums>) {
  const registry = createMetricRegistry(id)
  const use = registry.use()
  const grow = createGrowth()
  const report = (question = 0): MetricReport => {
    const sent = JSON.parse(JSON.stringify(grow(registry.read(), question))) as MetricReport
    sums.add(id, sent)
    return sent
  }
  return { registry, use, report }
}

const valuesOf = (families: readonly MetricFamily[], name: string): readonly MetricSample[] =>
  families.find((family) => family.name === name)?.samples.map(([labels, value, buckets]) => buckets ? [labels, value, [...buckets as number[]]] : [labels, value]) ?? []

t.test('sums: counters of all workers, of those that ended too, never go back', (t) => {
  const sums = createMetricSums()
  const one = startWorker(1, sums)
  const two = startWorker(2, sums)
  const a = one.use.counter(counted, { kind: 'a' })
  const b = two.use.counter(counted, { kind: 'a' })
  const times = [one, two].map(({ use }) => use.histogram(timed))
  a.add(3)
  b.add(4)
  times[0]!.record(0.4)
  times[1]!.record(2)
  one.report()
  two.report()
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 7]])
  t.same(valuesOf(sums.read(), timed.name), [[{}, 2.4, [1, 0, 1]]])
  a.add()
  times[0]!.record(0.6)
  const { series, metrics, values, histograms } = one.report()
  t.same({ series, metrics, values, histograms }, { series: [], metrics: [], values: [0, 1], histograms: [[1, histograms[0]![1], 0, 1, 0]] }, 'only what has grown')
  t.same(one.report().values, [])
  sums.gone(1)
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 8]])
  const again = startWorker(1, sums)
  again.use.counter(counted, { kind: 'a' }).add(2)
  again.report()
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 10]])
  t.same(valuesOf(sums.read(), timed.name), [[{}, 3, [1, 1, 1]]])
  t.end()
})

t.test('sums: a counter that is kept elsewhere may begin again', (t) => {
  const sums = createMetricSums()
  const one = startWorker(1, sums)
  let kept = 5
  one.use.observe(counted, () => [[{ kind: 'a' }, kept]])
  one.report()
  kept = 2
  one.report()
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 7]])
  kept = NaN
  one.report()
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 7]])
  t.end()
})

t.test('sums: a report of a worker that has begun again counts beside those before', (t) => {
  const sums = createMetricSums()
  const first = startWorker(1, sums)
  first.use.gauge(gauges[0]!).add(2)
  first.use.counter(counted, { kind: 'a' }).add(3)
  first.report()
  const again = startWorker(1, sums)
  again.use.counter(counted, { kind: 'b' }).add(1)
  again.use.counter(counted, { kind: 'a' }).add(4)
  again.report()
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 7], [{ kind: 'b' }, 1]])
  t.same(valuesOf(sums.read(), gauges[0]!.name), [], 'its gauges are those of its new report')
  t.end()
})

t.test('sums: a report that is lost takes what it has with it, and nothing else', (t) => {
  const sums = createMetricSums()
  const { use, registry } = startWorker(1, sums)
  const grow = createGrowth()
  use.counter(counted, { kind: 'a' }).add(3)
  sums.add(1, grow(registry.read()))
  use.counter(counted, { kind: 'b' }).add(5)
  use.histogram(timed).record(1)
  grow(registry.read())
  use.counter(counted, { kind: 'b' }).add(5)
  use.counter(counted, { kind: 'c' }).add(7)
  use.histogram(timed).record(1)
  sums.add(1, grow(registry.read()))
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 3], [{ kind: 'c' }, 7]])
  t.end()
})

t.test('sums: histograms whose bounds change, one worker after the other and back', (t) => {
  const sums = createMetricSums()
  const wider: MetricDefinition = { ...timed, bounds: [0.5, 2] }
  const workers = [1, 2].map((id) => ({ grow: createGrowth(), id }))
  const report = (at: number, ...parts: [MetricDefinition, number[]][]) => {
    const { grow, id } = workers[at]!
    const families = parts.map(([definition, buckets]): MetricFamily => ({ ...definition, samples: [[{}, 9, buckets]] }))
    sums.add(id, JSON.parse(JSON.stringify(grow(families))) as MetricReport)
    return sums.read().map(({ bounds, samples }) => [bounds, [...samples[0]![2] as number[]]])
  }
  t.same(report(0, [timed, [1, 1, 1]]), [[[0.5, 1], [1, 1, 1]]])
  t.same(report(1, [timed, [2, 0, 0]]), [[[0.5, 1], [3, 1, 1]]])
  t.same(report(0, [timed, [1, 1, 1]], [wider, [1, 1, 0]]), [[[0.5, 2], [4, 2, 1]]])
  t.same(report(1, [timed, [2, 3, 0]], [wider, [0, 0, 1]]), [[[0.5, 2], [4, 5, 2]]])
  sums.gone(2)
  t.same(report(0, [wider, [1, 1, 0]], [timed, [1, 1, 2]]), [[[0.5, 1], [4, 4, 4]]], 'what is between 0.5 and 2 may be above 1')
  t.end()
})

t.test('sums: gauges are what their definition says, and vanish with their worker', (t) => {
  const sums = createMetricSums()
  const workers = [1, 2].map((id) => startWorker(id, sums))
  workers.forEach(({ use, report }, i) => {
    for (const gauge of gauges) use.gauge(gauge).add(3 + i)
    report()
  })
  const read = () => Object.fromEntries(gauges.map(({ name }) => [name, valuesOf(sums.read(), name)]))
  t.same(read(), { acme_sum: [[{}, 7]], acme_max: [[{}, 4]], acme_min: [[{}, 3]], acme_worker: [[{ worker: '1' }, 3], [{ worker: '2' }, 4]] })
  workers[0]!.use.gauge(gauges[0]!).add(-3)
  t.same(workers[0]!.report().values.length, 2)
  t.same(read().acme_sum, [[{}, 4]])
  sums.gone(2)
  t.same(read(), { acme_sum: [[{}, 0]], acme_max: [[{}, 3]], acme_min: [[{}, 3]], acme_worker: [[{ worker: '1' }, 3]] })
  sums.gone(1)
  t.same(sums.read(), [])
  t.end()
})

t.test('sums: what no worker has any more after a reload is left out', (t) => {
  const sums = createMetricSums()
  const workers = [1, 2].map((id) => startWorker(id, sums))
  for (const { use, report } of workers) {
    use.counter(counted, { kind: 'a' }).add()
    report()
  }
  for (const { use } of workers) use.release()
  workers[0]!.report()
  t.same(valuesOf(sums.read(), counted.name), [[{ kind: 'a' }, 2]])
  t.same(workers[1]!.report().gone, [0])
  t.same(sums.read(), [])
  t.end()
})

t.test('joinFamilies: the samples of both, and no labels twice', (t) => {
  const [sum, , , worker] = gauges as [MetricDefinition, MetricDefinition, MetricDefinition, MetricDefinition]
  t.same(joinFamilies(
    [{ ...worker, samples: [[{ worker: '0' }, 1]] }, { ...sum, samples: [[{}, 1]] }],
    [{ ...counted, samples: [[{}, 2]] }, { ...worker, samples: [[{ worker: '1' }, 2]] }, { ...sum, samples: [[{}, 5]] }]
  ).map(({ name, samples }) => [name, samples]), [
    ['acme_sum', [[{}, 1]]], ['acme_things_total', [[{}, 2]]], ['acme_worker', [[{ worker: '0' }, 1], [{ worker: '1' }, 2]]]
  ])
  t.end()
})
