import t from 'tap'
import { findLocation, formatTime, parseTime, timeProblem, UTC, type Instant } from '@floodgate/go'

const RFC3339 = '2006-01-02T15:04:05Z07:00'

t.test('parseTime: reads what a layout says, stray fractions too', async (t) => {
  const time = parseTime(RFC3339, '2024-02-29T23:59:58.123456789+05:30', UTC) as Instant
  t.equal(time.nanoseconds, 1709231398123456789n)
  t.equal(formatTime(time, '2006-01-02T15:04:05.000000000Z07:00'), '2024-02-29T23:59:58.123456789+05:30')
  const berlin = parseTime('Jan _2 2006 3:04PM', 'Jul  1 2024 5:30PM', findLocation('Europe/Berlin')!) as Instant
  t.equal(formatTime(berlin, 'Mon, 02 Jan 2006 15:04:05 MST'), 'Mon, 01 Jul 2024 17:30:00 CEST')
})

t.test('timeProblem: says what time.Parse says', async (t) => {
  t.equal(timeProblem('2006-01-02', '2024-02-29'), null)
  t.equal(timeProblem('2006-01-02', '2023-02-29'), 'parsing time "2023-02-29": day out of range')
  t.equal(timeProblem('2006-01-02', '2023-2-1'), 'parsing time "2023-2-1" as "2006-01-02": cannot parse "2-1" as "01"')
  t.equal(timeProblem('15:04', '15:04x'), 'parsing time "15:04x": extra text: "x"')
  t.equal(timeProblem('15:04', '25:04'), 'parsing time "25:04": hour out of range')
})
