import t from 'tap'
import { createPoints } from '../../src/status/points.ts'

const at = (second: number) => [second * 1000, second] as const

t.test('points: the last ones all, one per ten seconds of those before, and not more than 600', (t) => {
  const points = createPoints()
  for (let second = 0; second < 1_000; second++) points.add(at(second))
  const times = points.list().map(([time]) => time / 1000)
  t.strictSame(times.slice(-300), Array.from({ length: 300 }, (_, i) => 700 + i))
  t.strictSame(times.slice(0, -300), Array.from({ length: 70 }, (_, i) => i * 10))
  for (let second = 1_000; second < 10_000; second++) points.add(at(second))
  t.equal(points.list().length, 600)
  t.end()
})

t.test('points: those that follow fast replace each other', (t) => {
  const points = createPoints()
  for (let i = 0; i < 100; i++) points.add([i, i])
  t.strictSame(points.list(), [[0, 0], [99, 99]])
  t.end()
})
