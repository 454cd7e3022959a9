import t from 'tap'
import { parseDuration, parseNanoseconds } from '@floodgate/go'

t.test('parseDuration: reads what Go reads, in milliseconds', async (t) => {
  const table: Record<string, number | null> = {
    '2s': 2000,
    '300ms': 300,
    '1.5h': 5_400_000,
    '1h15m30.5s': 4_530_500,
    '.5s': 500,
    '1.s': 1000,
    '100us': 0.1,
    '100µs': 0.1,
    '100μs': 0.1,
    '-2s': -2000,
    '+2s': 2000,
    0: 0,
    '-0': 0,
    '0s': 0,
    '': null,
    soon: null,
    100: null,
    1.5: null,
    '1d': null,
    '2 s': null,
    s: null,
    '1s2': null,
    '1S': null,
    '.s': null,
    '9999999h': null
  }
  for (const [text, ms] of Object.entries(table)) {
    const read = parseDuration(text)
    t.ok(ms === null ? read === null : read !== null && Math.abs(read - ms) < 1e-9, `${JSON.stringify(text)} → ${ms}, got ${read}`)
  }
  t.ok(Math.abs(parseDuration('5ns')! - 5e-6) < 1e-12)
})

t.test('parseNanoseconds: says what Go says about what is not a duration', async (t) => {
  t.equal(parseNanoseconds('-1h30m'), -5_400_000_000_000n)
  t.equal(parseNanoseconds('-9223372036854775808ns'), -(1n << 63n))
  t.equal(parseNanoseconds('9223372036854775808ns'), 'time: invalid duration "9223372036854775808ns"')
  t.equal(parseNanoseconds('5'), 'time: missing unit in duration "5"')
  t.equal(parseNanoseconds('5 days'), 'time: unknown unit " days" in duration "5 days"')
  t.equal(parseNanoseconds('é'), String.raw`time: invalid duration "\xc3\xa9"`)
  t.equal(parseNanoseconds(`${'9'.repeat(1_000_000)}s`)?.toString().slice(0, 24), 'time: invalid duration "')
  t.equal(parseDuration(`${'0'.repeat(100)}1s`), 1000)
})
