import t from 'tap'
import { atSecond, findLocation, formatTime, fromDate, UTC, zeroTime } from '@floodgate/go'

const berlin = findLocation('Europe/Berlin')!

t.test('Instant: seconds and fraction, before 1970 too', async (t) => {
  const time = atSecond(0n, UTC).add(-1n)
  t.equal(time.seconds, -1)
  t.equal(time.fraction, 999_999_999)
  t.equal(zeroTime.seconds, -62_135_596_800)
})

t.test('fromDate: hours that a change of clocks skips or repeats, and days beyond the month', async (t) => {
  const write = (...date: [number, number, number, number, number]) => formatTime(fromDate(...date, 0, 0, berlin), '2006-01-02 15:04 MST')
  t.equal(write(2024, 3, 31, 2, 30), '2024-03-31 03:30 CEST')
  t.equal(write(2024, 10, 27, 2, 30), '2024-10-27 02:30 CET')
  t.equal(write(2023, 14, 30, 12, 0), '2024-03-01 12:00 CET')
})
