import t from 'tap'
import { Batch } from '../../src/opentelemetry/batch.ts'

t.test('Batch: functions run in their order when so many wait, or are asked to', async (t) => {
  const batch = new Batch(3)
  const ran: string[] = []
  for (const name of ['a', 'b']) batch.add(() => { ran.push(name) })
  t.same(ran, [])
  t.equal(batch.size, 2)
  batch.add(() => { ran.push('c') })
  t.same(ran, ['a', 'b', 'c'])
  t.equal(batch.size, 0)
  batch.add(() => { batch.add(() => { ran.push('e') }) })
  batch.flush()
  t.same(ran, ['a', 'b', 'c'], 'what they add waits')
  batch.flush()
  t.same(ran, ['a', 'b', 'c', 'e'])
})
