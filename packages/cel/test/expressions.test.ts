import t from 'tap'
import { parseExact, setClaims, type CoreRequest, type StepResponse } from '@floodgate/core'
import { createCheck, createCompiler } from '../src/expressions.ts'

const data = parseExact(Buffer.from('{"n": 30, "f": 1.5, "big": 12345678901234567890, "name": "Ann", "list": [1, 2], "flags": [true], "nothing": [null], "deep": {"ok": true}}')) as Record<string, unknown>
const answer = (over: object = {}) => ({ status: 200, headers: { 'x-a': '1' }, body: null, data, complete: true, fault: null, ...over }) as StepResponse
const request = (over: object = {}) => ({
  method: 'GET', params: { id: '42' }, headers: { 'x-key': 'yes', cookie: 'a=1; b=2' }, query: { q: ['1', '2'] }, target: '', incoming: { originalUrl: '/p%C3%A4th?q=1' }, ...over
}) as unknown as CoreRequest

const ask = (source: string, macros = false) => {
  const asked = request()
  setClaims(asked.incoming, { i: 3, f: 1.5, list: [1, 2] })
  return createCheck([createCompiler({ macros })(source)])({ request: asked, response: answer() })?.reason ?? null
}

t.test('expressions: see the request and the response', async (t) => {
  for (const source of [
    "req_method == 'GET' && req_path == '/päth'", 'int(req_params.Id) == 42', "req_headers['X-Key'][0] == 'yes'", "!('X-No' in req_headers)", "size(req_querystring['q']) == 2",
    "timestamp(now) > timestamp('2020-01-01T00:00:00Z')", 'resp_completed && resp_metadata_status == 200', "resp_metadata_headers['X-A'] == ['1']", 'resp_data.deep.ok && !has(resp_data.no)',
    "resp_data.n == '30' && int(resp_data.n) == 30 && uint(resp_data.n) == 30u && double(resp_data.f) == 1.5 && type(resp_data.n) == string", "resp_data.n > '29' && resp_data.n < '4' && resp_data.n >= '30' && int(resp_data.n) > 29",
    'resp_data.n != 30 && !(resp_data.n == 30) && !(resp_data.n in [30]) && !(1 in resp_data.list)', "'n=' + resp_data.n == 'n=30' && resp_data.n + 'x' == '30x' && [resp_data.n] == ['30'] && duration(resp_data.n + 's') == duration('30s')",
    "string(resp_data.big) == '12345678901234567890' && resp_data.big == '12345678901234567890'", "resp_data.name.matches('(?i)^ann$') && matches(resp_data.name, 'A') && resp_data.n.matches('^3') && matches(resp_data.n, '^[0-9]+$')",
    "resp_data.n in ['30'] && '2' in resp_data.list && resp_data.list == ['1', '2'] && resp_data.list[1] == '2' && resp_data.list.exists(x, x == '2') && resp_data.list.map(x, x + '!') == ['1!', '2!']", 'resp_data.list[0] in resp_data.list && !(resp_data.n in resp_data.list) && !(resp_data.n in resp_data.flags) && !(resp_data.n in resp_data.nothing)',
    "resp_data.n.startsWith('3') && resp_data.n.endsWith('0') && resp_data.f.contains('.') && size(resp_data.n) == 2 && resp_data.n.size() == 2",
    "JWT.i == 3 && JWT.i > 2 && JWT.i in [3] && JWT.f > 1.0 && JWT.f == 1.5 && 1 in JWT.list && type(JWT.i) == double && int(JWT.i) == 3 && JWT.i + 1.0 == 4.0 && JWT.i != '3'"
  ]) t.equal(ask(source), null, source)
  for (const [source, reason] of [["req_method == 'PUT'", 'is false'], ['req_params.No == "a"', 'failed: '], ["req_path.matches('(a')", 'failed: ']] as const) t.match(ask(source), reason)
  for (const source of ['resp_data.n > 29', 'resp_data.n + 1 == 31', 'int(resp_data.f) == 1']) t.match(ask(source), 'failed: ', source)
})

t.test('expressions: have the functions that the documentation lists', async (t) => {
  const time = "timestamp('2023-01-02T10:20:30.040Z')"
  for (const source of [
    "size('hello') == 5 && size([1, 2]) == 2 && size({'a': 1}) == 1 && size(b'abc') == 3", "1 in [1, 2] && 'a' in {'a': 1} && !('b' in ['a'])", 'has(resp_data.n) && !has(resp_data.no)',
    '[1, 2].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2].exists_one(x, x == 2) && [1, 2].map(x, x * 2) == [2, 4] && [1, 2].filter(x, x > 1) == [2]',
    "'hello'.contains('ell') && 'hello'.startsWith('he') && 'hello'.endsWith('lo') && 'hello'.matches('^h.*o$')",
    `${time}.getDate() == 2 && ${time}.getDayOfMonth() == 1 && ${time}.getDayOfWeek() == 1 && ${time}.getDayOfYear() == 1 && ${time}.getFullYear() == 2023 && ${time}.getMonth() == 0`,
    `${time}.getHours() == 10 && ${time}.getHours('Europe/Madrid') == 11 && ${time}.getMinutes() == 20 && ${time}.getSeconds() == 30 && ${time}.getMilliseconds() == 40`,
    "duration('1h1m') > duration('1h') && duration('90s').getMinutes() == 1 && duration('90s').getSeconds() == 90 && duration('1h').getHours() == 1 && duration('1.5s').getMilliseconds() == 1500",
    `${time} - duration('24h') == timestamp('2023-01-01T10:20:30.040Z') && ${time} - timestamp('2023-01-01T10:20:30.040Z') == duration('24h')`,
    "int('23') == 23 && int(2.9) == 2 && uint('5') == 5u && double('21.3') == 21.3 && string(2.5) == '2.5' && string(b'a') == 'a' && bytes('a') == b'a' && bool('true') && type(1) == int && dyn(1) == 1",
    `int(timestamp('1970-01-01T00:01:00Z')) == 60 && string(${time}) == '2023-01-02T10:20:30.04Z' && string(timestamp('1970-01-01T00:01:00Z')) == '1970-01-01T00:01:00Z'`,
    "string(duration('90s')) == '90s' && string(duration('-1500ms')) == '-1.5s' && string(duration('1h1m1ns')) == '3660.000000001s'",
    "5 % 3 == 2 && 7 / 2 == 3 && 'a' + 'b' == 'ab' && [1] + [2] == [1, 2] && (true ? true : false)", 'resp_data.no == 1 || true'
  ]) t.equal(ask(source), null, source)
})

t.test('expressions: convert what cel-go converts, and nothing else', async (t) => {
  for (const source of [
    "int('+5') == 5 && int('-9223372036854775808') < 0 && int('007') == 7 && int(5u) == 5 && int(-1.9) == -1", "uint('18446744073709551615') == 18446744073709551615u && uint(2.9) == 2u && uint(5u) == 5u",
    "double('.5') == 0.5 && double('5.') == 5.0 && double('1e3') == 1000.0 && double('1_0') == 10.0 && double('-Infinity') < 0.0 && double('inf') > 1.0 && double(7u) == 7.0",
    "string(1e6) == '1e+06' && string(100000.0) == '100000' && string(-0.0) == '-0' && string(1.0 / 0.0) == '+Inf' && string(12u) == '12' && string(true) == 'true' && string('x') == 'x'",
    "timestamp('2024-02-29T13:14:15+02:00') == timestamp('2024-02-29T11:14:15Z') && timestamp('2024-02-29T13:14:15.5-00:30') == timestamp('2024-02-29T13:44:15.500Z') && timestamp(60) == timestamp('1970-01-01T00:01:00Z')"
  ]) t.equal(ask(source), null, source)
  for (const call of [
    "int('')", "int(' 1')", "int('1 ')", "int('0x10')", "int('1_0')", "int('1e3')", "int('1.5')", "int('９')", "int('9223372036854775808')", "int('-9223372036854775809')", 'int(1e19)', 'int(9.3e18)', 'int(18446744073709551615u)', "int('+')",
    "uint('')", "uint('+5')", "uint('-1')", "uint('18446744073709551616')", 'uint(-1)', 'uint(-0.5)', 'uint(1e20)', "double('')", "double('0x10')", "double('1e400')", "double('NaN')", "double('1__0')", "double('.')", "double('1e')",
    "timestamp('2024-02-30T13:14:15Z')", "timestamp('2023-02-29T13:14:15Z')", "timestamp('2024-02-29T24:00:00Z')", "timestamp('2024-02-29')", "timestamp('2024-02-29t13:14:15z')", "timestamp('0000-12-31T00:00:00Z')", 'timestamp(253402300800)', "string(b'\\xff')"
  ]) {
    const source = `${call} == ${call} || false`
    t.match(ask(source), 'failed: ', source)
    t.match(ask(`!(${source})`), 'failed: ', source)
  }
  t.equal(ask("resp_data.name == 'Ann' && 'int(' + resp_data.n == 'int(30' && type(1) == int"), null, 'texts and names of types stay')
})

t.test('expressions: refuse at the start what can never be true', async (t) => {
  const compile = createCompiler({ macros: false })
  for (const source of ['this is not cel', "'text'", 'unknown == 1', "hasHeader('a')", 'req_method > 1']) t.throws(() => compile(source), SyntaxError, source)
})

t.test('expressions: tell the parts of times in a zone by name or offset, on any Node', async (t) => {
  const time = "timestamp('2023-12-31T23:20:30.040Z')"
  for (const source of [
    `${time}.getHours('+02:00') == 1 && ${time}.getHours('02:00') == 1 && ${time}.getHours('-05:30') == 17 && ${time}.getMinutes('-05:30') == 50 && ${time}.getMinutes('+05:45') == 5`,
    `${time}.getFullYear('+02:00') == 2024 && ${time}.getMonth('+02:00') == 0 && ${time}.getDate('+02:00') == 1 && ${time}.getDayOfMonth('+02:00') == 0 && ${time}.getDayOfYear('+02:00') == 0 && ${time}.getDayOfWeek('+02:00') == 1`,
    `${time}.getFullYear('Europe/Berlin') == 2024 && ${time}.getDayOfYear('UTC') == 364 && ${time}.getHours('UTC') == 23 && ${time}.getHours('America/New_York') == 18 && ${time}.getSeconds('Asia/Kolkata') == 30 && ${time}.getMilliseconds('Asia/Kolkata') == 40`,
    "timestamp('2023-07-01T00:00:00Z').getHours('Europe/Berlin') == 2 && timestamp('0099-05-01T12:00:00Z').getFullYear('+01:00') == 99 && timestamp('0099-05-01T12:00:00Z').getFullYear('UTC') == 99", `${time}.getHours('') == 23`
  ]) t.equal(ask(source), null, source)
  for (const zone of ['Nowhere/Land', '+2:x', ':30', '+02:00:00']) t.match(ask(`${time}.getHours('${zone}') == 0`), 'failed: ', zone)
})

t.test('macros: look at headers, cookies and query, and know a few things more', async (t) => {
  for (const source of ["hasHeader('X-KEY') && getHeader('x-key') == 'yes' && !hasHeader('no')", "getCookie('b') == '2' && !hasCookie('c')", "hasQuerystring('q') && getQuerystring('q') == '1'", 'between(2, 2, 3) && !5.between(1, 3) && 2.0.between(1.9, 2.1)', "isEmpty('') && isEmpty([]) && !isEmpty(resp_data) && !isEmpty(resp_data.n)", "sha256('a').startsWith('ca978112')", 'size(uuid()) == 36', "fromJSON('{\"a\": 1}').a == 1"]) t.equal(ask(source, true), null, source)
})
