import t from 'tap'
import { fnv128 } from '../../src/api-keys/fnv128.ts'

t.test('fnv128: the values of the FNV reference', async (t) => {
  t.equal(fnv128(''), '6c62272e07bb014262b821756295c58d')
  t.equal(fnv128('a'), 'd228cb69101a8caf78912b704e4a141e')
  t.equal(fnv128('ab'), '0880945aeeab1be95aa073305526c088')
})
