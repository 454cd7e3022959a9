import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

t.test('compileScript: operators bind as in Lua', async (t) => {
  for (const [expression, expected] of [
    ['1 + 2 * 3', 7], ['(1 + 2) * 3', 9], ['2 ^ 3 ^ 2', 512], ['-2 ^ 2', -4], ['not nil == true', true], ['1 .. 2 .. 3', '123'], ['1 .. 2 == "12"', true],
    ['1 < 2 and 2 < 3', true], ['nil and 1 or 2', 2], ['false or nil', null], ['1 and nil', null], ['7 % 3 * 2', 2], ['10 / 4', 2.5], ['2 - 1 - 1', 0], ['#"abc" + 1', 4], ['- -1', 1], ['not not 1', true],
    ['"10" + 5', 15], ['"0x10" * 1', 16], ['10 .. ""', '10'], ['2^53 .. ""', '9007199254740992'], ['1/0', Infinity], ['-7 % 3', 2], ['7 % -3', -2], ['5.5 % 2', 1.5], ['1 == 1.0', true], ['"1" == 1', false], ['"a" < "b"', true], ['"Z" < "a"', true], ['2 >= 2', true], ['1 ~= 2', true], ['({1, 2, 3})[2]', 2], ['("x"):rep(3)', 'xxx'], ['#{1, 2, nil, 4}', 4], ['#{n = 1}', 0]
  ] as const) t.equal(await value(`return ${expression}`), expected, expression)
})

t.test('compileScript: assignments evaluate everything first', async (t) => {
  t.same(await runScript('local a, b, c = 1, 2 return a, b, c'), [1, 2, null])
  t.same(await runScript('local a, b = 1, 2 a, b = b, a return a, b'), [2, 1])
  t.same(await runScript('local i, t = 1, {} i, t[i] = i + 1, 20 return i, t[1], t[2]'), [2, 20, null])
  t.same(await runScript('local t = {} t.a, t.b, t.c = (function() return 1, 2 end)() return t.a, t.b, t.c'), [1, 2, null])
  t.same(await runScript('local a = 1 local a = a + 1 return a'), [2])
  t.same(await runScript('x = 1 local x = x + 1 return x, _G.x'), [2, 1])
  t.same(await runScript('local a, b, c = (function() return 1, 2, 3 end)(), 10 return a, b, c'), [1, 10, null])
  t.same(await runScript('local function f() return 1, 2 end local t = {f(), (f()), f()} return #t, t[1], t[2], t[3], t[4]'), [4, 1, 1, 1, 2])
})

t.test('compileScript: calls, methods and additional arguments', async (t) => {
  t.same(await runScript('local function f(...) local a, b = ... return select("#", ...), a, b, ... end return f(1, nil, 3)'), [3, 1, null, 1, null, 3])
  t.same(await runScript('local function f(a, ...) return arg.n, arg[1] end return f(1, 2, 3)'), [2, 2])
  t.same(await runScript('local o = { v = 1 } function o:add(n) self.v = self.v + n return self end return o:add(2):add(3).v'), [6])
  t.same(await runScript('local a = { b = {} } function a.b.f(x) return x end function a.b:g() return self == a.b end return a.b.f(1), a.b:g()'), [1, true])
  t.same(await runScript('return (function(...) return ... end)(1, 2)'), [1, 2])
  t.same(await runScript('return ((function(...) return ... end)(1, 2))'), [1])
  t.same(await runScript('local function loop(n) if n == 0 then return "end" end return loop(n - 1) end return loop(100000)'), ['end'], 'a tail call takes no place')
  t.same(await runScript('local t = setmetatable({}, { __call = function(self, a, b) return a + b end }) return t(1, 2)'), [3])
  t.same(await runScript('return type(print), (tostring(1))'), ['function', '1'])
})

t.test('compileScript: loops and jumps', async (t) => {
  t.same(await runScript('local s = 0 for i = 1, 3 do s = s + i end for i = 3, 1, -1 do s = s * 10 + i end for i = 1, 0 do s = 0 end for i = 1, 2, 0.5 do s = s + i end return s'), [6321 + 4.5])
  t.same(await runScript('local s = 0 while s < 10 do s = s + 3 if s == 9 then break end end return s'), [9])
  t.same(await runScript('local i = 0 repeat local done = i >= 2 i = i + 1 until done return i'), [3])
  t.same(await runScript('local s = "" for k, v in pairs({ 10, 20, x = 30 }) do s = s .. k .. "=" .. v .. " " end return s'), ['1=10 2=20 x=30 '])
  t.same(await runScript('local s = "" for i, v in ipairs({ 1, 2, nil, 4 }) do s = s .. i end return s'), ['12'])
  t.same(await runScript('local s = "" for i = 1, 3 do for j = 1, 3 do if j == 2 then goto continue end s = s .. i .. j .. " " ::continue:: end end return s'), ['11 13 21 23 31 33 '])
  t.same(await runScript('local i = 1 ::top:: i = i + 1 if i < 5 then goto top end return i'), [5])
  t.same(await runScript('local n = 0 for _ = 1, "3" do n = n + 1 end return n'), [3])
  t.same(await runScript('for a, b, c in function(s, c) if c < 3 then return c + 1, s end end, "state", 0 do x, y = a, b end return x, y'), [3, 'state'])
  t.same(await runScript('if nil then return 1 elseif false then return 2 else return 3 end'), [3])
})

t.test('compileScript: functions keep the variables that they use', async (t) => {
  t.same(await runScript('local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end return fs[1](), fs[1](), fs[2]()'), [2, 3, 3])
  t.same(await runScript('local n = 0 local function a() n = n + 1 return function() n = n + 10 return n end end return a()(), n'), [11, 11])
  t.same(await runScript('local function f(x) return function() x = x + 1 return x end end local g, h = f(1), f(10) return g(), g(), h()'), [2, 3, 11])
  t.same(await runScript('local i = 1 local fs = {} while i < 3 do local j = i fs[i] = function() return j end i = i + 1 end return fs[1](), fs[2]()'), [1, 2])
  t.same(await runScript('local function f(n) if n == 0 then return 0 end return n + f(n - 1) end return f(4)'), [10])
  t.same(await runScript('local f = function() return g() end function g() return 5 end return f()'), [5])
  t.same(await runScript('local a = 1 do local a = 2 end return a'), [1])
  t.same(await runScript('local x repeat local y = 1 x = function() return y end until true return x()'), [1])
})

t.test('compileScript: tables of many elements', async (t) => {
  t.equal(await value(`local t = {${Array.from({ length: 500 }, (_, i) => i + 1).join(',')}} local s = 0 for _, v in ipairs(t) do s = s + v end return s`), 125250)
  t.same(await value('return { 1, x = 2, [3] = 3, ["y z"] = 4, 5 }'), { 1: 1, 2: 5, 3: 3, x: 2, 'y z': 4 })
})

t.test('compileScript: labels, locals and what cannot be compiled', async (t) => {
  for (const [source, message] of [
    ['goto nowhere', /no visible label 'nowhere'/],
    ['do ::a:: end goto a', /no visible label 'a'/],
    ['::a:: ::a::', /label 'a' already defined/],
    ['break', /no loop to break/],
    ['local function f() break end', /no loop to break/],
    [Array.from({ length: 201 }, (_, i) => `local x${i}`).join(' '), /too many local variables/]
  ] as const) t.match(await failure(source), message, source.slice(0, 40))
})
