import t from 'tap'
import { SpanSchedule } from '../../../src/opentelemetry/traces/span-schedule.ts'

t.test('what is scheduled is written in its order, many together', async (t) => {
  const schedule = new SpanSchedule()
  const written: number[] = []
  for (let i = 0; i < 127; i++) schedule.add(() => { written.push(i) })
  t.same(written, [])
  schedule.add(() => { written.push(127) })
  t.same(written, Array.from({ length: 128 }, (_, i) => i))
})

t.test('few are written when they have waited, again and again', async (t) => {
  const schedule = new SpanSchedule()
  // The timer does not keep the process running.
  const running = setInterval(() => {}, 1000)
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => { schedule.add(resolve) })
  clearInterval(running)
})

t.test('flush writes what waits, and what comes meanwhile later', async (t) => {
  const schedule = new SpanSchedule()
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
