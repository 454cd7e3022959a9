import { hashSync } from 'bcryptjs'
import t from 'tap'
import { createCompareThread } from '../../src/basic/compare-thread.ts'

t.test('createCompareThread: compares off the main thread, and starts again after it broke', async (t) => {
  const errors: Error[] = []
  const thread = createCompareThread((error) => { errors.push(error) })
  let turns = 0
  const count = setInterval(() => { turns++ }, 1)
  const slow = hashSync('right', 10)
  t.same(await Promise.all([thread.compare('right', slow), thread.compare('wrong', slow), thread.compare('x', 'no hash')]), [true, false, false])
  clearInterval(count)
  t.ok(turns > 0, 'the main thread went on')
  const lost = thread.compare('right', slow)
  await thread.close()
  t.equal(await lost, null)
  t.equal(await thread.compare('right', slow), true)
  await thread.close()
  t.same(errors, [])
})
