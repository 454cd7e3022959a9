import { compileGoTime } from '@floodgate/go/time'
import t from 'tap'
import { createLocalTime } from '../src/local-time.ts'

t.test('createLocalTime: writes what the layout of Go does, for any time', async (t) => {
  const write = createLocalTime(' - ')
  const go = compileGoTime('2006/01/02 - 15:04:05')
  const start = new Date(2026, 0, 31, 9, 15, 2).getTime()
  for (const ms of [start, start + 999, start + 1000, start - 1, start + 86_400_000 * 200, start + 999]) t.equal(write(ms), go(ms))
  t.equal(createLocalTime(' ')(start), '2026/01/31 09:15:02')
})
