import t from 'tap'
import { repeatReport } from '../../src/index.ts'

t.test('a worker reports at once and then without being asked, until it ends', async (t) => {
  let count = 0
  let end = () => {}
  // The timer of the reports does not keep the process running.
  const hold = setInterval(() => {}, 60_000)
  t.teardown(() => { clearInterval(hold) })
  await new Promise<void>((resolve) => {
    end = repeatReport(() => {
      count++
      if (count === 2) resolve()
    })
    t.equal(count, 1)
  })
  end()
  t.equal(count, 2)
})
