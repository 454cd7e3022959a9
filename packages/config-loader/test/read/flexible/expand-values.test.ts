import t, { type Test } from 'tap'
import { ConfigError, expandConfig, loadConfig, type Problem } from '@floodgate/config-loader'

const all = { FLOODGATE_REFS: '1', FLOODGATE_ENV_SUBSTITUTION: '1' }

type Files = NonNullable<Parameters<Test['testdir']>[0]>

/** The value that a folder of files makes. */
async function expanded (t: Test, files: Files, env: NodeJS.ProcessEnv = all, config = 'krakend.json'): Promise<unknown> {
  return (await expandConfig(config, { cwd: t.testdir(files), env })).value
}

/** The first problem of a folder of files: `code file:line:column message`. */
async function problemOf (t: Test, files: Files, env: NodeJS.ProcessEnv = all, config = 'krakend.json'): Promise<string> {
  const show = (problem: Problem | undefined) => problem === undefined ? 'none' : `${problem.code} ${problem.file}:${problem.line}:${problem.column} ${problem.message}`
  try {
    return show((await loadConfig(config, { cwd: t.testdir(files), env })).problems[0])
  } catch (err) {
    if (err instanceof ConfigError) return show(err.problems[0])
    throw err
  }
}

t.test('expandConfig: nothing is expanded unless a variable says so', async (t) => {
  const value = { version: 3, name: '${NAME}', a: { $ref: './none.json' } } // eslint-disable-line no-template-curly-in-string
  const files = { 'krakend.json': JSON.stringify(value) }
  t.same(await expanded(t, files, { NAME: 'x' }), value)
  t.same(await expanded(t, files, { NAME: 'x', FLOODGATE_REFS: '0', FLOODGATE_ENV_SUBSTITUTION: 'false' }), value)
})

t.test('expandConfig: variables stand in values, with defaults and escapes, in every format', async (t) => {
  const env = { FLOODGATE_ENV_SUBSTITUTION: '1', HOST: 'api', EMPTY: '', constructor: 'x' }
  const value = ['http://${HOST}:${PORT:-80}', '${EMPTY}|${EMPTY:-e}|${NONE:-}', '$${HOST} ${a.b} $HOST {id}'] // eslint-disable-line no-template-curly-in-string
  const want = { '${HOST}': ['http://api:80', '|e|', '${HOST} ${a.b} $HOST {id}'] } // eslint-disable-line no-template-curly-in-string
  t.same(await expanded(t, { 'krakend.json': JSON.stringify({ '${HOST}': value }) }, env), want) // eslint-disable-line no-template-curly-in-string
  t.same(await expanded(t, { 'k.yaml': `"\${HOST}":\n${value.map((text) => `  - ${JSON.stringify(text)}\n`).join('')}` }, env, 'k.yaml'), want)
  t.same(await expanded(t, { 'k.toml': `"\${HOST}" = [${value.map((text) => `'${text}'`).join(', ')}]` }, env, 'k.toml'), want)
})

t.test('loadConfig: a variable that is not set is told where it is used', async (t) => {
  const text = '{\n  "version": 3,\n  "name": "${A}",\n  "listen_ip": "${B}" }' // eslint-disable-line no-template-curly-in-string
  t.equal(await problemOf(t, { 'krakend.json': text }), 'unset-variable krakend.json:3:11 the environment variables A, B are not set')
  t.match(await problemOf(t, { 'krakend.json': text }, { ...all, A: 'x', B: 'nowhere' }), /^\S+ krakend\.json:4:16 /)
})

t.test('expandConfig: files and parts of files are included, relative to the file that names them', async (t) => {
  const value = await expanded(t, {
    'krakend.json': '{"version": 3, "endpoints": [{"$ref": "./parts/a.yaml"}, {"$ref": "./parts/b.toml#/list/1", "@comment": "x"}]}',
    parts: { 'a.yaml': 'endpoint: /a\nbackend: { $ref: ../backends.json#/a~1b }\n', 'b.toml': '[[list]]\n[[list]]\nendpoint = "/${NAME}"\n' }, // eslint-disable-line no-template-curly-in-string
    'backends.json': '{"a/b": [{"url_pattern": "/x"}]}'
  }, { ...all, NAME: 'b' })
  t.same(value, { version: 3, endpoints: [{ endpoint: '/a', backend: [{ url_pattern: '/x' }] }, { endpoint: '/b' }] })
})

t.test('expandConfig: references of JSON Schemas stay', async (t) => {
  const value = { version: 3, schema: { a: { $ref: '#/definitions/a' }, b: { $ref: 'https://schemas.example/b.json' } } }
  t.same(await expanded(t, { 'krakend.json': JSON.stringify(value) }), value)
})

t.test('loadConfig: problems in included files are told there', async (t) => {
  const files = {
    'krakend.json': '{"version": 3,\n "endpoints": {"$ref": "./e.json"} }',
    'e.json': '{ "endpoint": "/a",\n  "tmeout": "1s", "backend":\n  {"$ref": "./b.yaml#/backend"} }',
    'b.yaml': 'backend:\n  host: [ftp://x]\n  url_pattern: /x\n'
  }
  const cwd = t.testdir(files)
  const err = await loadConfig('krakend.json', { cwd, env: all }).then(() => null, (err: ConfigError) => err)
  const problems = err?.problems.map(({ file, line, column, place }) => `${file}:${line}:${column} ${place.join('.')}`)
  t.match(problems, ['b.yaml:2:10 endpoints.0.backend.0.host.0', 'e.json:2:3 endpoints.0.tmeout'])
  t.match(await problemOf(t, { 'krakend.json': '{"$ref": "./e.json"}', 'e.json': '{"version": 3,\n "name": "a", "name": "b"}' }), 'duplicate-key e.json:2:15')
})

t.test('loadConfig: sources has every included file', async (t) => {
  const cwd = t.testdir({ 'krakend.json': '{"version": 3, "endpoints": {"$ref": "./e.json"}, "name": "${N:-n}"}', 'e.json': '[]' }) // eslint-disable-line no-template-curly-in-string
  t.same((await loadConfig('krakend.json', { cwd, env: all })).sources.map(({ file }) => file), ['krakend.json', 'e.json'])
})

t.test('loadConfig: includes that cannot be followed are told where they stand', async (t) => {
  const fails = (ref: string, more: object = {}) => problemOf(t, { 'krakend.json': `{"version": 3,\n "a": {"$ref": ${JSON.stringify(ref)}} }`, ...more } as Files)
  t.equal(await fails('./none.json'), 'invalid-ref krakend.json:2:7 none.json: the file cannot be read: there is no such file')
  t.equal(await fails('./b.json#/x/y', { 'b.json': '{"x": {}}' }), 'invalid-ref krakend.json:2:7 ./b.json#/x/y: there is no "y" in b.json')
  t.match(await fails('./b.json#x', { 'b.json': '{}' }), 'must begin with "/"')
  t.match(await fails('./b.json#/constructor', { 'b.json': '{}' }), 'there is no "constructor"')
  t.match(await fails('./b.json', { 'b.json': '{\n x' }), 'syntax b.json:2:2')
  t.equal(await fails('./b.json', { 'b.json': '{"c":\n {"$ref": "./b.json"}}' }), 'invalid-ref b.json:2:2 ./b.json includes itself')
  t.match(await fails('./krakend.json#/a'), 'includes itself')
  t.match(await problemOf(t, { 'krakend.json': '{"a": {"$ref": "./b.json", "b": 1}}', 'b.json': '{}' }), 'invalid-ref krakend.json:1:7 "b" is ignored beside "$ref"')
})

t.test('loadConfig: depth and size of includes are bounded', async (t) => {
  const chain = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.json`, `{"x": {"$ref": "./${i + 1}.json"}}`]))
  t.match(await problemOf(t, { 'krakend.json': '{"$ref": "./0.json"}', ...chain }), 'more than 32 levels deep')
  const doubling = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`${i}.json`, `[${Array(4).fill(`{"$ref": "./${i + 1}.json"}`).join()}]`]))
  t.match(await problemOf(t, { 'krakend.json': '{"$ref": "./0.json"}', ...doubling, '25.json': '1' }), 'more than 10000 includes')
  const deep = `${'['.repeat(200)}{"$ref": "./B"}${']'.repeat(200)}`
  t.match(await problemOf(t, { 'krakend.json': deep.replace('B', 'b.json'), 'b.json': `${'['.repeat(51)}${']'.repeat(51)}` }), 'nested more than 250 levels deep')
  const huge = { 'list.json': JSON.stringify(Array(400_000).fill(1)) }
  t.match(await problemOf(t, { 'krakend.json': `[${Array(3).fill('{"$ref": "./list.json"}').join()}]`, ...huge }), 'more than 1000000 values')
})
