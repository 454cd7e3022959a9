import t from 'tap'
import { failure, runScript } from '../support/run-script.ts'

t.test('Matcher: classes, sets, repetitions, anchors', async (t) => {
  for (const [subject, pattern, ...expected] of [
    ['hello', 'l+', 'll'], ['hello', 'l-o', 'llo'], ['hello', 'x*', ''], ['hello', 'hx?e', 'he'], ['a1b2', '%a%d', 'a1'], ['a1', '%D%A', 'a1'], ['x y', '%S%s%S', 'x y'], ['tab\\t', '%c', '\t'], ['Ab', '%u%l', 'Ab'], ['ff', '%x+', 'ff'], ['a_b', '%w', 'a'], ['a.b', '%p', '.'], ['a]b', '[]]', ']'], ['a-b', '[a%-]+', 'a-'], ['b', '[a-c]', 'b'], ['b', '[^a-c]', null], ['a^b', '[b^]', '^'], ['x-', '[a-]', '-'], ['%', '%%', '%'], ['a$b', 'a$b', 'a$b'], ['ab', 'b$', 'b'], ['ab', 'a$', null], ['ab', '^b', null], ['a^b', 'a^b', 'a^b'],
    ['f(a(b)c)d', '%b()', '(a(b)c)'], ['"a" x', '(["\'])a%1', '"'], ['THE (quick) fox', '%f[%a]%a+%f[%A]', 'THE'], ['abc', '(a)(b)(c)', 'a', 'b', 'c'], ['abc', '((a)(b))', 'ab', 'a', 'b'], ['aXb', 'a.b', 'aXb'], ['\\0x', '%zx', '\0x']
  ] as const) {
    t.same(await runScript(`return ("${subject.replaceAll('"', '\\"')}"):match("${pattern.replaceAll('"', '\\"')}")`), expected, `${subject} ${pattern}`)
  }
})

t.test('Matcher: patterns that are none', async (t) => {
  for (const [pattern, message] of [['%', "malformed pattern (ends with '%')"], ['[a', "malformed pattern (missing ']')"], ['(a', 'unfinished capture'], ['a)', 'invalid pattern capture'], ['%1', 'invalid capture index'], ['%b', 'malformed pattern (missing arguments to %b)'], ['(%1)', 'invalid capture index']] as const) {
    t.equal(await failure(`return ("aaa"):match("${pattern}")`), message, pattern)
  }
})

t.test('patterns: a long set counts as many steps', async (t) => {
  t.match(await failure('("a"):rep(1023):find("[" .. ("b"):rep(4e6) .. "]")'), /pattern too complex/)
})
