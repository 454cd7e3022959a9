import t from 'tap'
import { shorten } from '../../../src/status/page/shorten.ts'

t.test('shorten: cuts long texts, and no character in halves', async (t) => {
  t.equal(shorten('abc', 3), 'abc')
  t.equal(shorten('abcd', 3), 'abc …')
  t.equal(shorten('ab😀d', 3), 'ab …')
  t.equal(shorten('a😀cd', 3), 'a😀 …')
})
