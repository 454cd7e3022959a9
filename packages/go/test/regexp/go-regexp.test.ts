import t from 'tap'
import { GoRegexp, quoteMeta } from '@floodgate/go'

const free = (): void => {}

t.test('GoRegexp: finds, replaces and splits as Go', async (t) => {
  t.same(new GoRegexp('a.').findAll('abaxa', -1, free), ['ab', 'ax'])
  t.same(new GoRegexp('').findAll('a😀', -1, free), ['', '', ''])
  t.same(new GoRegexp('.').findAll('a😀\udce9', -1, free), ['a', '😀', '\udce9'])
  t.same(new GoRegexp('(a)(b)?').groups('xa', free), ['a', 'a', undefined])
  t.equal(new GoRegexp('a').groups('x', free), null)
  // eslint-disable-next-line no-template-curly-in-string -- a group of Go's
  t.equal(new GoRegexp('(?P<y>\\d+)-(\\d+)').replace('on 24-05', '$2/${y}$$$9$yx', free, free), 'on 05/24$')
  t.equal(new GoRegexp('x*').replaceLiteral('abxc', '$1', free, free), '$1a$1b$1c$1')
  t.same(new GoRegexp(',').split('a,b,,c', 3, free), ['a', 'b', ',c'])
  t.equal(new GoRegexp(',').split('a', 0, free), null)
  t.equal(quoteMeta('a.b*[c]'), 'a\\.b\\*\\[c\\]')
})

t.test('GoRegexp: each search says before what it may cost', async (t) => {
  const costs: number[] = []
  const pattern = new GoRegexp('a{10}')
  pattern.matches('x'.repeat(1000), (work) => { costs.push(work) })
  t.ok(costs[0]! >= 10_000 && costs[0]! < 100_000)
  t.throws(() => pattern.findAll('x'.repeat(1000), -1, () => { throw new RangeError('too much') }), RangeError)
})

t.test('GoRegexp: refuses what is too large, and what is not Unicode', async (t) => {
  t.throws(() => new GoRegexp('\ud800'), { message: /invalid UTF-8/ })
  t.throws(() => new GoRegexp(Array.from({ length: 30 }, (_, i) => `(?:${'abcdefgh'[i % 8]}x?){900}`).join('')), { message: /expression too large/ })
})
