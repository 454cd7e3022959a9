import t from 'tap'
import { formatFloat } from '@floodgate/go'

t.test('formatFloat: writes what Go prints for %v', async (t) => {
  const texts: [number, string][] = [[1, '1'], [1.5, '1.5'], [-0.25, '-0.25'], [-0, '-0'], [100000, '100000'], [999999.5, '999999.5'], [1e6, '1e+06'], [123456789, '1.23456789e+08'], [1e21, '1e+21'], [1e100, '1e+100'],
    [0.0001, '0.0001'], [0.00001, '1e-05'], [9007199254740992, '9.007199254740992e+15'], [Infinity, '+Inf'], [-Infinity, '-Inf'], [NaN, 'NaN']]
  for (const [number, text] of texts) t.equal(formatFloat(number, 'g', -1), text)
})

t.test('formatFloat: rounds the exact value half to even, as %f and %e', async (t) => {
  for (const [number, digits, text] of [[0.5, 0, '0'], [1.5, 0, '2'], [2.5, 0, '2'], [0.125, 2, '0.12'], [1.005, 2, '1.00'], [1e21, 2, '1000000000000000000000.00'], [-0, 1, '-0.0'], [12.34567894, 6, '12.345679']] as const) t.equal(formatFloat(number, 'f', digits), text)
  t.equal(formatFloat(123456, 'e', 2), '1.23e+05')
  t.equal(formatFloat(5e-324, 'e', 3), '4.941e-324')
  t.equal(formatFloat(1234.5, 'g', 3), '1.23e+03')
})
