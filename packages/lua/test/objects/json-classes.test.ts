import t from 'tap'
import { createJsonClasses } from '../../src/objects/json-classes.ts'
import { markNumber } from '@floodgate/core'
import { failure, prepare, runScript } from '../support/run-script.ts'
import type { LuaValue } from '../../src/machine/values.ts'

const json = createJsonClasses()
const { luaTable, luaList, luaNil } = json.classes
const objects: Record<string, LuaValue> = { luaTable: luaTable.table, luaList: luaList.table, luaNil: luaNil.table }

/** What a script makes of a document, which is its global `d`. */
async function change (data: Record<string, unknown>, script: string): Promise<Record<string, unknown>> {
  const { run } = prepare({ objects: { ...objects, d: json.object(data) } })
  await run(script)
  return JSON.parse(JSON.stringify(data)) as Record<string, unknown>
}

const document = () => ({ a: 1, f: 1.5, s: 'ä', b: true, n: null, l: [1, 'x', { k: 'v' }, [2], null], o: { p: { q: 1 } }, big: markNumber('12345678901234567890'), exact: markNumber('1.0') })

t.test('luaTable: get', async (t) => {
  const read = async (source: string) => await runScript(source, { objects: { ...objects, d: json.object(document()) } })
  t.same(await read('return d:get("a"), d:get("f"), d:get("s"), d:get("b"), d:get("none"), type(d:get("n")), d:get("l"):get(2):get("k"), d:get("o"):get("p"):get("q"), d:get("big"), d:get("exact"), d:get("toString"), d:get("__proto__")'),
    [1, 1.5, 'ä', true, null, 'userdata', 'v', 1, Number('12345678901234567890'), 1, null, null])
  t.same(await read('return d:get("n") == nil, d:get("n") == luaNil.new(), #d:get("s"), d:len(), d:keyExists("n"), d:keyExists("x")'), [false, false, 2, 9, true, false])
  t.same(await read('local k = d:keys() return k:len(), k:get(0), k:get(1), k:get(8)'), [9, 'a', 'b', 's'])
})

t.test('luaTable: set and del', async (t) => {
  const changed = await change({ a: 1, gone: 2 }, `
    d:set('n', 1.5) d:set('s', 'ä') d:set('b', false) d:set('nil', luaNil.new()) d:set('none', nil) d:set('f', print)
    d:set('t', luaTable.new()) d:get('t'):set('x', 1) d:set('__proto__', 'p') d:set(5, 'five')
    d:del('gone') d:del('never') d:set('self', d:get('t'))`)
  t.same(changed, JSON.parse('{"a":1,"n":1.5,"s":"ä","b":false,"nil":null,"t":{"x":1},"__proto__":"p","5":"five","self":{"x":1}}'))
})

t.test('tables of Lua become JSON: lists are arrays only inside others', async (t) => {
  t.same(await change({}, "d:set('o', { a = 1, b = { 1, 2 }, c = {}, d = { x = { 'y' } }, [1.5] = 2, [true] = 3, e = { [10] = 'z', [2] = 'y' }, f = { ['1'] = 'one' }, n = luaNil.new(), l = luaList.new(), g = { 1, x = 2 } })"),
    { o: { a: 1, b: [1, 2], c: null, d: { x: ['y'] }, 1.5: 2, true: 3, e: ['y', 'z'], f: ['one'], n: null, l: [], g: { 1: 1, x: 2 } } })
  t.same(await change({}, "d:set('l', { 'a', 'b' }) d:set('e', {})"), { l: { 1: 'a', 2: 'b' }, e: {} })
  t.match(await failure("local t = {} t.t = t luaTable.new():set('t', t)", { objects }), /a table is in itself/)
})

t.test('luaList: from 0, and as a slice of Go', async (t) => {
  t.same(await runScript("local l = luaList.new() l:set(0, 'a') l:set(3, 'd') l:set(-1, 'x') return l:len(), l:get(0), type(l:get(1)), l:get(3), l:get(4), l:get(-1)", { objects }), [4, 'a', 'userdata', 'd', null, null])
  t.same(await change({ l: [1, 2, 3] }, "local l = d:get('l') l:set(1, 'two') l:set(5, 'far') l:set(0, 'unseen')"), { l: [1, 'two', 3] }, 'one that has grown is another')
  t.same(await change({ l: [1, 2, 3] }, "local l = d:get('l') l:set(4, 'far') d:set('l', l)"), { l: [1, 2, 3, null, 'far'] })
  t.same(await change({ l: [1, 2, 3] }, "local l = d:get('l') l:del(0) d:set('len', l:len()) l:del(9) l:del(-1)"), { l: [2, 3, null], len: 2 }, 'one that has shrunk moves its elements')
  t.same(await change({ l: [1, 2, 3] }, "local l = d:get('l') l:del(2) d:set('l', l)"), { l: [1, 2] })
  t.same(await change({ l: [] }, "d:get('l'):set(0, { 1, 2 }) d:set('m', luaList.new()) local l = luaList.new() l:set(0, { x = 1 }) d:set('m', l)"), { l: [], m: [{ x: 1 }] })
})

t.test('wrong arguments', async (t) => {
  for (const [source, message] of [
    ['luaTable.new():get()', 'need arguments'], ['luaTable.new():set("a")', 'need arguments'], ['luaTable.new():del()', 'need arguments'], ['luaTable.new():keyExists()', 'need arguments'], ['luaList.new():get()', 'need arguments'], ['luaList.new():set(1)', 'need arguments'], ['luaList.new():del()', 'need arguments'],
    ['luaTable.get = 1', 'attempt to change a table of the gateway'], ['rawset(luaTable, "new", 1)', 'attempt to change a table of the gateway'], ['setmetatable(luaTable, {})', 'attempt to change a table of the gateway'], ['table.insert(luaTable, 1)', 'attempt to change a table of the gateway'], ['getmetatable(luaTable.new()).__index.get = 1', 'attempt to change a table of the gateway'],
    ['local f = luaTable.new().get f(luaList.new(), "a")', 'response expected'], ['local f = luaList.new().get f(luaTable.new(), 1)', 'response expected'], ['local f = luaTable.new().len f(5)', 'bad argument #1 to len (userdata expected, got number)'],
    ['luaTable.new():get({})', 'bad argument #2 to get (string expected, got table)'], ['luaList.new():get("x")', 'bad argument #2 to get (number expected, got string)'],
    ['luaTable.new().x()', 'attempt to call a non-function object'], ['return luaTable.new() + 1', 'cannot perform add operation between userdata and number']
  ] as const) t.equal(await failure(source, { objects }), message, source)
  t.match(await failure('luaList.new():set(1e9, 1)', { objects }), /more than \d+ bytes/)
})

t.test('work on long texts and large objects counts', async (t) => {
  const d = json.object({ long: 'ä'.repeat(1e6), plain: 'x'.repeat(1e7), many: Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [i, i])) })
  for (const source of ['while true do d:get("long") end', 'while true do d:get("plain") end', 'local m = d:get("many") while true do m:len() end', 'local m = d:get("many") while true do m:keys() end', 'local s = ("x"):rep(1e7) while true do d:set("s", s) end', 'local s = ("x"):rep(1e7) while true do d:get(s) end']) {
    t.match(await failure(source, { objects: { ...objects, d } }), /^the script was ended/, source)
  }
})
