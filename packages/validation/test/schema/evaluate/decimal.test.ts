import fc from 'fast-check'
import t from 'tap'
import { canonicalText, compareDecimals, createIsMultiple, isMultiple, isWhole, readDecimal } from '../../../src/schema/evaluate/decimal.ts'

t.test('readDecimal: one text for all literals of a number', async (t) => {
  for (const literals of [['1', '1.0', '10e-1', '0.1e1', '1e0', '1E+0'], ['0', '-0', '0.000', '0e999'], ['-1.50', '-15e-1', '-0.015e2'], ['1e400', '10e399', `1${'0'.repeat(400)}`]]) {
    t.strictSame(new Set(literals.map((literal) => canonicalText(readDecimal(literal)))).size, 1, literals.join().slice(0, 60))
  }
  t.strictSame(['1', '1.5', '1e400', '1e-400', '150e-1', '-0.0'].map((literal) => isWhole(readDecimal(literal))), [true, false, true, false, true, true])
})

t.test('compareDecimals: in the order of numbers, exactly', async (t) => {
  const sorted = ['-1e400', '-12345678901234567891', '-12345678901234567890', '-1.5', '-1', '-1e-400', '0', '1e-400', '0.1', '0.10000000000000000001', '1', '9', '10', '99.9', '100', '1e400', '1e1000000000']
  for (const [i, a] of sorted.entries()) for (const [j, b] of sorted.entries()) t.equal(Math.sign(compareDecimals(readDecimal(a), readDecimal(b))), Math.sign(i - j), `${a} ${b}`)
})

t.test('isMultiple: as whole numbers say it', async (t) => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 1, max: 10 ** 12 }), fc.nat(12), fc.nat(12), (value, of, a, b) => {
    // value·10^-a by of·10^-b
    const expected = (value * 10n ** BigInt(b)) % (BigInt(of) * 10n ** BigInt(a)) === 0n
    return isMultiple(readDecimal(`${value}e-${a}`), readDecimal(`${of}e-${b}`)) === expected
  }), { seed: 18, numRuns: 500 })
})

t.test('createIsMultiple: decides about doubles as isMultiple does', async (t) => {
  const divisor = fc.constantFrom(0.01, 0.1, 0.5, 1, 2, 3, 7, 0.0001, 1e-7, 0.3, 1.1, 1e10, 1e16, 1e-16, 1e300, 123456789.125)
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.tuple(fc.maxSafeInteger(), fc.nat(20)).map(([digits, places]) => digits / 10 ** places), fc.tuple(fc.integer(), fc.nat(4)).map(([digits, places]) => digits / 10 ** places))
  fc.assert(fc.property(divisor, value, fc.integer(), (of, value, factor) => {
    for (const one of [value, of * factor, Number((of * factor).toPrecision(12))]) {
      if (Number.isFinite(one) && createIsMultiple(of)(one) !== isMultiple(readDecimal(String(one)), readDecimal(String(of)))) throw new Error(`${one} by ${of}`)
    }
  }), { seed: 18, numRuns: 2000 })
})
