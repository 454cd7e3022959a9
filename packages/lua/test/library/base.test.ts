import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

t.test('tonumber: as the reference', async (t) => {
  for (const [args, number] of [
    ['5', 5], ['"5"', 5], ['" 5\\n"', 5], ['"-5"', -5], ['"+5"', 5], ['"1.5"', 1.5], ['".5"', 0.5], ['"1.5e3"', 1500], ['"1e3"', null], ['"0x1F"', 31], ['"0x"', null], ['"010"', 10], ['"ff", 16', 255], ['"zz", 36', 1295], ['"12", 2', null], ['"x"', null], ['""', null],
    ['true', null], ['{}', null], ['nil', null], ['"9223372036854775808"', null], ['"5 5"', null], ['"1,5"', null]
  ] as const) t.equal(await value(`return tonumber(${args})`), number, args)
  t.equal(await failure('tonumber()'), 'bad argument #1 to tonumber (value expected)')
})

t.test('tostring, type', async (t) => {
  t.same(await runScript('return tostring(nil), tostring(true), tostring(1.0), tostring("x"), type(nil), type(type)'), ['nil', 'true', '1', 'x', 'nil', 'function'])
  t.match(await value('return tostring({})'), /^table: 0x/)
  t.equal(await value('return tostring(setmetatable({}, { __tostring = function() return "mine" end }))'), 'mine')
  t.equal(await failure('type()'), 'bad argument #1 to type (value expected)')
})

t.test('assert, error, pcall, xpcall', async (t) => {
  t.same(await runScript('return assert(1, 2, 3)'), [1, 2, 3])
  t.equal(await failure('assert(false)'), 'assertion failed!')
  t.equal(await failure('assert(nil, "mine")'), 'mine')
  t.same(await runScript('return pcall(function(...) return ... end, 1, 2)'), [true, 1, 2])
  t.same(await runScript('return pcall(error)'), [false, '<string>:1: bad argument #1 to error (value expected)'])
  t.same(await runScript('return pcall(error, "e", 0)'), [false, 'e'])
  t.same(await runScript('return pcall(error, 5)'), [false, '<string>:1: 5'])
  t.same(await runScript('return xpcall(function() return 1, 2 end, print)'), [true, 1, 2])
  t.equal(await failure('xpcall(print)'), 'bad argument #2 to xpcall (function expected, got nil)')
})

t.test('select, unpack, next', async (t) => {
  t.same(await runScript('return select("#"), select("#", nil, nil), (select(2, "a", "b")), select(-1, "a", "b")'), [0, 2, 'b', 'b'])
  t.same(await runScript('return select(5, 1)'), [])
  t.match(await failure('select(0, 1)'), 'bad argument #1 to select (index out of range)')
  t.match(await failure('select("x", 1)'), "bad argument #1 to select (invalid string 'x')")
  t.same(await runScript('return unpack({ 1, 2, 3 })'), [1, 2, 3])
  t.same(await runScript('return unpack({ 1, 2, 3 }, 2)'), [2, 3])
  t.same(await runScript('return unpack({ 1, nil, 3 }, 1, 4)'), [1, null, 3, null])
  t.match(await failure('unpack({}, 1, 1e7)'), /too many results/)
  t.same(await runScript('local t = { a = 1 } return next(t), next({}), next(t, "a")'), ['a', null, null])
  t.equal(await failure('next({}, "x")'), "invalid key to 'next'")
})

t.test('raw access and metatables', async (t) => {
  t.same(await runScript('local t = setmetatable({}, { __index = function() return 1 end, __newindex = function() end }) rawset(t, "a", 2) t.b = 3 return t.x, rawget(t, "x"), rawget(t, "a"), rawget(t, "b"), rawequal(t, t), rawequal(1, 2)'), [1, null, 2, null, true, false])
  t.same(await runScript('local mt = { __metatable = "locked" } local t = setmetatable({}, mt) return getmetatable(t), getmetatable({}), pcall(setmetatable, t, {})'), ['locked', null, false, '<string>:1: cannot change a protected metatable'])
  t.match(await failure('setmetatable(1, {})'), /cannot set the metatable of a number/)
  t.match(await failure('setmetatable(nil, {})'), 'cannot set metatable to a nil object.')
  t.match(await failure('setmetatable({}, 1)'), /nil or table expected, got number/)
  t.equal(await value('return getmetatable("").__index == string'), true)
})

t.test('environments: setfenv, getfenv', async (t) => {
  t.same(await runScript('local env = {} local f = function() x = 5 return x end setfenv(f, env) return f(), env.x, x, getfenv(f) == env, getfenv() == _G, getfenv(1) == _G'), [5, 5, null, true, true, true])
  t.same(await runScript('local env = { _G = 1 } setfenv(1, env) y = 2 return env.y, _G'), [2, 1])
  t.same(await runScript('local function f() setfenv(2, { mark = 7 }) end f() return mark'), [7])
  t.match(await failure('setfenv(print, {})'), /cannot change the environment/)
})

t.test('loadstring, load: compile what a script has written', async (t) => {
  t.same(await runScript('return loadstring("local a = ... return a + 1")(2)'), [3])
  t.same(await runScript('local f, e = loadstring("x x") return f, e'), [null, "<string> line:1(column:3) near 'x':   parse error\n"])
  t.same(await runScript('local f, e = loadstring("x =", "name") return f, e'), [null, 'name at EOF:   parse error\n'])
  t.same(await runScript('local pieces = { "return ", 5, "" } local i = 0 return load(function() i = i + 1 return pieces[i] end)()'), [5])
  t.same(await runScript('return load(function() return {} end)'), [null, 'reader function must return a string'])
  t.equal(await value('local f = loadstring("error(\'e\')", "mine") local ok, e = pcall(f) return e'), 'mine:1: e')
})

t.test('no access to files', async (t) => {
  t.same(await runScript('return loadfile("/etc/passwd")'), [null, 'can not open file: /etc/passwd'])
  t.match(await failure('dofile("/etc/passwd")'), /scripts have no access to files/)
  t.match(await failure('require("os.path")'), /module os.path not found/)
})

t.test('the rest', async (t) => {
  t.same(await runScript('return collectgarbage(), 1'), [null, 1])
  t.equal(await value('return type(newproxy(true))'), 'userdata')
  t.equal(await value('return _VERSION'), 'Lua 5.1')
  t.equal(await value('return _G._G == _G'), true)
})

t.test('unpack: positions that cannot be counted on are errors', async (t) => {
  for (const at of ['2^53', '-math.huge', 'math.huge']) {
    t.match(await failure(`return unpack({}, ${at}, ${at})`), /too many results to unpack/, at)
  }
})

t.test('tonumber: texts that are longer than any number', async (t) => {
  t.equal(await value('return tonumber("1" .. (" "):rep(9000) .. "\\t")'), 1)
  t.equal(await value('return tonumber(("1"):rep(10001))'), null)
})
