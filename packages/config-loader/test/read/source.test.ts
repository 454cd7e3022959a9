import t, { type Test } from 'tap'
import { formatPlace } from '@floodgate/settings'
import { parseJson } from '../../src/read/json-source.ts'
import { parseToml } from '../../src/read/toml-source.ts'
import { parseYaml } from '../../src/read/yaml-source.ts'
import type { Source } from '../../src/read/source.ts'
import type { SyntaxProblem } from '../../src/read/syntax-problem.ts'

const json = `{
  "version": 3,
  "endpoints": [
    { "Endpoint": "/a", "backend": { "host": ["http://a", "http://b"] } },
    {
\t"endpoint": "/b"
    }
  ]
}`

const yaml = `version: 3
endpoints:
  - endpoint: /a
    backend: &one
      host: [http://a, http://b]
  - endpoint: /b
    backend:
      <<: *one
      group: g
`

function fails (t: Test, parse: () => Source): SyntaxProblem {
  try {
    parse()
  } catch (err) {
    t.equal((err as Error).name, 'SyntaxProblem')
    return err as SyntaxProblem
  }
  throw new Error('it should have failed')
}

t.test('parseJson: finds keys and values, whatever their case, and single values as lists of one', async (t) => {
  const source = parseJson('krakend.json', json)
  t.same(source.locate([]), { file: 'krakend.json', line: 1, column: 1 })
  t.same(source.locate(['version']), { file: 'krakend.json', line: 2, column: 14 })
  t.same(source.locate(['version'], 'key'), { file: 'krakend.json', line: 2, column: 3 })
  t.same(source.locate(['endpoints', 0, 'endpoint']), { file: 'krakend.json', line: 4, column: 19 })
  t.same(source.locate(['endpoints', 0, 'backend', 0, 'host', 1]), { file: 'krakend.json', line: 4, column: 59 })
  t.same(source.locate(['endpoints', 1, 'endpoint']), { file: 'krakend.json', line: 6, column: 14 })
})

t.test('parseJson: finds what holds a key that is not there', async (t) => {
  const source = parseJson('krakend.json', json)
  t.same(source.locate(['name']), { file: 'krakend.json', line: 1, column: 1 })
  t.same(source.locate(['endpoints', 1, 'backend', 0, 'host']), { file: 'krakend.json', line: 5, column: 5 })
  t.same(source.locate(['endpoints', 7]), { file: 'krakend.json', line: 3, column: 3 })
})

t.test('parseJson: shows the line with a caret', async (t) => {
  const source = parseJson('krakend.json', json)
  t.equal(source.excerpt(['version']), '2 |   "version": 3,\n  |              ^')
  t.equal(source.excerpt(['endpoints', 1, 'endpoint'], 'key'), '6 |  "endpoint": "/b"\n  |  ^')
})

t.test('parseJson: cuts long lines around the caret', async (t) => {
  const source = parseJson('krakend.json', JSON.stringify({ a: 'x'.repeat(300), key: 1, b: 'y'.repeat(300) }))
  const [line = '', caret = ''] = source.excerpt(['key'], 'key')!.split('\n')
  t.ok(line.length < 120)
  t.equal(line.slice(caret.indexOf('^'), caret.indexOf('^') + 5), '"key"')
  t.match(line, /^1 \| ….*…$/)
})

t.test('parseJson: masks secrets of the line it shows, and keeps the caret right', async (t) => {
  const text = '{"password": "hunter2", "proxy_address": "http://u:p@ss@h:1", "n": 1, "client_secret": "abc"}'
  const source = parseJson('krakend.json', text)
  for (const key of ['password', 'proxy_address', 'n', 'client_secret']) {
    const excerpt = source.excerpt([key], 'key')!
    t.notMatch(excerpt, /hunter2|p@ss|abc/)
    const [line = '', caret = ''] = excerpt.split('\n')
    t.equal(line.slice(caret.indexOf('^')).startsWith(`"${key}"`), true, excerpt)
  }
  t.match(source.excerpt(['proxy_address']), /"http:\/\/\*\*\*@h:1"/)
  const [line = '', caret = ''] = source.excerpt(['n'])!.split('\n')
  t.equal(line[caret.indexOf('^')], '1')
})

t.test('parseJson: knows keys that stand twice, takes the last', async (t) => {
  const source = parseJson('krakend.json', '{"a": {"x": 1, "x": "::"}, "b": [{"c": 1}], "b": [{"c": 2}]}')
  t.same(source.value, { a: { x: '::' }, b: [{ c: 2 }] })
  t.same(source.duplicates().map(({ place }) => formatPlace(place)).sort(), ['a.x', 'b'])
  t.same(parseJson('krakend.json', '{"a": {"x": 1, "y": 2}, "a": 5, "a": {"y": 1, "z": 2}}').duplicates(), [{ place: ['a'], lost: ['x'] }])
  t.equal(source.locate(['b', 0, 'c'])!.column, 57)
  t.same(parseJson('krakend.json', '{"a:": {"b": "\\":"}}').duplicates(), [])
})

t.test('parseJson: says what is wrong and where', async (t) => {
  const table: [string, RegExp, number, number][] = [
    ['{ "a": [ }', /expected a value.*found "}" in line 1, column 10/, 1, 10],
    ['{ "a": 1\n  "b": 2 }', /expected ",".*line 2, column 3/, 2, 3],
    ['{ "a": 1, }', /comma too many.*line 1, column 11/, 1, 11],
    ['{ "a": 1 } x', /unexpected text after the end/, 1, 12],
    ['{ // c\n}', /no comments/, 1, 3],
    ['', /end of the file/, 1, 1],
    ['{ "a": "\n" }', /.*/, 1, 8],
    ["{ 'a': 1 }", /.*/, 1, 3],
    ['{ "a": tru }', /.*/, 1, 8]
  ]
  for (const [text, message, line, column] of table) {
    const problem = fails(t, () => parseJson('krakend.json', text))
    t.match(problem.message, message, text)
    t.same(problem.where, { line, column }, text)
  }
  t.match(fails(t, () => parseJson('k', '\uFEFF{}')).message, /byte order mark/)
})

t.test('parseJson: shows no secret in the line of a syntax error', async (t) => {
  const { excerpt } = fails(t, () => parseJson('krakend.json', '{ "client_secret": "abc", "users": { "alice": "pw" } "x": 1, "y": "pw'))
  t.equal(excerpt, '1 | { "client_secret": "…", "users": { "alice": "…" } "x": 1, "y": "…"\n  |                                                   ^')
  t.notMatch(fails(t, () => parseJson('krakend.json', '{ "password": "a\\qpw" }')).excerpt, /pw/)
  t.notMatch(fails(t, () => parseYaml('k.yml', 'client_secret: pw [ : x: }')).excerpt, /pw/)
  const yaml = parseYaml('k.yml', 'users: { alice: pw }\nproxy_address: http://u:pw@h:1 # "pw"')
  t.equal(yaml.excerpt(['users', 'alice'], 'key'), '1 | users: { alice: "***" }\n  |          ^')
  t.match(yaml.excerpt(['proxy_address']), /"http:\/\/\*\*\*@h:1"/)
})

t.test('parseJson, parseYaml, parseToml: 250 levels of objects and lists, and not one more', async (t) => {
  const lists = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const objects = (levels: number): string => `${'{"a": '.repeat(levels)}1${'}'.repeat(levels)}`
  const block = (levels: number): string => Array.from({ length: levels }, (_, i) => `${' '.repeat(i)}a:\n`).join('')
  const takes: Record<string, () => Source> = {
    'JSON lists': () => parseJson('k.json', lists(250)),
    'JSON objects': () => parseJson('k.json', objects(250)),
    'JSON brackets in texts': () => parseJson('k.json', `["${'['.repeat(3000)}\\"[", {"${'{'.repeat(3000)}": 1}, ${'[],'.repeat(3000)} 1]`),
    'YAML flow': () => parseYaml('k.yml', `a: ${lists(249)}`),
    'YAML block': () => parseYaml('k.yml', block(250)),
    'TOML keys': () => parseToml('k.toml', `${'a.'.repeat(249)}a = 1`)
  }
  for (const [form, parse] of Object.entries(takes)) {
    t.doesNotThrow(parse, form)
    t.doesNotThrow(() => { parse().locate(['a', 'a']) }, form)
  }
  const refuses: Record<string, [parse: () => Source, where: { line: number, column: number } | null]> = {
    'JSON lists': [() => parseJson('k.json', `{"version": 3,\n "a": ${lists(250)}}`), { line: 2, column: 256 }],
    'JSON objects': [() => parseJson('k.json', objects(251)), { line: 1, column: 1501 }],
    'JSON, very deep': [() => parseJson('k.json', lists(100_000)), { line: 1, column: 251 }],
    'JSON, not closed': [() => parseJson('k.json', '['.repeat(100_000)), { line: 1, column: 251 }],
    'JSON, in a key that stands twice': [() => parseJson('k.json', `{"a": ${lists(3000)}, "a": 1}`), { line: 1, column: 256 }],
    'YAML flow': [() => parseYaml('k.yml', `version: 3\na: ${lists(3000)}`), { line: 2, column: 253 }],
    'YAML block': [() => parseYaml('k.yml', block(3000)), { line: 251, column: 252 }],
    'YAML lists of one line': [() => parseYaml('k.yml', `${'- '.repeat(3000)}x`), { line: 1, column: 501 }],
    'YAML keys that are lists': [() => parseYaml('k.yml', '? '.repeat(3000)), { line: 1, column: 501 }],
    'TOML lists': [() => parseToml('k.toml', `version = 3\na = ${lists(3000)}`), { line: 2, column: 255 }],
    'TOML keys': [() => parseToml('k.toml', `${'a.'.repeat(3000)}a = 1`), null],
    'TOML tables': [() => parseToml('k.toml', `[${'a.'.repeat(250)}a]\nb = 1`), null]
  }
  for (const [form, [parse, where]] of Object.entries(refuses)) {
    const problem = fails(t, parse)
    t.match(problem, { message: /^objects and lists are nested more than 250 levels deep/, code: 'too-deep' }, form)
    t.strictSame(problem.where, where, form)
  }
})

t.test('parseYaml: finds keys and values, through merges and aliases', async (t) => {
  const source = parseYaml('krakend.yaml', yaml)
  t.same(source.value, {
    version: 3,
    endpoints: [
      { endpoint: '/a', backend: { host: ['http://a', 'http://b'] } },
      { endpoint: '/b', backend: { host: ['http://a', 'http://b'], group: 'g' } }
    ]
  })
  t.same(source.locate(['version']), { file: 'krakend.yaml', line: 1, column: 10 })
  t.same(source.locate(['endpoints', 1, 'endpoint'], 'key'), { file: 'krakend.yaml', line: 6, column: 5 })
  t.same(source.locate(['endpoints', 1, 'backend', 0, 'host', 1]), { file: 'krakend.yaml', line: 5, column: 24 })
  t.same(source.locate(['endpoints', 1, 'backend', 0, 'group']), { file: 'krakend.yaml', line: 9, column: 14 })
  t.equal(source.excerpt(['version']), '1 | version: 3\n  |          ^')
  t.same(source.duplicates(), [])
})

t.test('parseYaml: reads the core schema of YAML 1.2 as plain values', async (t) => {
  t.same(parseYaml('k.yml', 'a: yes\nb: 0x1F\nc: 2024-01-01\nd: ~\n404: x\n').value, { a: 'yes', b: 31, c: '2024-01-01', d: null, 404: 'x' })
})

t.test('parseYaml: refuses duplicate keys, bad syntax, several documents, endless aliases', async (t) => {
  t.same(fails(t, () => parseYaml('k.yml', 'a: 1\na: 2')).where, { line: 2, column: 1 })
  t.match(fails(t, () => parseYaml('k.yml', 'a: [1\nb: 2')).message, /line 2/)
  fails(t, () => parseYaml('k.yml', 'a: 1\n---\nb: 1'))
  t.match(fails(t, () => parseYaml('k.yml', 'a: &x { b: *x }')), { message: 'the alias *x is inside the value of its own anchor, in line 1, column 12' })
  t.match(fails(t, () => parseYaml('k.yml', 'a: 1\nb: *x\nc: &x 1')), { message: 'there is no anchor &x before the alias *x, in line 2, column 4' })
  t.match(fails(t, () => parseYaml('k.yml', 'a: 1\n<<: 2')), { message: /value of "<<" must be a mapping/, where: { line: 2, column: 1 } })
  t.match(fails(t, () => parseYaml('k.yml', 'a: 1\n[b]: 2')), { message: /a key is a mapping or a list/, where: { line: 2, column: 1 } })
  t.match(fails(t, () => parseYaml('k.yml', `a: &a [x, x, x, x]\n${[...'bcdefghij'].map((key, i) => `${key}: &${key} [${`*${'abcdefghi'[i]}, `.repeat(9)}]`).join('\n')}`)), { message: /more than 1000000 values, including those of aliases/ })
})

t.test('parseYaml: thousands of anchors, aliases and merges are read once each', async (t) => {
  const many = 5000
  const text = (make: (i: number) => string): string => Array.from({ length: many }, (_, i) => make(i)).join('')
  const one = parseYaml('k.yml', `defaults: &d { host: [h], group: g }\nlist:\n${text((i) => `  - <<: *d\n    group: ${i}\n`)}`)
  t.same((one.value as { list: unknown[] }).list[many - 1], { host: ['h'], group: many - 1 }, 'one anchor')
  t.same(one.locate(['list', many - 1, 'host', 0]), { file: 'k.yml', line: 1, column: 23 })
  const own = parseYaml('k.yml', `${text((i) => `a${i}: &a${i} x${i}\n`)}b:\n${text((i) => `  b${i}: *a${i}\n`)}`)
  t.equal((own.value as { b: Record<string, unknown> }).b[`b${many - 1}`], `x${many - 1}`, 'one each')
})

t.test('parseYaml: what `<<` gives gives way to own keys, and the first of several counts', async (t) => {
  const source = parseYaml('k.yml', 'a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc:\n  z: 3\n  <<: [*a, *b]\n  x: 3\nd: { <<: *a, __proto__: 4, "<<": 5 }\n')
  const { c, d } = source.value as { c: unknown, d: object }
  t.same(c, { x: 3, y: 1, z: 3 })
  t.same(source.locate(['c', 'y']), { file: 'k.yml', line: 1, column: 18 })
  t.same(source.locate(['c', 'x']), { file: 'k.yml', line: 6, column: 6 })
  t.strictSame(Object.entries(d), [['x', 1], ['y', 1], ['__proto__', 4], ['<<', 5]])
})

t.test('formatPlace: writes key paths', async (t) => {
  t.equal(formatPlace(['endpoints', 0, 'backend', 1, 'extra_config', 'backend/http/client', 'ca_certs', 2]), 'endpoints[0].backend[1].extra_config["backend/http/client"].ca_certs[2]')
  t.equal(formatPlace([]), '')
})
