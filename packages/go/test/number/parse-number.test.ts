import t from 'tap'
import { parseFloat64, parseInt64, parseUint64 } from '@floodgate/go'

t.test('parseInt64, parseUint64: read 64 bits, and say what strconv says', async (t) => {
  t.equal(parseInt64('-9223372036854775808', 10), -(1n << 63n))
  t.equal(parseInt64('9223372036854775808', 10), 'value out of range')
  t.equal(parseUint64('18446744073709551615', 10), (1n << 64n) - 1n)
  t.equal(parseUint64('18446744073709551616', 10), 'value out of range')
  t.equal(parseInt64('+07', 10), 7n)
  t.equal(parseInt64('07', 0), 7n)
  t.equal(parseInt64('0x_ff', 0), 255n)
  t.equal(parseInt64('0b101', 0), 5n)
  for (const text of ['', '-', '1_0', '1.0', ' 1', '1e3', '+-1', 'x']) t.equal(parseInt64(text, 10), 'invalid syntax', text)
  t.equal(parseUint64('+1', 10), 'invalid syntax')
})

t.test('parseInt64: a very long text costs nothing', async (t) => {
  t.equal(parseInt64('9'.repeat(5_000_000), 10), 'value out of range')
  t.equal(parseInt64(`${'0'.repeat(100_000)}42`, 10), 42n)
  t.equal(parseUint64(`0x${'0'.repeat(40)}${'f'.repeat(16)}`, 0), (1n << 64n) - 1n)
})

t.test('parseFloat64: reads what strconv reads', async (t) => {
  for (const [text, value] of [['1.5e3', 1500], ['.5', 0.5], ['1_000.5', 1000.5], ['0x1p-2', 0.25], ['inf', Infinity], ['-Infinity', -Infinity]] as const) t.equal(parseFloat64(text), value, text)
  t.ok(Number.isNaN(parseFloat64('NaN')))
  t.equal(parseFloat64('1e400'), 'value out of range')
  for (const text of ['', '.', '1e', '0x1', '1__0', ' 1', '-nan']) t.equal(parseFloat64(text), 'invalid syntax', text)
})
