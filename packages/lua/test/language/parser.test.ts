import t from 'tap'
import { parseScript } from '../../src/language/parser.ts'
import { ScriptSyntaxError } from '../../src/language/syntax-error.ts'

t.test('parseScript: what is not Lua, in the words of the reference', (t) => {
  for (const [source, message, line = 1] of [
    ['this is no lua', "'is': parse error"],
    ['local a = 1\nlokal b = 2', "'b': parse error", 2],
    ['x =', 'parse error at EOF'],
    ['if x then', 'parse error at EOF'],
    ['for i = 1 do end', "'do': parse error"],
    ['for i do end', "'do': parse error"],
    ['f() = 1', "'=': parse error"],
    ['(a) = 1', "'=': parse error"],
    ['a, f() = 1', "'=': parse error"],
    ['return 1 x = 2', "'x': parse error"],
    ['break x()', "'x': parse error"],
    ['end', "'end': parse error"],
    ['local function a.b() end', "'.': parse error"],
    ['x = {1, 2', 'parse error at EOF'],
    ['x = }', "'}': parse error"],
    ['a.1 = 2', "'.1': parse error"],
    ['goto 5', "'5': parse error"],
    ['local function f() return ... end', "'...': cannot use '...' outside a vararg function"],
    ['f()\n(g or h)()', "'(': ambiguous syntax (function call x new statement)", 2],
    ['repeat x() end', "'end': parse error"],
    ['x = "end" "end', "'end': unterminated string"],
    ['local and = 1', "'and': parse error"],
    ['x = 1 .. ', 'parse error at EOF'],
    ['"text"', "'text': parse error"]
  ] as const) {
    try {
      parseScript(source)
      t.fail(source)
    } catch (error) {
      t.match(error, { constructor: ScriptSyntaxError, message }, source)
      if (!message.endsWith('at EOF')) t.equal((error as ScriptSyntaxError).line, line, source)
      t.equal((error as ScriptSyntaxError).atEnd, message.endsWith('at EOF'), source)
    }
  }
  t.end()
})

t.test('parseScript: what is Lua', (t) => {
  for (const source of ['', ';;', 'f"x"', 'f{1}', 'f[[x]]', 'a.b.c:d(1):e"x"', 'x = f\n(g)', 'return', 'return;', 'goto a ::a::', 'do local x end', 'local x, y = ...', 'local t = {1; 2, [3] = 4, a = 5, f(),}', 'function a.b.c:d(...) return ... end', 'while true do break; end', 'x = not -#y ^ 2']) {
    t.doesNotThrow(() => parseScript(source), source)
  }
  t.end()
})

t.test('parseScript: what is nested too deep is refused, not followed into the stack', (t) => {
  for (const source of [`x = ${'('.repeat(100_000)}`, `x = ${'{'.repeat(100_000)}`, `x = ${'-'.repeat(1)}${'not '.repeat(100_000)}1`, 'do '.repeat(100_000), 'if x then '.repeat(100_000), `x = ${'function() return '.repeat(100_000)}`, `x = ${'1 .. '.repeat(100_000)}1`, 'repeat '.repeat(100_000)]) {
    t.throws(() => parseScript(source), { message: /too many syntax levels/ }, source.slice(0, 20))
  }
  t.doesNotThrow(() => parseScript(`x = ${'1 + '.repeat(100_000)}1`), 'but not what only is long')
  t.end()
})
