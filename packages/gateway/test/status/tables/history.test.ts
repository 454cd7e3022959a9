import t from 'tap'
import type { MetricFamily, MetricSample } from '@floodgate/core'
import { createHistory, estimateQuantile } from '../../../src/status/tables/history.ts'

const requests = (...samples: MetricSample[]): MetricFamily => ({ name: 'requests_total', type: 'counter', help: 'Requests.', samples })

t.test('history: rates over the last 10 seconds', (t) => {
  const history = createHistory()
  const at = (second: number, value: number): number | null => {
    history.add([requests([{ endpoint: '/a' }, value])], second * 1000)
    return history.of('requests_total').rate(0)
  }
  t.equal(at(0, 100), null, 'one look has no rate')
  t.equal(at(1, 105), 5)
  t.equal(at(2, 105), 2.5)
  for (let second = 3; second <= 10; second++) at(second, 105)
  t.equal(at(11, 105), 0, 'what is older does not count')
  t.equal(at(12, 3), 0, 'a counter that begins again is not negative')
  t.equal(history.seconds, 10, 'over what time they are')
  t.end()
})

t.test('history: looks that follow fast replace each other', (t) => {
  const history = createHistory()
  history.add([requests([{}, 0])], 0)
  history.add([requests([{}, 10])], 10_000)
  for (let i = 1; i <= 100; i++) history.add([requests([{}, 10 + i])], 10_000 + i)
  t.equal(history.of('requests_total').rate(0), 110 / 10.1, 'the first one stays, however often somebody asks')
  t.equal(history.seconds, 10.1)
  t.end()
})

t.test('history: a series that is new began with 0', (t) => {
  const history = createHistory()
  history.add([requests()], 0)
  history.add([requests([{ endpoint: '/new' }, 4])], 2_000)
  t.equal(history.of('requests_total').rate(0), 2)
  t.end()
})

t.test('history: what was recorded, although buckets go on counting', (t) => {
  const history = createHistory()
  const buckets = new Float64Array([1, 0, 0])
  const family = (sum: number): MetricFamily => ({ name: 'seconds', type: 'histogram', help: 'Seconds.', bounds: [1, 2], samples: [[{}, sum, buckets]] })
  const recorded = () => history.of('seconds').recorded(0)
  history.add([family(1)], 0)
  history.add([family(1)], 1_000)
  t.equal(recorded(), null)
  buckets[1] = 3
  history.add([family(5)], 2_000)
  t.strictSame([...recorded()!], [0, 3, 0])
  t.end()
})

t.test('history: quantiles as Prometheus estimates them', (t) => {
  const bounds = [1, 2, 4]
  t.equal(estimateQuantile(0.5, bounds, null), null)
  t.equal(estimateQuantile(0.5, bounds, [0, 0, 0, 0]), null)
  t.equal(estimateQuantile(0.5, bounds, [10, 0, 0, 0]), 0.5)
  t.equal(estimateQuantile(0.75, bounds, [5, 0, 5, 0]), 3)
  t.equal(estimateQuantile(0.99, bounds, [0, 0, 0, 1]), 4, 'beyond the last bound')
  t.end()
})
