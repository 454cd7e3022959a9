import t from 'tap'
import { createFlatmap } from '@floodgate/aggregate'

const user = () => ({ id: 7, name: 'Ann', address: { city: 'Oslo', geo: { lat: 59.9, lon: 10.7 } }, tags: ['a', 'b', 'c'], orders: [{ id: 1, total: 10 }, { id: 2, total: 20 }], none: null })
const run = (data: unknown, ...operations: [type: string, ...args: string[]][]) => createFlatmap(operations.map(([type, ...args]) => ({ type, args })))!(data as never)

t.test('createFlatmap: nothing to do is nothing at all', async (t) => {
  t.equal(createFlatmap(undefined), null)
  t.equal(createFlatmap([]), null)
  t.equal(createFlatmap([{ type: 'made-up', args: ['a'] }, { type: 'move', args: ['a'] }]), null)
  t.equal(run(null, ['del', 'a']), null)
})

t.test('createFlatmap: untouched branches are handed on as they are', async (t) => {
  const data = user()
  t.equal(run(data, ['del', 'id'])!.orders, data.orders)
})

t.test('del: removes fields, elements and all of them', async (t) => {
  t.match(run(user(), ['del', 'orders.*.total', 'none', 'address.geo']), { orders: [{ id: 1 }, { id: 2 }], address: { city: 'Oslo' } })
  t.same(run(user(), ['del', 'tags.0'])!.tags, ['b', 'c'])
  t.same(run(user(), ['del', 'tags.0'], ['del', 'tags.1'])!.tags, ['c'], 'a list keeps its labels')
  t.equal(run(user(), ['del', 'tags.*'])!.tags, null, 'what lost all its children is null')
  t.notOk('city' in (run(user(), ['del', '*.city'])!.address as object))
  t.same(run(user(), ['del', 'x.y.z', 'name.first', 'tags.9']), user())
  t.same(run({ a: {}, b: [] }, ['del', 'a.x', 'b.0']), { a: {}, b: [] }, 'empty ones stay empty')
  t.equal(run({ a: 1 }, ['del', 'a']), null)
})

t.test('append: puts one list behind another', async (t) => {
  const data = () => ({ a: [1, 2], b: [3], c: 'text', d: { list: [4] }, e: [] })
  t.match(run(data(), ['append', 'a', 'b']), { b: [3, 1, 2], a: undefined })
  t.match(run(data(), ['append', 'd.list', 'a']), { a: [1, 2, 4], d: null })
  t.match(run(data(), ['append', 'a', 'e']), { e: [1, 2] })
  for (const [from, to] of [['a', 'nope'], ['nope', 'a'], ['c', 'a'], ['a', 'c']] as const) t.same(run(data(), ['append', from, to]), data())
  t.same(run({ l: [{ v: 1 }, { v: 2 }], all: [] }, ['append', 'l.*.v', 'all']), { l: [null, null], all: [1, 2] })
  t.same(run({ a: [{ x: 1 }], b: [{ y: 1 }] }, ['append', 'a', 'b']), { b: [{ y: 1 }, { x: 1 }] })
})
