import t from 'tap'
import { writeGoFloat } from '../../src/json/write-float.ts'

t.test('writeGoFloat: writes what Go prints', async (t) => {
  const texts: [number, string][] = [[1, '1'], [1.5, '1.5'], [-0.25, '-0.25'], [-0, '-0'], [100000, '100000'], [999999.5, '999999.5'], [1e6, '1e+06'], [123456789, '1.23456789e+08'], [1e21, '1e+21'], [1e100, '1e+100'],
    [0.0001, '0.0001'], [0.00001, '1e-05'], [9007199254740992, '9.007199254740992e+15'], [Infinity, '+Inf'], [-Infinity, '-Inf'], [NaN, 'NaN']]
  for (const [number, text] of texts) t.equal(writeGoFloat(number), text)
})
