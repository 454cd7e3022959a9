import t from 'tap'
import type { MetricFamily, MetricLabels, MetricSample } from '@floodgate/core'
import { createHistory } from '../../../src/status/tables/history.ts'
import { createPivot } from '../../../src/status/tables/pivot.ts'

const a: MetricLabels = { endpoint: '/a', status: '200' }
const b: MetricLabels = { endpoint: '/b', status: '500' }

/** A table of requests by endpoint, with what a metric says once per second. */
function startTable (unify?: (labels: MetricLabels) => MetricLabels) {
  const history = createHistory()
  const table = createPivot({
    id: 'endpoints',
    title: 'Endpoints',
    empty: 'none',
    labels: [['endpoint', 'Endpoint']],
    known: [{ endpoint: '/known' }],
    ...unify && { unify },
    figures: [
      { title: 'Rate', metric: 'requests_total', unit: 'rate', as: 'rate' },
      { title: '5xx', metric: 'requests_total', unit: 'number', as: 'value', where: ({ status }) => status === '500' },
      { title: 'Last', metric: 'last', unit: 'time', as: 'latest' },
      { title: 'Was', metric: 'last', unit: 'text', as: 'latest', tell: ({ status = '' }) => status }
    ]
  })
  let second = 0
  return (requests: MetricSample[], last: MetricSample[] = [], version = 0) => {
    const families: MetricFamily[] = [
      { name: 'requests_total', type: 'counter', help: 'Requests.', samples: requests },
      { name: 'last', type: 'gauge', help: 'Last.', samples: last }
    ]
    history.add(families, second++ * 1000)
    return table.read(history, version).rows
  }
}

t.test('tally: rows with what their samples add up to', (t) => {
  const look = startTable()
  t.strictSame([...look([[a, 1], [{ ...a, status: '500' }, 2], [b, 4]]).values()], [
    ['/known', null, null, null, null], ['/a', null, 2, null, null], ['/b', null, 4, null, null]
  ])
  t.strictSame([...look([[a, 3], [{ ...a, status: '500' }, 3], [b, 4]]).values()], [
    ['/known', null, null, null, null], ['/a', 3, 3, null, null], ['/b', 0, 4, null, null]
  ])
  t.end()
})

t.test('tally: the latest of several times, and what it was', (t) => {
  const look = startTable()
  t.strictSame(look([], [[a, 7], [{ endpoint: '/a', status: '503' }, 9], [b, 8]]).get('/a'), ['/a', null, null, 9, '503'])
  t.strictSame(look([], [[a, 10], [{ endpoint: '/a', status: '503' }, 9], [b, 8]]).get('/a'), ['/a', null, null, 10, '200'])
  t.end()
})

t.test('tally: what has not changed is the same object, and what has is told', (t) => {
  const look = startTable()
  look([[a, 1], [b, 1]])
  const second = look([[a, 1], [b, 1]])
  const third = look([[{ ...a }, 1], [{ ...b }, 1]])
  t.equal(third, second, 'although the labels are other objects')
  const fourth = look([[a, 1], [b, 5]])
  t.not(fourth, third)
  t.equal(fourth.get('/a'), third.get('/a'))
  t.strictSame(fourth.get('/b'), ['/b', 1.3, 5, null, null])
  let last = fourth
  for (let second = 4; second <= 12; second++) last = look([[a, 1], [b, 5]])
  t.strictSame(last.get('/b'), ['/b', 0.4, 5, null, null])
  for (let second = 13; second <= 15; second++) last = look([[a, 1], [b, 5]])
  t.strictSame(last.get('/b'), ['/b', 0, 5, null, null], 'a rate ends when the window has passed')
  t.equal(look([[a, 1], [b, 5]]), last)
  t.strictSame(look([[a, 1], [b, 5]], [], 1), last, 'another version says the same here')
  t.end()
})

t.test('tally: series come and go', (t) => {
  const look = startTable()
  look([[a, 1]])
  look([[a, 1]])
  t.strictSame([...look([[b, 4], [a, 1]])], [['/known', ['/known', null, null, null, null]], ['/b', ['/b', 2, 4, null, null]], ['/a', ['/a', 0, null, null, null]]])
  t.strictSame([...look([[b, 4]]).keys()], ['/known', '/b'])
  t.end()
})

t.test('tally: labels of two metrics that name the same thing', (t) => {
  const look = startTable(({ endpoint = '' }) => ({ endpoint: endpoint.toUpperCase() }))
  t.strictSame([...look([[a, 1], [b, 2]]).keys()], ['/KNOWN', '/A', '/B'])
  t.end()
})
