import t from 'tap'
import fc from 'fast-check'
import { parseNanoseconds, writeDuration, writeMilliseconds } from '@floodgate/go'

t.test('writeDuration: writes what Go wrote (time.Duration)', async (t) => {
  const texts: [number | bigint, string][] = [
    [0, '0s'], [529, '529ns'], [1000, '1µs'], [4529, '4.529µs'], [1e6, '1ms'], [1.2e6, '1.2ms'], [1_234_567, '1.234567ms'],
    [999_999_999, '999.999999ms'], [1e9, '1s'], [2.5e9, '2.5s'], [60e9, '1m0s'], [62_001e6, '1m2.001s'], [1.0805e13, '3h0m5s'], [-1.5e9, '-1.5s'],
    [(1n << 63n) - 1n, '2562047h47m16.854775807s'], [-(1n << 63n), '-2562047h47m16.854775808s'], [3_600_000_000_001n, '1h0m0.000000001s']
  ]
  for (const [nanoseconds, want] of texts) t.equal(writeDuration(nanoseconds), want)
})

t.test('writeDuration: is read back as the same duration, whatever it is', async () => {
  fc.assert(fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (nanoseconds) => parseNanoseconds(writeDuration(nanoseconds)) === nanoseconds))
  fc.assert(fc.property(fc.maxSafeInteger(), (nanoseconds) => writeDuration(nanoseconds) === writeDuration(BigInt(nanoseconds))))
})

t.test('writeMilliseconds: leaves out the zeros at the end', async (t) => {
  for (const [ms, want] of [[0, '0s'], [1, '1ms'], [1500, '1.5s'], [0.5, '500µs'], [2000, '2s'], [300, '300ms'], [5_400_000, '1h30m'], [7_200_000, '2h'], [3_605_000, '1h0m5s'], [90_500, '1m30.5s'], [600_000, '10m'], [-1500, '-1.5s'], [1e-6, '1ns']] as const) t.equal(writeMilliseconds(ms), want)
})
