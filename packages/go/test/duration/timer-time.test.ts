import t from 'tap'
import { timerTime } from '@floodgate/go/duration'

t.test('timerTime: what a timer of Node waits; beyond it, it would fire at once', async (t) => {
  for (const ms of [-1, 0, 0.5, 2000, 2 ** 31 - 1]) t.equal(timerTime(ms), ms)
  const warnings: string[] = []
  const note = ({ name }: Error): void => { warnings.push(name) }
  process.on('warning', note)
  t.teardown(() => { process.off('warning', note) })
  for (const ms of [2 ** 31, 3.6e9, 9e15, Infinity]) {
    t.equal(timerTime(ms), 2 ** 31 - 1)
    clearTimeout(setTimeout(() => {}, timerTime(ms)))
  }
  await new Promise(setImmediate)
  t.same(warnings, [])
})
