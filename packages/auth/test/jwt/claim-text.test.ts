import t from 'tap'
import { claimText, claimTexts } from '../../src/jwt/claim-text.ts'

t.test('claimText: writes any value', async (t) => {
  const texts: [unknown, string][] = [['a', 'a'], [42, '42'], [-0, '0'], [1.5, '1.500000'], [0.1, '0.100000'], [-2.25, '-2.250000'], [0.0078125, '0.007812'], [0.0234375, '0.023438'], [123456.7891234, '123456.789123'], [1.0000001, '1'], [1e21, '1000000000000000000000'], [JSON.parse('1e999'), 'Infinity'], [true, 'true'], [null, 'null'], [undefined, ''], [[], ''], [['x', 1, true], 'x,1,true'], [{ b: [1, 2], a: '<' }, '{"a":"\\u003c","b":[1,2]}'], [{}, '{}'],
    [[1.5, 1e6, 999999, 0.00001, 12345678901, -0, null, ['n', 1], { b: 1, a: { c: null } }], '1.5,1e+06,999999,1e-05,1.2345678901e+10,-0,<nil>,[n 1],map[a:map[c:<nil>] b:1]']]
  for (const [value, text] of texts) t.equal(claimText(value), text)
  t.same(claimTexts(['x', 'y']), ['x', 'y'])
  t.same(claimTexts([]), [])
  t.same(claimTexts(undefined), [''])
})
