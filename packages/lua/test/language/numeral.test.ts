import t from 'tap'
import { readNumeral } from '../../src/language/numeral.ts'

t.test('readNumeral: as the reference reads texts as numbers', (t) => {
  for (const [text, number] of [
    ['1', 1], [' 12\n', 12], ['-5', -5], ['+5', 5], ['1.5', 1.5], ['.5', 0.5], ['5.', 5], ['1e3', 1000], ['0x10', 16], ['010', 8], ['0b11', 3],
    ['1_000', 1000], ['inf', Infinity], ['-inf', -Infinity], ['12345678901234567890', Number('12345678901234567890')], ['0.1', 0.1], ['123456789012345.678', Number('123456789012345.678')]
  ] as const) t.equal(readNumeral(text), number, text)
  for (const text of ['', ' ', 'x', '1x', '0x', '1e', '--1', '1 2', '1,5', '1e999']) t.equal(readNumeral(text), null, text)
  t.end()
})
