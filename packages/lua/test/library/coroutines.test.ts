import t from 'tap'
import { failure, runScript } from '../support/run-script.ts'

t.test('coroutine: values go both ways', async (t) => {
  t.same(await runScript(`
    local c = coroutine.create(function(a, b) local x, y = coroutine.yield(a + b) local z = coroutine.yield(x .. y) return z, 'end' end)
    local log = {}
    local function step(...) log[#log + 1] = table.concat({ coroutine.status(c), unpack({ ... }) }, ' ', 1, 1) return coroutine.resume(c, ...) end
    local _, first = step(1, 2) local _, second = step('a', 'b') local ok, z, last = step(9)
    return first, second, z, last, coroutine.status(c)`), [3, 'ab', 9, 'end', 'dead'])
})

t.test('coroutine: states and errors', async (t) => {
  t.same(await runScript('local c = coroutine.create(function() error("e") end) local ok, e = coroutine.resume(c) return ok, e, coroutine.status(c), coroutine.resume(c)'), [false, '<string>:1: e', 'dead', false, 'can not resume a dead thread'])
  t.same(await runScript('local c c = coroutine.create(function() return coroutine.status(c), coroutine.running() == c, coroutine.resume(c) end) return coroutine.resume(c)'), [true, 'running', true, false, 'can not resume a running thread'])
  t.same(await runScript('local outer outer = coroutine.create(function() local inner = coroutine.create(function() return coroutine.status(outer) end) return coroutine.resume(inner) end) return coroutine.resume(outer)'), [true, true, 'normal'])
  t.same(await runScript('return coroutine.running()'), [null])
  t.equal(await failure('coroutine.yield(1)'), 'can not yield from outside of a coroutine')
  t.match(await failure('coroutine.wrap(function() table.sort({ 2, 1 }, function() coroutine.yield() end) end)()'), /attempt to yield across/)
  t.match(await failure('coroutine.create(5)'), 'bad argument #1 to create (function expected, got number)')
  t.match(await failure('coroutine.resume(5)'), 'bad argument #1 to resume (thread expected, got number)')
})

t.test('coroutine.wrap: iterators, errors that go on, functions of the host', async (t) => {
  t.same(await runScript('local s = "" for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do s = s .. i end return s'), ['123'])
  t.equal(await failure('coroutine.wrap(function()\nerror("e") end)()'), 'e')
  t.same(await runScript('return pcall(coroutine.wrap(function() error("e") end))'), [false, '<string>:1: e'])
  t.same(await runScript('local f = coroutine.wrap(function() end) f() return pcall(f)'), [false, '<string>:1: can not resume a dead thread'])
  t.same(await runScript('return coroutine.wrap(tostring)(5)'), ['5'])
  t.same(await runScript('local c = coroutine.wrap(function() local ok, e = pcall(function() coroutine.yield(1) error("in") end) coroutine.yield(e) end) return c(), c()'), [1, '<string>:1: in'], 'across pcall')
})
