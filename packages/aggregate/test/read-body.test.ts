import t from 'tap'
import { readWhole } from '../src/read-body.ts'

t.test('readWhole: a Buffer is whole, null is empty', async (t) => {
  const body = Buffer.from('x')
  t.equal(readWhole(body, () => t.fail('never') as never), body)
  t.equal((readWhole(null, () => t.fail('never') as never) as Buffer).length, 0)
})
