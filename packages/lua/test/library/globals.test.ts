import t from 'tap'
import { runScript, value } from '../support/run-script.ts'

t.test('createGlobals: what is open without allow_open_libs, and with it', async (t) => {
  t.same(await runScript('return type(string), type(math), type(os), type(io), type(coroutine), type(debug), type(table), type(require), type(package.loaded.table)', { all: false }), ['nil', 'nil', 'nil', 'nil', 'nil', 'nil', 'table', 'function', 'table'])
  t.same(await runScript('return type(string), type(math), type(os), type(io), type(coroutine), type(debug), type(table)'), Array.from({ length: 7 }, () => 'table'))
})

t.test('createGlobals: what one script changes, no other sees', async (t) => {
  await runScript('string.rep = nil string.mine = 1 table.insert = 5 math.pi = 3 package.loaded.x = 1 package.preload.y = print print = nil getmetatable("").__index = nil new = 1 setmetatable(_G, { __index = function() return "!" end }) setmetatable(string, { __index = function() return "!" end })')
  t.same(await runScript('return type(string.rep), string.mine, type(table.insert), math.pi > 3.1, package.loaded.x, package.preload.y, type(print), ("x"):rep(2), new, getmetatable(_G), getmetatable(string)'), ['function', null, 'function', true, null, null, 'function', 'xx', null, null, null])
})

t.test('require: what is loaded, and package.preload', async (t) => {
  t.same(await runScript('package.preload.mine = function(name) return { name = name } end return require("mine").name, require("mine") == require("mine"), require("string") == string'), ['mine', true, true])
  t.equal(await value('package.preload.mine = function() end return require("mine")'), true)
})

t.test('print: a line for each call, values with tabs between', async (t) => {
  const lines: string[] = []
  await runScript('print(1, nil, "x", setmetatable({}, { __tostring = function() return "t" end })) print()', { host: { print: (line: string) => { lines.push(line) } } })
  t.same(lines, ['1\tnil\tx\tt', ''])
})
