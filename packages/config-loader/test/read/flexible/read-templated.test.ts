import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { stringify as toToml } from 'smol-toml'
import t, { type Test } from 'tap'
import { stringify as toYaml } from 'yaml'
import { ConfigError, expandConfig, loadConfig, type Problem } from '@floodgate/config-loader'

const all = { FC_ENABLE: '1', FC_SETTINGS: 'settings', FC_PARTIALS: 'partials', FC_TEMPLATES: 'templates' }

/** The first problem of a configuration in a folder of files. */
async function problemOf (t: Test, files: object, env: NodeJS.ProcessEnv = all, config = 'krakend.tmpl'): Promise<Problem> {
  const cwd = t.testdir({ settings: {}, partials: {}, templates: {}, ...files } as Parameters<Test['testdir']>[0])
  try {
    const { problems } = await loadConfig(config, { cwd, env })
    if (problems.length === 0) throw new Error('it should have found something')
    return problems[0]!
  } catch (err) {
    if (err instanceof ConfigError) return err.problems[0]!
    throw err
  }
}

const where = ({ code, file, line, column }: Problem) => `${code} ${file}:${line}:${column}`

const service = {
  'krakend.tmpl': `{
  "version": 3,
  {{ include "defaults.json" }},
  "port": {{ .env.port }},
  "name": {{ marshal .env.name }},
  "endpoints": [
    {{- range $i, $s := .services.list }}{{ if $i }},{{ end }}
    {{ template "endpoint.tmpl" $s }}
    {{- end }}
  ]
}
`,
  settings: {
    'env.json': '{"port": 8123, "name": "shop \\"one\\""}',
    'services.yaml': 'list:\n  - { path: /a, host: "http://a" }\n  - { path: /b, host: "http://b" }\n',
    'limits.toml': 'rate = 3\n',
    'notes.txt': 'not read'
  },
  partials: { 'defaults.json': '"timeout": "1s",\n  "cache_ttl": "{{ not evaluated"' },
  templates: { 'endpoint.tmpl': '{ "endpoint": "{{ .path }}",\n      "backend": [{ "host": ["{{ .host }}"], "url_pattern": "/x" }] }', 'README.md': 'not read: {{' }
}

t.test('loadConfig: FC_ENABLE makes a template of the file, with settings, partials and templates', async (t) => {
  const cwd = t.testdir({ ...service, partials: { 'defaults.json': '"timeout": "1s",\n  "cache_ttl": "5m"' } })
  const { model, problems, sources } = await loadConfig('krakend.tmpl', { cwd, env: all })
  t.same(problems, [])
  t.match(model, { port: 8123, name: 'shop "one"', endpoints: [{ path: '/a', timeout: 1000, cacheTtl: 300_000 }, { path: '/b' }] })
  t.same(model.endpoints.map(({ backends }) => backends[0].hosts), [['http://a'], ['http://b']])
  t.same(sources.map(({ file }) => file), ['krakend.tmpl', 'settings/env.json', 'settings/limits.toml', 'settings/services.yaml', 'templates/endpoint.tmpl', 'partials/defaults.json'])
})

t.test('loadConfig: FC_ENABLE counts when it is not empty, even as 0', async (t) => {
  const cwd = t.testdir({ 'krakend.json': '{"version": 3, "name": "{{ env "WHO" }}"}', 'plain.json': '{"version": 3, "name": "{{ . }}"}' })
  t.equal((await loadConfig('krakend.json', { cwd, env: { FC_ENABLE: '0', WHO: 'me' } })).model.name, 'me')
  t.equal((await loadConfig('plain.json', { cwd, env: { FC_ENABLE: '' } })).model.name, '{{ . }}')
})

t.test('loadConfig: partials are not evaluated, and without FC_PARTIALS found in the working directory', async (t) => {
  const cwd = t.testdir({ 'krakend.tmpl': '{"version": 3, "name": {{ include "parts/name" }} }', parts: { name: '"{{ .x }}"' } })
  t.equal((await loadConfig('krakend.tmpl', { cwd, env: { FC_ENABLE: '1' } })).model.name, '{{ .x }}')
})

t.test('loadConfig: templates see what other files define', async (t) => {
  const cwd = t.testdir({ 'krakend.tmpl': '{"version": 3, "name": "{{ template "who" }}" }', templates: { 'any.tmpl': '{{ define "who" }}shared{{ end }}' } })
  t.equal((await loadConfig('krakend.tmpl', { cwd, env: { FC_ENABLE: '1', FC_TEMPLATES: 'templates' } })).model.name, 'shared')
})

t.test('loadConfig: FC_OUT gets the result, valid or not', async (t) => {
  const cwd = t.testdir({ 'krakend.tmpl': '{"version": {{ add 1 2 }} }', 'broken.tmpl': '{"version": {{ add 1 2 }}' })
  const env = { FC_ENABLE: '1', FC_OUT: 'out.json' }
  await loadConfig('krakend.tmpl', { cwd, env })
  t.equal(readFileSync(join(cwd, 'out.json'), 'utf8'), '{"version": 3 }')
  await t.rejects(loadConfig('broken.tmpl', { cwd, env }), { code: 'FG_ERR_CONFIG_INVALID' })
  t.equal(readFileSync(join(cwd, 'out.json'), 'utf8'), '{"version": 3')
  t.match(await problemOf(t, { 'krakend.tmpl': '{}' }, { FC_ENABLE: '1', FC_OUT: 'no/such/out.json' }), { code: 'unwritable-file', file: 'no/such/out.json', instead: /FC_OUT/ })
})

t.test('expandConfig: gives the rendered text, or the file as it is', async (t) => {
  const cwd = t.testdir({ 'krakend.tmpl': '{"version": {{ add 1 2 }} }', 'plain.json': '{"version":  7}' })
  t.equal((await expandConfig('krakend.tmpl', { cwd, env: { FC_ENABLE: '1' } })).text, '{"version": 3 }')
  t.equal((await expandConfig('plain.json', { cwd, env: {} })).text, '{"version":  7}')
})

t.test('loadConfig: a failing template is told with its own file, line and column', async (t) => {
  const calls = '{ {{ template "x.tmpl" . }} }'
  const fails = async (text: string, more: object = {}) => where(await problemOf(t, { 'krakend.tmpl': text, ...more }))
  t.equal(await fails('{\n  {{ if }}'), 'template krakend.tmpl:2:9')
  t.equal(await fails('{\n  "a": {{ nofun 1 }}'), 'template krakend.tmpl:2:11')
  t.equal(await fails(calls, { templates: { 'x.tmpl': '\n\n  {{ fail "no" }}' } }), 'template templates/x.tmpl:3:6')
  t.equal(await fails(calls), 'template krakend.tmpl:1:15')
  t.equal(await fails('{}', { templates: { 'unused.tmpl': '{{ end }}' } }), 'template templates/unused.tmpl:1:8')
})

t.test('loadConfig: a missing partial stops the start', async (t) => {
  const problem = await problemOf(t, { 'krakend.tmpl': '{\n  {{ include "none.json" }}\n}' })
  t.equal(where(problem), 'template krakend.tmpl:2:14')
  t.match(problem.message, 'partials/none.json: there is no such file')
  t.equal(problem.excerpt, '2 |   {{ include "none.json" }}\n  |              ^')
})

t.test('loadConfig: folders and settings that cannot be read are told with the variable', async (t) => {
  const plain = { 'krakend.tmpl': '{}' }
  t.match(await problemOf(t, plain, { FC_ENABLE: '1', FC_SETTINGS: 'nowhere' }), { code: 'unreadable-file', file: 'nowhere', message: /FC_SETTINGS cannot be read: there is no such folder/ })
  t.match(await problemOf(t, plain, { FC_ENABLE: '1', FC_TEMPLATES: 'krakend.tmpl' }), { code: 'unreadable-file', file: 'krakend.tmpl', message: /FC_TEMPLATES cannot be read: it is not a folder/ })
  t.equal(where(await problemOf(t, { ...plain, settings: { 'a.json': '{\n  "x": }' } })), 'syntax settings/a.json:2:8')
  t.match(await problemOf(t, { ...plain, settings: { 'a.json': {} } }), { code: 'unreadable-file', file: 'settings/a.json', message: /it is a directory/ })
  t.match(await problemOf(t, { ...plain, settings: { 'a.json': '{}', 'a.toml': '' } }), { code: 'ambiguous-settings', file: 'settings/a.toml' })
  t.match(await problemOf(t, {}), { code: 'unreadable-file', file: 'krakend.tmpl' })
})

t.test('loadConfig: a result that is not JSON points into the template that made it', async (t) => {
  const problem = await problemOf(t, {
    'krakend.tmpl': '{\n  "version": 3,\n  "endpoints": [\n{{ range .s.hosts }}{{ template "e.tmpl" . }}\n{{ end }}  ]\n}',
    settings: { 's.json': '{"hosts": ["a", "b"]}' },
    templates: { 'e.tmpl': '    { "endpoint": "/{{ . }}" }' }
  })
  t.equal(where(problem), 'syntax templates/e.tmpl:1:5')
  t.match(problem.message, /the rendered configuration is not valid: expected ","; found "\{" in line 5, column 5/)
  t.equal(problem.excerpt, '5 |     { "endpoint": "…" }\n  |     ^\n(as rendered; the template was called at krakend.tmpl:4:33)')
  t.equal(where(await problemOf(t, { 'krakend.tmpl': '{\n  "version": {{ .none.at }}\n}' })), 'syntax krakend.tmpl:2:17')
  t.equal(where(await problemOf(t, { 'krakend.tmpl': '{\n  "version": 3 {{/* the end */}}' })), 'syntax krakend.tmpl:2:15')
  t.equal(where(await problemOf(t, { 'krakend.tmpl': '{{ if false }}{}{{ end }}' })), 'syntax krakend.tmpl:null:null')
  t.equal(where(await problemOf(t, { 'krakend.tmpl': '{\n  {{ include "p" }}\n}', partials: { p: '"version": 3,\n"name": x' } })), 'syntax partials/p:2:9')
})

t.test('loadConfig: a wrong value points into the template that made it', async (t) => {
  const problem = await problemOf(t, {
    ...service,
    'krakend.tmpl': service['krakend.tmpl'].replace('{{ include "defaults.json" }}', '"timeout": "1s"'),
    settings: { ...service.settings, 'services.yaml': 'list:\n  - { path: /a, host: "http://a" }\n  - { path: /b, host: "ftp://me:pw@b" }\n' }
  })
  t.match(where(problem), /^\S+ templates\/endpoint\.tmpl:2:30$/)
  t.same(problem.place.slice(0, 2), ['endpoints', 1])
  t.match(problem.excerpt, /^10 | .*"ftp:\/\/\*\*\*@b".*\n/)
  t.match(problem.excerpt, /\(as rendered; the template was called at krakend\.tmpl:8:17\)$/)
  const number = await problemOf(t, { 'krakend.tmpl': '{ "version": 3,\n  "port": {{ .env.port }} }', settings: { 'env.json': '{"port": 99999}' } })
  t.match(where(number), / krakend\.tmpl:2:14$/)
  const included = await problemOf(t, { 'krakend.tmpl': '{ "version": 3,\n  {{ include "p" }} }', partials: { p: '"name": "x",\n  "tmeout": "1s"' } })
  t.equal(where(included), 'unknown-key partials/p:2:3')
  t.match(included.excerpt, '(as rendered; included at krakend.tmpl:2:6)')
})

t.test('loadConfig: no text of a template that may be secret is shown', async (t) => {
  const problem = await problemOf(t, { 'krakend.tmpl': '{ "secret": "sesame-{{ .a }}-street", "b": {{ .x | default "hush" | nofun }} }' })
  t.equal(problem.excerpt?.split('\n')[0], '1 | { "secret": "…{{ .a }}…", "b": {{ .x | default "…" | nofun }} }')
  const yaml = await problemOf(t, { 'krakend.yaml': 'password: sesame{{ nofun }}' }, all, 'krakend.yaml')
  t.equal(yaml.excerpt?.split('\n')[0], '1 | password: ***')
  t.match(await problemOf(t, { 'krakend.tmpl': '{ "secret": "{{ env "S" }}" x' }, { ...all, S: 'sesame' }), { excerpt: /^1 \| \{ "secret": "…" \*\*\*/ })
})

t.test('loadConfig: YAML and TOML may be templates, by the ending without .tmpl or that of FC_OUT', async (t) => {
  const yaml = 'version: 3\nname: {{ .s.name }}\nport: {{ .s.port }}\n'
  const cwd = t.testdir({ 'a.yaml': yaml, 'a.yml.tmpl': yaml, 'a.tmpl': yaml, 'a.toml': 'version = 3\nname = {{ .s.name | quote }}\n', settings: { 's.json': '{"name": "n", "port": "x"}' } })
  const env = { FC_ENABLE: '1', FC_SETTINGS: 'settings' }
  for (const [file, more] of [['a.yaml', {}], ['a.yml.tmpl', {}], ['a.tmpl', { FC_OUT: 'out.yaml' }]] as const) {
    const err = await loadConfig(file, { cwd, env: { ...env, ...more } }).then(() => null, (err: ConfigError) => err)
    t.match(err?.problems, [{ file, line: 3, column: 10, place: ['port'] }])
  }
  t.equal((await loadConfig('a.toml', { cwd, env })).model.name, 'n')
})

t.test('loadConfig: one configuration means the same in JSON, YAML and TOML, as a file and as a template', async (t) => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 })
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  const endpoint = fc.record({
    endpoint: name.map((name) => `/${name}`),
    timeout: fc.constantFrom('1s', '1h30m', '250ms'),
    input_headers: fc.uniqueArray(fc.constantFrom('X-A', 'on', 'yes', 'null', '010')),
    backend: fc.array(fc.record({
      url_pattern: name.map((name) => `/${name}`),
      host: fc.constant(['http://127.0.0.1:1234']),
      mapping: fc.dictionary(name, name, { maxKeys: 2 }),
      deny: fc.array(text.map((text) => `k${text}`), { maxLength: 2 }),
      is_collection: fc.boolean()
    }), { minLength: 1, maxLength: 2 })
  })
  const config = fc.record({ version: fc.constant(3), name: text, port: fc.integer({ min: 1, max: 65535 }), endpoints: fc.uniqueArray(endpoint, { maxLength: 3, selector: ({ endpoint }) => endpoint }) })
  const write: Record<string, (value: unknown) => string> = { json: JSON.stringify, yaml: toYaml, toml: toToml }
  await fc.assert(fc.asyncProperty(config, async (config) => {
    const cwd = t.testdir(Object.fromEntries(Object.entries(write).flatMap(([ending, stringify]) => [
      [`plain.${ending}`, stringify(config)],
      [`template.${ending}`, `{{ include "plain.${ending}" }}`]
    ])))
    const read = async (file: string, env: NodeJS.ProcessEnv) => {
      try {
        return (await loadConfig(file, { cwd, env })).model
      } catch (err) {
        return (err as ConfigError).problems.map(({ message }) => message)
      }
    }
    const outcomes = await Promise.all(Object.keys(write).flatMap((ending) => [read(`plain.${ending}`, {}), read(`template.${ending}`, { FC_ENABLE: '1' })]))
    for (const outcome of outcomes) t.strictSame(outcome, outcomes[0])
  }), { numRuns: 30 })
})
