import t from 'tap'
import { writeValue } from '@floodgate/go'

t.test('writeValue: writes decoded JSON as %v, keys sorted by byte', async (t) => {
  const value = { b: [1, null, { y: true }], a: 'x', ﬀ: 1, '😀': 2, 10: 'ten', 9: 'nine' }
  t.equal(writeValue(value, String), 'map[10:ten 9:nine a:x b:[1 <nil> map[y:true]] ﬀ:1 😀:2]')
  t.equal(writeValue(undefined, String), '<nil>')
  t.equal(writeValue([], String), '[]')
})
