import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { LuaAbort } from '../../src/machine/lua-abort.ts'
import { native } from '../../src/library/arguments.ts'
import { failure, prepare, runScript, value } from '../support/run-script.ts'

/** Runs a hostile script to its end; the code of the error, and how often others had their turn meanwhile. */
async function end (source: string, limits = {}): Promise<{ code: string, turns: number }> {
  let turns = 0
  let isOver = false
  const watch = (async () => { for (;;) { await turn(); if (isOver) return; turns++ } })()
  let code = 'ended'
  try {
    await runScript(source, { limits })
  } catch (error) {
    code = error instanceof LuaAbort ? error.code : (error as Error).message
  }
  isOver = true
  await watch
  return { code, turns }
}

const endless: Record<string, string> = {
  'an endless loop': 'while true do end',
  'an endless loop that catches errors': 'while true do pcall(function() while true do end end) end',
  'an endless loop with a handler of errors': 'while true do xpcall(function() while true do end end, function() while true do end end) end',
  'an endless goto': '::a:: goto a',
  'an endless repeat': 'repeat local x = 1 until false',
  'an endless count': 'for i = 1, 0, 0 do end for i = 1, 2, 0 do end for i = 1, math.huge do end',
  'endless tail calls': 'local function f() return f() end return f()',
  'coroutines that resume each other for ever': 'local function f() while true do coroutine.yield() end end local c = coroutine.wrap(f) while true do c() end',
  'a coroutine that loops': 'coroutine.wrap(function() while true do end end)()',
  'an iterator without end': 'for x in function() return 1 end do end',
  'loops compiled by the script': 'loadstring("while true do end")()'
}

const uninterrupted: Record<string, string> = {
  'a comparison without end': 'table.sort({3, 2, 1}, function(a, b) while true do end end)',
  'a replacement without end': '("a"):gsub("a", function() while true do end end)',
  'an index without end': 'local t = setmetatable({}, { __index = function() while true do end end }) return t.x',
  'a tostring without end': 'tostring(setmetatable({}, { __tostring = function() while true do end end }))',
  'a loader without end': 'load(function() while true do end end)'
}

t.test('Interpreter: a script without end is ended, and others have their turns meanwhile', async (t) => {
  for (const [name, source] of Object.entries(endless)) {
    const { code, turns } = await end(source, { instructions: 3_000_000 })
    t.equal(code, 'FG_ERR_LUA_INSTRUCTIONS', name)
    t.ok(turns > 0, name)
  }
})

t.test('Interpreter: functions that a library calls have fewer instructions, because nothing interrupts them', async (t) => {
  for (const [name, source] of Object.entries(uninterrupted)) t.equal((await end(source)).code, 'FG_ERR_LUA_INSTRUCTIONS', name)
  // Each call has its own.
  t.equal((await end('for i = 1, 3 do ("a"):gsub("a", function() for i = 1, 2e5 do end end) end')).code, 'ended')
})

const greedy: Record<string, string> = {
  'a string of 100 MB': 'return #("x"):rep(100 * 1024 * 1024)',
  'strings that double': 'local s = "x" while true do s = s .. s end',
  'a repeated string, repeated': 'local s = ("x"):rep(1e6) return s:rep(1e6)',
  'many strings': 'local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end',
  'long strings, read': 'local t = {} local s = ("x"):rep(1e6) for i = 1, 1e9 do t[i] = s .. i t[i]:byte(1) end',
  'a large table': 'local t = {} for i = 1, 1e9 do t[i] = i end',
  'a table with a far index': 'local t = {} t[6e7] = 1',
  'a table of keys': 'local t = {} for i = 1, 1e9 do t["k" .. i] = i end',
  'tables in tables': 'local t = {} for i = 1, 1e9 do t = { t } end',
  closures: 'local f for i = 1, 1e9 do local g = f f = function() return g end end',
  coroutines: 'local t = {} for i = 1, 1e9 do t[i] = coroutine.create(print) end',
  'a concatenation': 'local t = {} for i = 1, 1000 do t[i] = ("x"):rep(1e4) end for i = 1, 1000 do t[i] = table.concat(t) end',
  'a replacement that grows': 'local s = ("a"):rep(1e5) while true do s = s:gsub("a", "aa") end',
  'a format': 'local t = {} for i = 1, 1e9 do t[i] = ("%9999d"):format(i) end',
  cases: 'local s = ("x"):rep(1e7) local t = {} for i = 1, 1e9 do t[i] = s:upper() end'
}

t.test('Interpreter: a script that makes too much is ended', async (t) => {
  for (const [name, source] of Object.entries(greedy)) t.equal((await end(source)).code, 'FG_ERR_LUA_MEMORY', name)
})

const recursive: Record<string, string> = {
  'a recursion': 'local function f() return 1 + f() end return f()',
  'a recursion through a metatable': 'local t t = setmetatable({}, { __index = function(_, k) return t[k .. "x"] end }) return t.a',
  'a recursion through a comparison': 'local function f() table.sort({2, 1}, f) return false end f()',
  'a recursion through pcall': 'local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()',
  'a recursion through coroutines': 'local function f() coroutine.wrap(f)() end f()',
  'a recursion through a replacement': 'local function f(s) return (s:gsub(".", f)) end f("a")',
  'a recursion through tostring': 'local t t = setmetatable({}, { __tostring = function() return tostring(t) end }) return tostring(t)'
}

t.test('Interpreter: work on long strings counts, whatever it is done by', async (t) => {
  for (const source of [
    'local a, b = ("x"):rep(8e6), ("x"):rep(8e6) while true do local c = a == b end',
    'local a, b = ("x"):rep(8e6), ("x"):rep(8e6) while true do local c = a < b end',
    'local a, b, t = ("x"):rep(8e6), ("x"):rep(8e6), {} t[a] = 1 while true do local c = t[b] end',
    'local a, t = ("x"):rep(8e6), {} while true do local c = t[a .. 1] end',
    'local a, t = ("x"):rep(8e6), {} while true do local c = t[a:sub(1, -2)] end',
    'local a, t = ("x"):rep(1e4), {} while true do local c = t[a .. 1] end',
    'local a, b, t = ("x"):rep(8e6), ("x"):rep(8e6), {} t[a] = 1 while true do local c, d = rawget(t, b), rawequal(a, b) end',
    'local a = ("x"):rep(8e6) while true do local c = a:find("y", 1, true) end',
    'local a, t = ("x"):rep(1e4), {} for i = 1, 1e9 do t[i] = a .. i t[i]:byte(1) end'
  ]) t.match((await end(source)).code, /^FG_ERR_LUA_(?:INSTRUCTIONS|MEMORY)$/, source)
  t.equal(await value('local s = "" for i = 1, 2000 do s = s .. ("x"):rep(50) end return #s'), 100_000, 'a text of 100 KB may be made of 2,000 parts')
  t.equal(await value('local s, n = ("x"):rep(1e5), 0 for i = 1, #s do if s:sub(i, i) == "x" then n = n + 1 end end return n'), 100_000, 'and be read by characters')
})

t.test('Interpreter: a recursion without end is an error', async (t) => {
  for (const [name, source] of Object.entries(recursive)) t.match((await end(source)).code, /stack overflow|C-call boundary/, name)
})

t.test('Interpreter: patterns that take exponential time end', async (t) => {
  for (const source of [
    'return (("a"):rep(40)):find(("a-"):rep(20) .. "b")',
    'return (("a"):rep(10000)):find(".-.-.-.-b")',
    'return (("a"):rep(100000)):find(".-b")',
    'return (("a"):rep(60)):match(("(a*)"):rep(15) .. "b")',
    'return (("("):rep(20000)):find("%b()")',
    'return (("a"):rep(30000)):gsub("a*b", "")'
  ]) {
    t.match((await end(source)).code, /pattern too complex|^ended$|FG_ERR_LUA_INSTRUCTIONS/, source)
  }
  t.match(await failure(`return ("a"):find("${'('.repeat(40)}")`), /too many captures|unfinished capture/)
  t.match(await failure('return ("a"):find(("(a"):rep(31) .. (")"):rep(31) .. ("a?"):rep(1000) .. "b")'), /pattern too complex|no error/)
})

t.test('Interpreter: what a script cannot catch ends all of it', async (t) => {
  const { code } = await end('local ok = pcall(string.rep, "x", 1e9) return ok')
  t.equal(code, 'FG_ERR_LUA_MEMORY')
})

t.test('Interpreter: ends with its request, whatever it does', async (t) => {
  const reason = new Error('the deadline')
  let isEnded = false
  setImmediate(() => { isEnded = true })
  t.equal(await failure('while true do pcall(function() while true do end end) end', { limits: { instructions: 1e9 }, ended: () => isEnded ? reason : null }), 'the deadline')
})

t.test('Interpreter: waits for functions of the host, anywhere but in a function of a library', async (t) => {
  const objects = {
    wait: native('wait', async (args) => { await turn(); return [args.get(1), 'waited'] }),
    refuse: native('refuse', async (args) => { const place = args.machine.locate(); await turn(); throw args.machine.failureAt(place, 'refused') }),
    break: undefined
  }
  t.same(await runScript('local a, b = wait(5) return a, b, (wait(6))', { objects }), [5, 'waited', 6])
  t.same(await runScript('return pcall(wait, 7)', { objects }), [true, 7, 'waited'])
  t.same(await runScript('return pcall(refuse)', { objects }), [false, '<string>:1: refused'])
  t.same(await runScript('local c = coroutine.wrap(function() coroutine.yield(wait(1)) return wait(2) end) return (c()), (c())', { objects }), [1, 2])
  t.match(await failure('\nrefuse()', { objects }), /^refused$/)
  t.match(await failure('table.sort({2, 1}, function() return wait() end)', { objects }), /cannot wait/)
  t.match(await failure('table.sort({2, 1}, wait)', { objects }), /cannot wait/)
})

t.test('Interpreter: a second run has the globals of the first, and is not harmed by its failure', async (t) => {
  const { run } = prepare()
  await run('x = 1 f = function() return x end')
  await t.rejects(async () => await run('x = x + 1 error("no")'))
  await t.rejects(async () => await run('coroutine.wrap(function() table.sort({2, 1}, function() error("no") end) end)()'))
  t.same(await run('return x, f(), coroutine.running()'), [2, 2, undefined])
})

t.test('Interpreter: a run that does not wait needs no promise', (t) => {
  t.same(prepare().run('return 1'), [1])
  t.end()
})

t.test('Interpreter: errors name their place, through calls, coroutines and metamethods', async (t) => {
  t.equal(await value('local function f() error("e") end\nlocal ok, e = pcall(f) return e'), '<string>:1: e')
  t.equal(await value('local function f() error("e", 2) end\nlocal ok, e = pcall(function()\nf() end) return e'), '<string>:3: e')
  t.equal(await value('local ok, e = coroutine.resume(coroutine.create(function()\nlocal x = nil + 1 end)) return e'), '<string>:2: cannot perform add operation between nil and number')
  t.equal(await value('local t = setmetatable({}, { __index = function()\nerror("e") end }) local ok, e = pcall(function() return t.x end) return e'), '<string>:2: e')
  t.same(await value('local ok, e = pcall(error, { code = 5 }) return e'), { code: 5 })
  t.same(await runScript('return xpcall(function() error("e") end, function(m) return "<" .. m .. ">" end)'), [false, '<<string>:1: e>'])
  t.same(await runScript('return xpcall(function() error("e") end, function(m) error("again") end)'), [false, '<string>:1: again'])
  t.same(await runScript('return pcall(5)'), [false, 'attempt to call a number value'])
  t.same(await runScript('return pcall(pcall, error, "e")'), [true, false, '<string>:1: e'])
})
