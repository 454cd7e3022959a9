import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

t.test('table: insert and remove', async (t) => {
  t.same(await runScript('local t = { 1, 2, 3 } table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 3, "x") return unpack(t)'), [0, 1, 'x', 2, 3, 4])
  t.same(await runScript('local t = {} table.insert(t, 5, "far") return #t, t[5]'), [5, 'far'])
  t.same(await runScript('local t = { 1, 2, 3 } local a, b, c = table.remove(t), table.remove(t, 1), table.remove(t, 9) return a, b, c, #t, t[1]'), [3, 1, null, 1, 2])
  t.same(await runScript('return table.remove({}), table.remove({}, 1)'), [null, null])
  t.equal(await failure('table.insert({})'), 'wrong number of arguments')
  t.equal(await failure('table.insert(nil, 1)'), 'bad argument #1 to insert (table expected, got nil)')
})

t.test('table.concat', async (t) => {
  t.same(await runScript('return table.concat({ 1, "b", 3 }, ", "), table.concat({}), table.concat({ 1, 2, 3 }, "", 2), table.concat({ 1, 2, 3 }, "-", 1, 2), table.concat({ 1 }, "x", 5)'), ['1, b, 3', '', '23', '1-2', ''])
  t.match(await failure('table.concat({ 1, {} })'), /cannot perform concat operation between table/)
})

t.test('table.sort', async (t) => {
  t.equal(await value('local t = { 3, 1, 2 } table.sort(t) return table.concat(t)'), '123')
  t.equal(await value('local t = { "b", "a", "C" } table.sort(t) return table.concat(t)'), 'Cab')
  t.equal(await value('local t = { 3, 1, 2 } table.sort(t, function(a, b) return a > b end) return table.concat(t)'), '321')
  t.match(await failure('table.sort({ 1, "x" })'), /attempt to compare/)
  t.match(await failure('table.sort({ 1, nil, 2 })'), /attempt to compare nil/)
  t.equal(await failure('table.sort({ 2, 1 }, function() error("e") end)'), 'e')
  t.type(await value('local t = {} for i = 1, 100 do t[i] = i % 7 end table.sort(t, function() return true end) return #t'), 'number', 'an order that is none ends too')
})

t.test('table.getn, maxn', async (t) => {
  t.same(await runScript('return table.getn({ 1, 2 }), table.maxn({ 1, 2, nil, 4 }), table.getn({})'), [2, 4, 0])
})
