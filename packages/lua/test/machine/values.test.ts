import t from 'tap'
import { LuaTable } from '../../src/machine/values.ts'

function entries (table: LuaTable): unknown[] {
  const found: unknown[] = []
  table.forEach((key, value) => { found.push([key, value]) })
  return found
}

/** The same with `next`. */
function walked (table: LuaTable): unknown[] {
  const found: unknown[] = []
  for (let entry = table.next(undefined); entry !== null && entry !== undefined; entry = table.next(entry[0])) found.push(entry)
  return found
}

t.test('LuaTable: the list first, then other keys in the order of their first use', (t) => {
  const table = new LuaTable()
  for (const [key, value] of [['b', 1], [2, 'two'], [1, 'one'], ['a', 2], [1.5, 'x'], [0, 'zero'], [true, 't'], [-1, 'm']] as const) table.set(key, value)
  table.set('b', undefined)
  table.set('b', 3)
  const expected = [[1, 'one'], [2, 'two'], ['b', 3], ['a', 2], [1.5, 'x'], [0, 'zero'], [true, 't'], [-1, 'm']]
  t.same(entries(table), expected)
  t.same(walked(table), expected)
  t.equal(table.get(1), 'one')
  t.equal(table.get('1'), undefined)
  t.equal(table.get(-0), 'zero')
  t.end()
})

t.test('LuaTable: the length is the position of the last element', (t) => {
  const table = new LuaTable()
  t.equal(table.length, 0)
  t.equal(table.set(5, 'e'), 5, 'places in between are taken')
  t.equal(table.length, 5)
  t.equal(table.set(5, undefined), 0)
  t.equal(table.length, 0)
  t.equal(table.growth(10), 10)
  t.equal(table.set(100, undefined), 0)
  t.equal(table.set(2 ** 30, 'far'), 1, 'far keys are no list')
  t.equal(table.get(2 ** 30), 'far')
  t.end()
})

t.test('LuaTable: keys may be removed while they are walked; others than its own are refused', (t) => {
  const table = new LuaTable()
  for (const key of ['a', 'b', 'c']) table.set(key, 1)
  const seen: unknown[] = []
  for (let entry = table.next(undefined); entry !== null && entry !== undefined; entry = table.next(entry[0])) {
    seen.push(entry[0])
    table.set(entry[0], undefined)
  }
  t.same(seen, ['a', 'b', 'c'])
  t.equal(table.next('none'), undefined)
  t.equal(new LuaTable().next(undefined), null)
  t.end()
})

t.test('LuaTable: a copy and its original do not see each other\'s changes', (t) => {
  const table = new LuaTable()
  table.set('a', 1)
  const copy = table.copy()
  const second = table.copy()
  copy.set('a', 2)
  copy.set('b', 3)
  table.set('c', 4)
  t.same([table, copy, second].map(entries), [[['a', 1], ['c', 4]], [['a', 2], ['b', 3]], [['a', 1]]])
  t.end()
})

t.test('a table: empty places at the end are dropped when its length is asked for', async (t) => {
  const table = new LuaTable()
  table.set(1, 'a')
  table.set(1000, 'b')
  table.set(1000, undefined)
  t.equal(table.length, 1)
  t.equal(table.list.length, 1)
})

t.test('a table: empty places that next passes are paid for', async (t) => {
  const table = new LuaTable()
  table.set(1000, 'b')
  let passed = 0
  t.same(table.next(undefined, { scan (length) { passed += length } }), [1000, 'b'])
  t.equal(passed, 999 * 16)
})
