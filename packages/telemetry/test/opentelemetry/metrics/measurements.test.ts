import t from 'tap'
import { Measurements } from '../../../src/opentelemetry/metrics/measurements.ts'

t.test('measurements are recorded in their order, with their own numbers, before a place is used again', async (t) => {
  const waiting = new Measurements()
  const recorded: [name: string, first: number, last: number][] = []
  const pointOf = (name: string) => ({
    record: (numbers: Float64Array, at: number) => { recorded.push([name, numbers[at]!, numbers[at + 9]!]) }
  })
  const measure = (name: string, first: number, last: number): void => {
    const at = waiting.add(pointOf(name))
    waiting.numbers[at] = first
    waiting.numbers[at + 9] = last
  }
  for (let i = 0; i < 256; i++) measure(i % 2 === 0 ? 'even' : 'odd', i, -i)
  t.same(recorded, [])
  measure('next', 0.5, 1.5)
  t.same(recorded, Array.from({ length: 256 }, (_, i) => [i % 2 === 0 ? 'even' : 'odd', i, -i]))
  waiting.flush()
  t.same(recorded.slice(256), [['next', 0.5, 1.5]])
  waiting.flush()
  t.equal(recorded.length, 257)
})
