import t from 'tap'
import { encodeQuery, readQuery } from '@floodgate/go'

t.test('readQuery: reads what url.ParseQuery reads', async (t) => {
  const read = (text: string) => ({ ...readQuery(text) })
  t.same(read('a=1&b=2&a=3&A=4'), { a: ['1', '3'], b: ['2'], A: ['4'] })
  t.same(read('a+b=c+d&e=%C3%A9&f&=g&h=i=j'), { 'a b': ['c d'], e: ['é'], f: [''], '': ['g'], h: ['i=j'] })
  t.same(read('a=%zz&b;c=1&%=2&d=3&&'), { d: ['3'] })
  t.equal(readQuery(''), null)
  t.same({ ...readQuery('/x?a=1&b=2', 3, new Set(['b'])) }, { b: ['2'] })
})

t.test('readQuery: any name is just a name', async (t) => {
  const query = readQuery('__proto__=1&constructor=2')!
  t.same(Object.keys(query), ['__proto__', 'constructor'])
  t.equal(Object.keys({}).length, 0)
  t.equal(readQuery('a=1')!['toString'], undefined)
})

t.test('encodeQuery: sorts by byte, spaces as plus', async (t) => {
  t.equal(encodeQuery({ b: ['1', '2'], a: ["x y&='()*~"], 10: ['t'], 9: ['n'] }), '10=t&9=n&a=x+y%26%3D%27%28%29%2A~&b=1&b=2')
  t.equal(encodeQuery({ '😀': ['1'], ﬀ: ['2'] }), '%EF%AC%80=2&%F0%9F%98%80=1')
  t.equal(encodeQuery(readQuery('x=%E9')!), 'x=%E9', 'a byte that is not UTF-8 stays')
})
