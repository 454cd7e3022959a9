import t from 'tap'
import { useOwnNames } from '../src/own-names.ts'

t.test('useOwnNames: leaves texts alone, and times without a zone', async (t) => {
  t.equal(useOwnNames("a.matches('.matches(') && x.matches == r'\\' && matches (\"\\\"matches(\", '''matches(''')"), "a.matchesOfOurs('.matches(') && x.matches == r'\\' && matchesOfOurs (\"\\\"matches(\", '''matches(''')")
  t.equal(useOwnNames("t.getHours() + t.getHours('UTC') + t.getHours( z ) + d.getHours( ) // t.getHours(z)"), "t.getHours() + t.getHoursOfOurs('UTC') + t.getHoursOfOurs( z ) + d.getHours( ) // t.getHours(z)")
})
