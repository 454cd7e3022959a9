import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

t.test('operations on what they are not for are errors, in the words of the reference', async (t) => {
  for (const [source, message] of [
    ['local x x.y = 1', "attempt to index a non-table object(nil) with key 'y'"],
    ['return (5).x', "attempt to index a non-table object(number) with key 'x'"],
    ['local f = print return f.x', "attempt to index a non-table object(function) with key 'x'"],
    ['return true[1]', "'[': parse error"],
    ['local x = true return x[1]', "attempt to index a non-table object(boolean) with key '1'"],
    ['local x x()', 'attempt to call a non-function object'],
    ['return {} + 1', 'cannot perform add operation between table and number'],
    ['return 1 - nil', 'cannot perform sub operation between number and nil'],
    ['return "a" * 2', 'cannot perform mul operation between string and number'],
    ['return {} / {}', 'cannot perform div operation between table and table'],
    ['return "x" % 2', 'cannot perform mod operation between string and number'],
    ['return print ^ 2', 'cannot perform pow operation between function and number'],
    ['return -{}', '__unm undefined'],
    ['return #5', '__len undefined'],
    ['return "a" .. nil', 'cannot perform concat operation between string and nil'],
    ['return {} .. "a"', 'cannot perform concat operation between table and string'],
    ['return 1 < "2"', 'attempt to compare number with string'],
    ['return {} < {}', 'attempt to compare table with table'],
    ['return nil <= 1', 'attempt to compare nil with number'],
    ['local t = {} t[nil] = 1', 'table index is nil'],
    ['local t = {} t[0/0] = 1', 'table index is NaN'],
    ['for i = "x", 2 do end', 'for statement init must be a number'],
    ['for i = 1, {} do end', 'for statement limit must be a number'],
    ['for i = 1, 2, "y" do end', 'for statement step must be a number'],
    ['local a = setmetatable({}, {}) getmetatable(a).__index = a return a.x', 'too many recursions in gettable'],
    ['local a = setmetatable({}, {}) getmetatable(a).__newindex = a a.x = 1', 'too many recursions in settable']
  ] as const) t.equal(await failure(source), message, source)
})

t.test('metatables: every event', async (t) => {
  t.same(await runScript(`
    local log = {}
    local function event(name) return function(a, b) log[#log + 1] = name return name end end
    local mt = { __add = event 'add', __sub = event 'sub', __mul = event 'mul', __div = event 'div', __mod = event 'mod', __pow = event 'pow', __unm = event 'unm', __concat = event 'concat', __len = event 'len' }
    local a = setmetatable({}, mt)
    return a + 1, 1 - a, a * a, a / 1, 1 % a, a ^ 2, -a, a .. 'x', 1 .. a, #a`),
  ['add', 'sub', 'mul', 'div', 'mod', 'pow', 'unm', 'concat', 'concat', 'len'])
  t.same(await runScript(`
    local mt = {} mt.__eq = function(a, b) return a.v == b.v end mt.__lt = function(a, b) return a.v < b.v end
    local function new(v) return setmetatable({ v = v }, mt) end
    local a, b, c = new(1), new(1), new(2)
    local without = a <= c
    mt.__le = function(a, b) return a.v <= b.v end
    return a == b, a == c, a ~= b, a < c, c < a, a <= b, a >= c, without, a == 1`),
  [true, false, false, true, false, true, false, true, false])
  t.same(await runScript(`
    local t = setmetatable({ own = 1 }, { __index = { inherited = 2 }, __newindex = function(t, k, v) rawset(t, k, v * 10) end })
    t.new = 5 t.own = 3
    return t.own, t.inherited, t.none, t.new, rawget(t, 'inherited')`), [3, 2, null, 50, null])
  t.same(await runScript('local target = {} local t = setmetatable({}, { __newindex = target }) t.x = 1 return rawget(t, "x"), target.x'), [null, 1])
  t.equal(await value('local a = setmetatable({}, { __eq = function() return true end }) local b = setmetatable({}, { __eq = function() return true end }) return a == b'), false, 'only a function in common compares')
})

t.test('metatables: strings have that of the library, where it is open', async (t) => {
  t.equal(await value('return ("x").rep == string.rep'), true)
  t.equal(await failure('return ("x").rep', { all: false }), "attempt to index a non-table object(string) with key 'rep'")
  t.equal(await failure('return ("x"):nothing()'), 'attempt to call a non-function object')
})
