import t from 'tap'
import { repeatReport } from '../../src/index.ts'

t.test('a worker reports at once and then without being asked, until it ends', async (t) => {
  let count = 0
  let end = () => {}
  // The timer of the reports does not keep the process running.
  const hold = setInterval(() => {}, 60_000)
  t.teardown(() => { clearInterval(hold) })
  await new Promise<void>((resolve) => {
    ({ end } = repeatReport(() => {
      count++
      if (count === 2) resolve()
    }))
    t.equal(count, 1)
  })
  end()
  t.equal(count, 2)
})

t.test('an answer to a question takes the place of the next report', (t) => {
  const timers = t.capture(globalThis, 'setTimeout', () => ({ unref: () => null }) as unknown as NodeJS.Timeout)
  const ended = t.capture(globalThis, 'clearTimeout')
  const questions: number[] = []
  const { answer, end } = repeatReport((question) => { questions.push(question) })
  answer(7)
  t.equal(timers().length, 2)
  t.ok(ended().length > 0, 'the first timer is gone')
  end()
  answer(8)
  t.strictSame(questions, [0, 7, 8])
  t.equal(timers().length, 0, 'none after the end')
  t.end()
})
