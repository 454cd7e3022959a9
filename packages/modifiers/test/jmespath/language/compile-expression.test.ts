import t from 'tap'
import { parseExact, stringifyExact } from '@floodgate/core'
import { compileExpression } from '../../../src/jmespath/language/compile-expression.ts'

const evaluate = (expression: string, json: string): string => stringifyExact(compileExpression(expression)(parseExact(Buffer.from(json))))

/** Expressions with what they give, of one document. */
function check (t: { equal (found: unknown, wanted: unknown, message: string): unknown }, json: string, expected: Readonly<Record<string, string>>): void {
  for (const [expression, result] of Object.entries(expected)) t.equal(evaluate(expression, json), result, expression)
}

t.test('compileExpression: names, indexes, slices', (t) => {
  check(t, '{"a":{"b":{"c":1}},"x y":[1,2,3,4],"list":[[1,2],[3]],"constructor":null,"__proto__":5}', {
    a: '{"b":{"c":1}}',
    'a.b.c': '1',
    'a.b.none.c': 'null',
    '"x y"[1]': '2',
    '"x y"[-1]': '4',
    '"x y"[9]': 'null',
    'a[0]': 'null',
    '"x y"[1:3]': '[2,3]',
    '"x y"[::2]': '[1,3]',
    '"x y"[::-1]': '[4,3,2,1]',
    '"x y"[-2:]': '[3,4]',
    '"x y"[:-5]': '[]',
    '"x y"[10::-2]': '[4,2]',
    'a[0:1]': 'null',
    'list[0][1]': '2',
    toString: 'null',
    'a.hasOwnProperty': 'null',
    constructor: 'null',
    __proto__: '5',
    '@.a.b.c': '1',
    '"\\u0061".b.c': '1'
  })
  t.end()
})

t.test('compileExpression: projections', (t) => {
  const people = '{"p":[{"n":"a","age":30,"t":["x","y"]},{"n":"b","age":20},{"n":"c","age":25,"t":["z"]}],"o":{"k1":{"v":1},"k2":{"v":2},"k3":{}},"deep":[[1,[2]],[3]]}'
  check(t, people, {
    'p[*].n': '["a","b","c"]',
    'p[].n': '["a","b","c"]',
    'p[*].t': '[["x","y"],["z"]]',
    'p[*].t[]': '["x","y","z"]',
    'p[*].t[0]': '["x","z"]',
    'p[*].t | [0]': '["x","y"]',
    'p[0:2].n': '["a","b"]',
    'p[?age > `22`].n': '["a","c"]',
    'p[?age > `22`] | [0].n': '"a"',
    'p[?t].n': '["a","c"]',
    'p[?!t].n': '["b"]',
    'p[?n == \'a\' || n == \'b\'].age': '[30,20]',
    'p[?age >= `20` && age < `30`].n': '["b","c"]',
    'p[?contains(n, \'a\')].n': '["a"]',
    'o.*.v': '[1,2]',
    'o.*': '[{"v":1},{"v":2},{}]',
    '*.k1.v': '[1]',
    'deep[]': '[1,[2],3]',
    'deep[][]': '[1,2,3]',
    'deep[*][0]': '[1,3]',
    'p[*].none': '[]',
    'none[*]': 'null',
    'o[*]': 'null',
    'p.*': 'null',
    'p[].[n, age][0]': '["a",30]',
    'p[*].{name: n, "the age": age} | [1]': '{"name":"b","the age":20}',
    'p[1].[n, none]': '["b",null]',
    'none.[n]': 'null',
    'none.{a: b}': 'null',
    '[p[0].n, o.k1.v]': '["a",1]',
    'p[*].[t[0]][]': '["x","z"]'
  })
  t.end()
})

t.test('compileExpression: literals, comparisons, precedence', (t) => {
  check(t, '{"a":1,"b":"1","e":"","l":[],"o":{},"f":false,"z":0,"n":null}', {
    '`{"a": [1, "\\`x"]}`': '{"a":[1,"`x"]}',
    '\'it\\\'s \\n\'': '"it\'s \\\\n"',
    'a == b': 'false',
    'a == `1.0`': 'true',
    'a < b': 'null',
    'b < `2`': 'null',
    'a != `2`': 'true',
    'e || l || o || f || n || z': '0',
    '!z': 'false',
    '!l': 'true',
    'a && b': '"1"',
    'n && a': 'null',
    'a == `1` && b == `1` || f == `false`': 'true',
    'a == `1` && (b == `1` || f == `false`)': 'true',
    '!(a == `2`)': 'true',
    '`[1,{"x":[2]}]` == `[1.0,{"x":[2]}]`': 'true',
    '`{"a":1,"b":2}` == `{"b":2,"a":1}`': 'true',
    '`{"a":1}` == `{"b":1}`': 'false',
    '`null` == n': 'true',
    '`[1]` == `[1,2]`': 'false'
  })
  t.end()
})

t.test('compileExpression: functions', (t) => {
  check(t, '{"n":[3,1,10,2],"s":["b","a","é","Z"],"o":{"y":1,"x":2},"p":[{"k":2,"i":1},{"k":1,"i":2},{"k":2,"i":3}],"text":"aé😀"}', {
    'abs(`-3`)': '3',
    'avg(n)': '4',
    'avg(`[]`)': 'null',
    'ceil(`1.2`)': '2',
    'floor(`-1.2`)': '-2',
    'contains(n, `10`)': 'true',
    'contains(text, \'é\')': 'true',
    'contains(text, `1`)': 'false',
    'ends_with(text, \'😀\')': 'true',
    'starts_with(text, \'aé\')': 'true',
    'join(\'-\', s)': '"b-a-é-Z"',
    'keys(o)': '["y","x"]',
    'values(o)': '[1,2]',
    'length(text)': '3',
    'length(n)': '4',
    'length(o)': '2',
    'map(&k, p)': '[2,1,2]',
    'map(&none, p)': '[null,null,null]',
    'max(n)': '10',
    'min(n)': '1',
    'max(s)': '"é"',
    'max(`[]`)': 'null',
    'max_by(p, &k).i': '1',
    'min_by(p, &k).i': '2',
    'max_by(`[]`, &k)': 'null',
    'merge(o, `{"x":3,"z":4}`)': '{"y":1,"x":3,"z":4}',
    'not_null(none, `null`, s[0])': '"b"',
    'not_null(none)': 'null',
    'reverse(n)': '[2,10,1,3]',
    'reverse(text)': '"😀éa"',
    'sort(n)': '[1,2,3,10]',
    'sort(s)': '["Z","a","b","é"]',
    'sort(`[]`)': '[]',
    'sort_by(p, &k)[*].i': '[2,1,3]',
    'sum(n)': '16',
    'sum(`[]`)': '0',
    'to_array(n)': '[3,1,10,2]',
    'to_array(o)': '[{"y":1,"x":2}]',
    'to_number(\'1.5\')': '1.5',
    'to_number(\'x\')': 'null',
    'to_number(s)': 'null',
    'to_string(o)': '"{\\"x\\":2,\\"y\\":1}"',
    'to_string(text)': '"aé😀"',
    'type(n)': '"array"',
    'type(none)': '"null"',
    'type(`true`)': '"boolean"',
    'n.length(@)': '4',
    'p[*].to_string(k)': '["2","1","2"]'
  })
  t.end()
})

t.test('compileExpression: numbers whose digits a double would change are numbers, and keep their digits', (t) => {
  check(t, '{"ids":[12345678901234567890,3,1.50,1e2],"d":{"v":0.10},"t":"9007199254740993"}', {
    ids: '[12345678901234567890,3,1.50,1e2]',
    'sort(ids)': '[1.50,3,1e2,12345678901234567890]',
    'max(ids)': '12345678901234567890',
    'ids[?@ > `50`]': '[12345678901234567890,1e2]',
    'd.v == `0.1`': 'true',
    'contains(ids, `100`)': 'true',
    'type(ids[0])': '"number"',
    'length(ids)': '4',
    'sum(ids[1:3])': '4.5',
    'abs(ids[0])': '12345678901234567890',
    'floor(ids[0])': '12345678901234567890',
    'ceil(ids[2])': '2',
    'to_string(ids)': '"[12345678901234567890,3,1.50,1e2]"',
    'to_string(d.v)': '"0.10"',
    'to_number(t)': '9007199254740993',
    'to_number(ids[0])': '12345678901234567890',
    '`12345678901234567890`': '12345678901234567890',
    '{a: ids[0]}': '{"a":12345678901234567890}'
  })
  t.throws(() => evaluate('join(\'\', ids)', '{"ids":[12345678901234567890]}'), TypeError, 'and no texts')
  t.throws(() => evaluate('length(id)', '{"id":12345678901234567890}'), TypeError)
  t.end()
})

t.test('compileExpression: what is not an expression is refused with its place', (t) => {
  const wrong: Readonly<Record<string, RegExp>> = {
    '': /the expression ends too early/,
    'a.': /the expression ends too early/,
    'a b': /unexpected "b" at character 3/,
    'a[': /ends/,
    'a[?b': /ends, where "\]"/,
    '"a': /not closed/,
    '`{`': /literal .* at character 1 is not valid JSON/,
    '`foo`': /not valid JSON/,
    '"\\x"': /quoted name .* is not valid JSON/,
    'a = b': /unexpected "=" at character 3/,
    'none(a)': /unknown function none\(\) at character 1: known are abs/,
    'constructor(a)': /unknown function/,
    'sort(a, b)': /takes 1 argument, not 2/,
    'not_null()': /at least 1 argument, not 0/,
    'a[::0]': /step 0/,
    'a[1:2:3:4]': /unexpected ":"/,
    '[a,]': /unexpected "]"/,
    '{a}': /unexpected "}" at character 3, where ":"/,
    '&a': /unexpected "&"/,
    'a.1': /unexpected "1"/,
    '*]': /unexpected "]"/,
    'a | ': /ends/,
    '(a': /ends, where "\)"/,
    '"a"(b)': /unexpected "\("/
  }
  for (const [expression, message] of Object.entries(wrong)) t.throws(() => compileExpression(expression), { name: 'SyntaxError', message }, expression)
  t.throws(() => compileExpression('('.repeat(200) + 'a' + ')'.repeat(200)), /nested more than 100 levels/)
  t.throws(() => compileExpression(Array(3000).fill('a').join('.')), /more than 2000 parts/)
  t.throws(() => compileExpression('a'.repeat(20_000)), /more than 16384 characters/)
  t.end()
})

t.test('compileExpression: values of a wrong type, and what takes too much, end', { timeout: 60_000 }, (t) => {
  for (const expression of ['sort(a)', 'sum(a)', 'sort_by(b, &x)', 'sort_by(b, &@)', 'length(n)', 'join(\',\', b)', 'max(a)', 'keys(a)', 'abs(\'1\')', 'to_string(&a)', 'map(a, b)']) t.throws(() => evaluate(expression, '{"a":[1,"b"],"b":[{"x":1},{"x":"1"}],"n":null}'), TypeError, expression)
  t.throws(() => evaluate(Array(40).fill('[@,@]').join(' | '), '1'), { name: 'RangeError', message: /more than 2000000 values/ }, 'a result that doubles with each part')
  const list = (length: number, item: number) => JSON.stringify(Array(length).fill(item))
  t.throws(() => evaluate(`[?contains(\`${list(8000, 0)}\`, @)]`, list(4000, 1)), { name: 'RangeError', message: /steps/ }, 'work that grows with a literal and the data')
  t.throws(() => evaluate(Array(40).fill('join(\'\', [@,@])').join(' | '), '"aaaaaaaa"'), { name: 'RangeError', message: /steps/ }, 'a text that doubles')
  const deep = '['.repeat(9_000) + ']'.repeat(9_000)
  t.equal(evaluate('@ == @ && a.b || \'x\'', deep), '"x"')
  t.equal(evaluate('[0] == [1]', `[${deep},${deep}]`), 'true', 'equal, as deep as they are')
  t.end()
})
