import { test } from 'tap'
import { describeSample, Sample } from '../../src/stats/sample.ts'

test('figures of a distribution', async (t) => {
  t.same(describeSample({ count: 0, values: [] }), {
    count: 0,
    max: 0,
    mean: 0,
    min: 0,
    'std-dev': 0,
    '50-percentile': 0,
    '75-percentile': 0,
    '95-percentile': 0,
    '99-percentile': 0,
    '999-percentile': 0
  })
  // As rcrowley/go-metrics describes the values 1 to 100, in any order.
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  const described = describeSample({ count: 100, values })
  t.equal(described.mean, 50.5)
  t.equal(described['50-percentile'], 50.5)
  t.equal(described['75-percentile'], 75.75)
  t.equal(described['99-percentile'], 99.99)
  t.equal(described['999-percentile'], 100)
  t.ok(Math.abs(described['std-dev'] - 28.866) < 0.001)
  t.equal(describeSample({ count: 1, values: [7] })['50-percentile'], 7)
})

test('more values than it keeps: all are counted, and each has the same chance', async (t) => {
  const sample = new Sample()
  for (let i = 0; i < 20_000; i++) sample.add(i)
  const { count, values } = sample.read()
  t.equal(count, 20_000)
  t.equal(values.length, 1028)
  t.equal(new Set(values).size, 1028)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  t.ok(mean > 8_500 && mean < 11_500, `the mean of a sample is near that of all: ${mean}`)
  sample.clear()
  t.same(sample.read(), { count: 0, values: [] })
})
