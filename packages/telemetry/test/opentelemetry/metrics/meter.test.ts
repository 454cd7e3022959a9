import t from 'tap'
import { Meter } from '../../../src/opentelemetry/metrics/meter.ts'

t.test('meter: a histogram counts up to and including its bounds', (t) => {
  const meter = new Meter()
  const histogram = meter.histogram('http.server.duration', '', [1, 2], [['a', 'b']])
  for (const value of [0, 1, 1.5, 2, 3]) histogram.record(value)
  t.equal(meter.histogram('http.server.duration', '', [1, 2], [['a', 'b']]), histogram, 'the same attributes, the same point')
  t.match(meter.read(), [{ name: 'http.server.duration', kind: 'histogram', bounds: [1, 2], points: [{ attributes: [['a', 'b']], value: 7.5, buckets: [2, 2, 1] }] }])
  t.end()
})

t.test('meter: with other bounds, what was counted before goes on', (t) => {
  const meter = new Meter()
  const of = (bounds: number[], name: string) => meter.histogram('h', '', bounds, [['a', name]])
  const read = () => meter.read().map(({ bounds, points }) => [bounds, points.map(({ attributes, value, buckets }) => [attributes[0]![1], value, [...buckets as Float64Array]])])
  const [before, after] = [[1, 2, 4], [2, 3, 4]]
  const first = of(before, 'b')
  for (const value of [0.5, 1.5, 3, 9]) first.record(value)
  of(after, 'b').record(2.5)
  first.record(1)
  of(after, 'c').record(1)
  t.strictSame(read(), [[after, [['b', 17.5, [3, 1, 1, 1]], ['c', 1, [1, 0, 0, 0]]]]])
  t.strictSame(meter.readParts().map(({ bounds }) => bounds), [before, after], 'parts are added up elsewhere')
  t.equal(of(before, 'b'), first, 'the bounds before that again')
  t.strictSame(read(), [[before, [['b', 17.5, [2, 1, 2, 1]], ['c', 1, [0, 1, 0, 0]]]]], 'no bucket lost a value')
  t.end()
})

t.test('meter: points that no configuration has any more are dropped', (t) => {
  const meter = new Meter()
  meter.counter('c', '', [['http.route', '/a']]).add(1)
  const kept = meter.counter('c', '', [['http.route', '/b']])
  kept.add(2)
  meter.prune(([attribute]) => attribute![1] === '/b')
  t.strictSame(meter.read().map(({ points }) => points), [[{ attributes: [['http.route', '/b']], value: 2 }]])
  t.equal(meter.counter('c', '', [['http.route', '/b']]), kept)
  t.end()
})

t.test('meter: what is scheduled is recorded before the metrics are read or pruned, and when many have come', async (t) => {
  const meter = new Meter()
  const counter = meter.counter('requests', '', [['http.route', '/a']])
  const count = () => { meter.waiting.add({ record: () => { counter.add(1) } }) }
  count()
  t.equal(counter.value, 0)
  t.equal(meter.read()[0]!.points[0]!.value, 1)
  for (let i = 0; i < 256; i++) count()
  t.equal(counter.value, 1)
  count()
  t.equal(counter.value, 257)
  count()
  meter.prune(() => true)
  t.equal(counter.value, 259)
})
