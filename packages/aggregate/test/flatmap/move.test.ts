import t from 'tap'
import { createFlatmap } from '@floodgate/aggregate'

const user = () => ({ id: 7, name: 'Ann', address: { city: 'Oslo', geo: { lat: 59.9, lon: 10.7 } }, tags: ['a', 'b', 'c'], orders: [{ id: 1, total: 10 }, { id: 2, total: 20 }], none: null })
const run = (data: unknown, ...operations: [type: string, ...args: string[]][]) => createFlatmap(operations.map(([type, ...args]) => ({ type, args })))!(data as never)

t.test('move: renames, lifts and lowers', async (t) => {
  t.match(run(user(), ['move', 'name', 'full']), { full: 'Ann' })
  t.match(run(user(), ['move', 'orders.*.total', 'orders.*.sum']), { orders: [{ id: 1, sum: 10 }, { id: 2, sum: 20 }] })
  t.match(run(user(), ['move', 'address.geo.lat', 'lat']), { lat: 59.9, address: { geo: { lon: 10.7 } } })
  t.match(run(user(), ['move', 'id', 'deep.er.id']), { deep: { er: { id: 7 } } })
  t.match(run(user(), ['move', 'orders.*.id', 'orders.*.ref.id']), { orders: [{ ref: { id: 1 } }, { ref: { id: 2 } }] })
  t.same(run({ a: { x: { v: 1 }, y: { v: 2 } } }, ['move', 'a.*.v', 'a.*']), { a: { x: null, y: null, '*': 2 } }, 'a * at the end is a name')
  t.same(run({ l: [{ in: { v: 1 } }, { in: { v: 2 } }] }, ['move', 'l.*.in.v', 'l.*.v']), { l: [{ in: null, v: 1 }, { in: null, v: 2 }] })
  t.same(run({ l: [{ v: 1 }, { v: 2 }] }, ['move', 'l.*.v', 'last']), { l: [null, null], last: 2 }, 'of many lifted to one name the last stays')
  t.match(run(user(), ['move', 'tags.0', 'first']), { first: 'a', tags: ['b', 'c'] })
  t.match(run(user(), ['move', 'name', 'a'], ['move', 'a', 'b.c']), { b: { c: 'Ann' } })
  t.same(run(user(), ['move', 'nope', 'x'], ['move', 'nope.y', 'x'], ['move', 'nope', 'x.y']), user())
})

t.test('append, move: lists as long as backends send them', async (t) => {
  // Searching each element among all takes minutes.
  const list = Array.from({ length: 100_000 }, (_, i) => i)
  t.same(createFlatmap([{ type: 'append', args: ['b', 'a'] }])!({ a: [...list], b: [...list] }), { a: [...list, ...list] })
  const lifted = createFlatmap([{ type: 'move', args: ['a.*.b.c', 'a.*.c'] }, { type: 'del', args: ['a.*.b'] }])!({ a: list.map((c) => ({ b: { c } })) })
  t.same(lifted, { a: list.map((c) => ({ c })) })
})
