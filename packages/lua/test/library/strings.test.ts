import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

const cases: readonly [expression: string, ...expected: unknown[]][] = [
  ['("abc"):len()', 3], ['#"ä"', 2], ['("äb"):len()', 3],
  ['("abc"):sub(2)', 'bc'], ['("abc"):sub(-2)', 'bc'], ['("abc"):sub(2, 2)', 'b'], ['("abc"):sub(0)', 'abc'], ['("abc"):sub(3, 2)', ''], ['("abc"):sub(-100, 100)', 'abc'], ['("abc"):sub(10)', ''], ['("abc"):sub(1, -2)', 'ab'],
  ['("abc"):byte()', 97], ['("abc"):byte(2)', 98], ['("abc"):byte(-1)', 99], ['("abc"):byte(1, 3)', 97, 98, 99], ['("abc"):byte(9)'], ['("ä"):byte(1, -1)', 195, 164],
  ['string.char(72, 105)', 'Hi'], ['string.char()', ''], ['string.char(195, 164)', 'ä'],
  ['("x"):rep(3)', 'xxx'], ['("x"):rep(0)', ''], ['("x"):rep(-1)', ''], ['("ab"):reverse()', 'ba'], ['("aÄß"):upper()', 'AÄß'], ['("AÄ"):lower()', 'aä'],
  ['("a.c"):find(".", 1, true)', 2, 2], ['("abc"):find("b")', 2, 2], ['("abc"):find("x")', null], ['("abc"):find("b", 3)', null], ['("abc"):find("b", -2)', 2, 2], ['("abc"):find("(b)(c)")', 2, 3, 'b', 'c'], ['("abc"):find("")', 1, 0], ['("abc"):find("()b()")', 2, 2, 2, 3], ['("abc"):find("c", 10)', null],
  ['("key = value"):match("^(%w+)%s*=%s*(%w+)$")', 'key', 'value'], ['("abc"):match("b")', 'b'], ['("abc"):match("x")', null], ['("abc"):match("()", 2)', 2], ['("2026-11-30"):match("(%d+)-(%d+)")', '2026', '11'],
  ['("hello"):gsub("l", "L")', 'heLLo', 2], ['("hello"):gsub("l", "L", 1)', 'heLlo', 1], ['("hello"):gsub("", "-")', '-h-e-l-l-o-', 6], ['("abc"):gsub("%w", "%0%0")', 'aabbcc', 3], ['("a b"):gsub("(%w) (%w)", "%2 %1")', 'b a', 1], ['("abc"):gsub("b", { b = "X" })', 'aXc', 1], ['("abc"):gsub("[ac]", { a = 1, c = false })', '1bc', 2], ['("abc"):gsub("%w", function(c) if c == "b" then return nil end return c:upper() end)', 'AbC', 3], ['("a%b"):gsub("%%", "%%%%")', 'a%%b', 1], ['("abc"):gsub("x", "y")', 'abc', 0], ['("abc"):gsub("^a", "x")', 'xbc', 1], ['("aaa"):gsub("^a", "x")', 'xaa', 1], ['("abc"):gsub("b", "%1")', 'abc', 1], ['("abc"):gsub(".", "x", 0)', 'abc', 0], ['(" trim "):gsub("^%s*(.-)%s*$", "%1")', 'trim', 1],
  ['("abc"):gsub("(b)()", "%2")', 'a3c', 1], ['("x"):gsub("x", "%9a")', 'invalid'], ['(5):rep(2)', 'invalid']
]

t.test('string: functions and their bounds', async (t) => {
  for (const [expression, ...expected] of cases) {
    if (expected[0] === 'invalid') t.match(await failure(`return ${expression}`), /invalid capture index|non-table object|parse error/, expression)
    else t.same(await runScript(`return ${expression}`), expected, expression)
  }
})

t.test('string.gmatch, gfind: every match', async (t) => {
  t.equal(await value('local s = "" for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do s = s .. v .. k end return s'), '1a2b')
  t.equal(await value('local n = 0 for w in string.gfind("one two", "%a+") do n = n + #w end return n'), 6)
  t.equal(await value('local n = 0 for p in ("abc"):gmatch("()") do n = n + p end return n'), 10)
})

t.test('string: numbers are strings too; others are errors', async (t) => {
  t.same(await runScript('return string.len(12345), string.rep(1, 3), string.upper(5), (string.gsub(123, 2, 9))'), [5, '111', '5', '193'])
  t.equal(await failure('string.len({})'), 'bad argument #1 to len (string expected, got table)')
  t.equal(await failure('("x"):rep("y")'), 'bad argument #2 to rep (number expected, got string)')
  t.equal(await failure('("x"):gsub("x", true)'), 'bad argument #3 to gsub (function expected, got boolean)')
  t.match(await failure('string.dump(print)'), /does not support/)
})

t.test('string: letters that have several capitals, among others', async (t) => {
  t.same(await runScript('return ("äß"):upper(), ("ΑΣ"):lower(), ("äé"):upper()'), ['Äß', 'ας'.replace('ς', 'σ'), 'ÄÉ'])
})

t.test('string: many directives cost instructions before they are replaced', async (t) => {
  const limits = { instructions: 100_000 }
  for (const call of ['string.format(("%d"):rep(5000))', '("a"):gsub("a", ("%0"):rep(5000))', 'os.date(("%Y"):rep(5000))']) {
    t.match(await failure(call, { limits }), /more than 100000 instructions/, call)
  }
  t.match(await failure('string.format("%q", ("a"):rep(10000))', { limits }), /more than 100000 instructions/)
})
