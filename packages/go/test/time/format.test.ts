import t from 'tap'
import { findLocation, formatTime, fromDate, UTC } from '@floodgate/go'

const time = fromDate(2009, 2, 4, 21, 0, 57, 12_345_600, findLocation('America/New_York')!)

t.test('formatTime: writes what Go wrote (time.Format)', async (t) => {
  for (const [layout, text] of [
    ['Mon Jan _2 15:04:05.000 MST 2006', 'Wed Feb  4 21:00:57.012 EST 2009'], ['Monday, January 2, 06 3:4:5pm', 'Wednesday, February 4, 09 9:0:57pm'], ['002 __2 _2006', '035  35 _2009'], ['15h,999999999s.00', '21h,0123456s.01'],
    ['-07 -0700 -07:00 -070000 -07:00:00', '-05 -0500 -05:00 -050000 -05:00:00'], ['Z07:00 Z0700', '-05:00 -0500'], ['Januar Month Jane', 'Januar Month Jane']
  ] as const) t.equal(formatTime(time, layout), text, layout)
  t.equal(formatTime(time.in(UTC), '2006-01-02T15:04:05Z07:00'), '2009-02-05T02:00:57Z')
  t.equal(formatTime(fromDate(-5, 1, 1, 0, 0, 0, 0, UTC), '2006 06'), '-0005 00')
})
