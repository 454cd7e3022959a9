import t from 'tap'
import { SpanSchedule } from '../../../src/opentelemetry/traces/span-schedule.ts'

const fail = (error: unknown) => { throw error }

t.test('what is scheduled is written in its order, many together', async (t) => {
  const schedule = new SpanSchedule(fail)
  const written: number[] = []
  for (let i = 0; i < 127; i++) schedule.add(() => { written.push(i) })
  t.same(written, [])
  schedule.add(() => { written.push(127) })
  t.same(written, Array.from({ length: 128 }, (_, i) => i))
})

t.test('few are written when they have waited, again and again', async (t) => {
  const schedule = new SpanSchedule(fail)
  // The timer does not keep the process running.
  const running = setInterval(() => {}, 1000)
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => { schedule.add(resolve) })
  clearInterval(running)
})

t.test('flush writes what waits, and what comes meanwhile later', async (t) => {
  const schedule = new SpanSchedule(fail)
  const written: string[] = []
  schedule.add(() => {
    written.push('first')
    schedule.add(() => { written.push('second') })
  })
  schedule.flush()
  t.same(written, ['first'])
  schedule.flush()
  t.same(written, ['first', 'second'])
  schedule.flush()
  t.same(written, ['first', 'second'])
})

t.test('what cannot be written takes no other span with it', async (t) => {
  const errors: unknown[] = []
  const schedule = new SpanSchedule((error) => { errors.push(error) })
  const written: string[] = []
  schedule.add(() => { throw new Error('no text') })
  schedule.add(() => { written.push('second') })
  schedule.flush()
  t.same(written, ['second'])
  t.match(errors, [{ message: 'no text' }])
})
