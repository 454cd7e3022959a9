import t from 'tap'
import { addMetrics, splitByWorker } from '../../../src/opentelemetry/metrics/add-metrics.ts'
import { Meter } from '../../../src/opentelemetry/metrics/meter.ts'
import { readProcessMetrics } from '../../../src/opentelemetry/metrics/process-metrics.ts'

t.test('meter: a histogram counts up to and including its bounds', (t) => {
  const meter = new Meter()
  const histogram = meter.histogram('http.server.duration', '', [1, 2], [['a', 'b']])
  for (const value of [0, 1, 1.5, 2, 3]) histogram.record(value)
  t.equal(meter.histogram('http.server.duration', '', [1, 2], [['a', 'b']]), histogram, 'the same attributes, the same point')
  t.match(meter.read(), [{ name: 'http.server.duration', kind: 'histogram', bounds: [1, 2], points: [{ attributes: [['a', 'b']], value: 7.5, buckets: [2, 2, 1] }] }])
  t.end()
})

t.test('meter: metrics of several processes add up by their attributes', (t) => {
  const one = new Meter()
  const other = new Meter()
  one.histogram('h', '', [1], [['s', 200]]).record(0.5)
  other.histogram('h', '', [1], [['s', 200]]).record(2)
  other.histogram('h', '', [1], [['s', 500]]).record(2)
  one.counter('c', 's', []).add(2)
  other.counter('c', 's', []).add(3)
  const sum = addMetrics([one.read(), other.read()])
  t.match(sum.find(({ name }) => name === 'c'), { kind: 'counter', points: [{ value: 5 }] })
  t.match(sum.find(({ name }) => name === 'h'), {
    points: [{ attributes: [['s', 200]], value: 2.5, buckets: [1, 1] }, { attributes: [['s', 500]], value: 2, buckets: [0, 1] }]
  })
  t.match(one.read().find(({ name }) => name === 'h'), { points: [{ value: 0.5, buckets: [1, 0] }] }, 'the sources are unchanged')
  t.end()
})

t.test('metrics of processes keep their values, one by one; others are added up', (t) => {
  const meter = new Meter()
  meter.counter('http.client.request.size', '', [['a', 'b']]).add(2)
  const own = [...meter.read(), ...readProcessMetrics()]
  const sums = addMetrics([splitByWorker(own, 1), splitByWorker(own, 2)])
  const started = Math.round(performance.timeOrigin) / 1000
  t.strictSame(sums.find(({ name }) => name === 'process_start_time_seconds')!.points, [
    { attributes: [['worker', '1']], value: started },
    { attributes: [['worker', '2']], value: started }
  ])
  t.strictSame(sums[0]!.points, [{ attributes: [['a', 'b']], value: 4 }])
  t.end()
})
