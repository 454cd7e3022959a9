import t from 'tap'
import { recordFor, selectFamilies, selectMetrics, selectSwitched } from '../../../src/opentelemetry/metrics/exporter-choice.ts'
import { createFamilies } from '../../../src/opentelemetry/metrics/families.ts'
import { Meter } from '../../../src/opentelemetry/metrics/meter.ts'

t.test('exporter choice: an exporter gets what all get and what it is chosen for, in one series each', (t) => {
  const meter = new Meter()
  // Counted before a reload chose the exporters.
  meter.counter('c', '', [['a', 1]]).add(4)
  meter.histogram('h', '', [1], [['a', 1]]).record(0.5)
  const chosen = recordFor(meter, ['two', 'one'])
  chosen.counter('c', '', [['a', 1]]).add(3)
  chosen.counter('c', '', [['a', 2]]).add(5)
  chosen.histogram('h', '', [1], [['a', 1]]).record(2)
  recordFor(meter, ['two']).counter('d', '', []).add(1)
  t.equal(recordFor(meter, ['one', 'two']).counter('c', '', [['a', 2]]).value, 5, 'the order of names does not matter')
  const read = (exporter: string) => selectMetrics(meter.read(), exporter).map(({ name, points }) => [name, points.map(({ attributes, value, buckets }) => [attributes, value, buckets && [...buckets as Float64Array]])])
  t.strictSame(read('one'), [
    ['c', [[[['a', 1]], 7, undefined], [[['a', 2]], 5, undefined]]],
    ['h', [[[['a', 1]], 2.5, [1, 1]]]]
  ])
  t.strictSame(read('three'), [['c', [[[['a', 1]], 4, undefined]]], ['h', [[[['a', 1]], 0.5, [1, 0]]]]])
  const families = createFamilies()(meter.read())
  const samples = (exporter: string) => selectFamilies(families, exporter).map(({ name, samples }) =>
    [name, samples.map(([labels, value, buckets]) => [Object.entries(labels).filter(([name]) => !name.startsWith('otel')), value, buckets && [...buckets as Float64Array]])])
  t.strictSame(samples('one'), [
    ['c_total', [[[['a', '1']], 7, undefined], [[['a', '2']], 5, undefined]]],
    ['d_total', []],
    ['h', [[[['a', '1']], 2.5, [1, 1]]]]
  ])
  t.strictSame(samples('two')[1], ['d_total', [[[], 1, undefined]]])
  t.end()
})

t.test('exporter choice: each exporter has its own switches for the metrics of the process and of the runtime', (t) => {
  const family = (name: string) => ({ name, type: 'gauge', help: '', samples: [] }) as const
  const families = ['http_server_duration', 'process_open_fds', 'nodejs_heap_size_used_bytes'].map(family)
  const exporters = [{ name: 'none' }, { name: 'both', process_metrics: true, go_metrics: true }, { name: 'go', go_metrics: true }]
  const names = (exporter: string) => selectSwitched(families, exporters, exporter).map(({ name }) => name)
  t.strictSame(names('none'), ['http_server_duration'])
  t.strictSame(names('go'), ['http_server_duration', 'nodejs_heap_size_used_bytes'])
  t.strictSame(names('both'), families.map(({ name }) => name))
  t.end()
})
