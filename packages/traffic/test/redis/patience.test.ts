import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createPatience } from '../../src/redis/patience.ts'

const late = () => new Error('late')

t.test('createPatience: passes on what comes in time, and ends what does not come', async (t) => {
  const inTime = createPatience(100, late)
  t.equal(await inTime(Promise.resolve('answer')), 'answer')
  await t.rejects(inTime(Promise.reject(new Error('refused'))), { message: 'refused' })
  const began = performance.now()
  await t.rejects(Promise.all([inTime(delay(1)), inTime(new Promise(() => {}))]), { message: 'late' })
  t.ok(performance.now() - began >= 95)
  await t.rejects(inTime(new Promise(() => {})), { message: 'late' }, 'and again')
})

t.test('createPatience: a pause of the process is not waiting', async (t) => {
  const inTime = createPatience(100, late)
  const answer = inTime(delay(120, 'answer'))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  t.equal(await answer, 'answer')
})

t.test('createPatience: an answer that comes too late is nobody\'s, nor is its failure', async (t) => {
  let refuse!: (error: Error) => void
  const inTime = createPatience(1, late)
  await t.rejects(inTime(new Promise((_resolve, reject) => { refuse = reject })), { message: 'late' })
  refuse(new Error('too late'))
  await new Promise(setImmediate)
})
