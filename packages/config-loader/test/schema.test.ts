import { Ajv } from 'ajv'
import t from 'tap'
import { loadConfig, originOf, readConfig, type Configuration } from '@floodgate/config-loader'
import { createConfigurationSchema, joinProblems, lintSource } from '@floodgate/config-loader/schema'

const backend = { host: ['http://a.example.com'], url_pattern: '/' }
const minimal = { version: 3, endpoints: [{ endpoint: '/a', backend: [backend] }] }
const greeting = {
  namespace: 'acme/greeting',
  schemas: { endpoint: { type: 'object', properties: { text: { type: 'string' }, until: { type: 'string', format: 'go-duration' } }, required: ['text'] } }
}

t.test('createConfigurationSchema: is a schema that takes what is right and refuses what is not', async (t) => {
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(createConfigurationSchema([greeting]))
  const judge = (value: unknown) => validate(value) ? 'fits' : validate.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort().join(', ')
  const withClient = (settings: object) => ({ ...minimal, endpoints: [{ endpoint: '/a', backend: [{ ...backend, extra_config: { 'backend/http/client': settings } }] }] })
  t.equal(judge(minimal), 'fits')
  t.equal(judge({ ...minimal, $schema: 'x', '@comment': 1, timeout: '1h2.5m3µs', client_tls: { ca_certs: ['a.pem'], _why: '' }, extra_config: { router: { auto_options: true }, '@off': 1, 'github_com/devopsfaith/krakend-cors': {} } }), 'fits')
  t.equal(judge(withClient({ client_tls: { min_version: 'TLS12' }, no_redirect: true })), 'fits')
  t.equal(judge({ ...minimal, endpoints: [{ ...minimal.endpoints[0], extra_config: { 'acme/greeting': { text: 'hi', until: '2s' } } }] }), 'fits')
  t.equal(judge({}), ' required')
  t.equal(judge({ ...minimal, version: 2, prot: 1, timeout: '3' }), ' additionalProperties, /timeout pattern, /version const')
  t.equal(judge({ version: 3, endpoints: [{ endpoint: 'a', method: 'HEAD', backend: [] }] }), '/endpoints/0/backend minItems, /endpoints/0/endpoint pattern, /endpoints/0/method enum')
  t.equal(judge(withClient({ client_tls: { min_version: 'TLS1.2' }, no_redirects: true })), '/endpoints/0/backend/0/extra_config/backend~1http~1client additionalProperties, /endpoints/0/backend/0/extra_config/backend~1http~1client/client_tls/min_version enum')
  t.equal(judge({ ...minimal, extra_config: { 'acme/greeting': { text: 'at the wrong level' } } }), '/extra_config additionalProperties')
})

t.test('lintSource: tells with positions what the loader lets pass', async (t) => {
  const dir = t.testdir({
    'krakend.yaml': 'version: 3\nPort: 8080\nendpoints:\n- endpoint: /a\n  timeout: 3s\n  backend: [{ url_pattern: /, is_collection: "true", colour: red }]\n'
  })
  const source = await readConfig('krakend.yaml', { cwd: dir })
  const problems = lintSource(source, [])
  t.strictSame(problems.map(({ severity, code, line, column, message }) => [severity, code, line, column, message]), [
    ['error', 'unknown-key', 2, 1, 'unknown key "Port"'],
    ['error', 'wrong-type', 6, 46, 'must be a boolean (true or false), not "true"'],
    ['error', 'unknown-key', 6, 54, 'unknown key "colour"']
  ])
  t.equal(problems[0]!.instead, 'did you mean "port"?')
  t.strictSame(lintSource(source, [], { type: 'object', required: ['name'] }).map(({ message }) => message), ['"name" is missing'], 'by a schema of one\'s own')
})

t.test('joinProblems: keeps the loader\'s word, and its opinions beside the schema\'s', async (t) => {
  const problem = (code: string, place: string[], severity: 'error' | 'warning' = 'warning') => ({ severity, code, place, file: 'f', line: 1, column: 1, value: null, message: code, instead: null, excerpt: null, related: [] })
  const joined = joinProblems(
    [problem('unknown-key', ['prot']), problem('insecure', ['allow_insecure_connections']), problem('no-host', ['endpoints'])],
    [problem('unknown-key', ['Prot'], 'error'), problem('wrong-type', ['allow_insecure_connections'], 'error')])
  t.strictSame(joined.map(({ severity, code }) => `${severity} ${code}`), ['error unknown-key', 'warning insecure', 'warning no-host', 'error wrong-type'])
})

t.test('originOf: tells the file, the variable, or nobody', async (t) => {
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, Timeout: '3s', name: null, endpoints: [{ endpoint: '/a', backend: { ...backend, extra_config: { 'backend/http/client': { no_redirect: true } } } }] }, null, 2) })
  const loaded = await loadConfig('krakend.json', { cwd: dir, env: { KRAKEND_PORT: '0', 'KRAKEND_CLIENT_TLS.MIN_VERSION': 'TLS12' } })
  t.match(originOf(loaded, ['timeout']), { kind: 'file', file: 'krakend.json', line: 3, column: 3 })
  t.match(originOf(loaded, ['endpoints', 0, 'backend', 0, 'extra_config', 'backend/http/client', 'no_redirect']), { kind: 'file', line: 15 }, 'one backend that is no list')
  t.strictSame(originOf(loaded, ['port']), { kind: 'environment', variable: 'KRAKEND_PORT' })
  t.strictSame(originOf(loaded, ['client_tls', 'min_version']), { kind: 'environment', variable: 'KRAKEND_CLIENT_TLS.MIN_VERSION' })
  t.strictSame(originOf(loaded, ['client_tls']), { kind: 'environment', variable: 'KRAKEND_CLIENT_TLS.MIN_VERSION' }, 'an object that only the environment knows')
  for (const place of [['name'], ['cache_ttl'], ['client_tls', 'max_version'], ['endpoints', 0, 'timeout'], ['endpoints', 0, 'backend', 1]]) t.equal(originOf(loaded, place), null, place.join('.'))
  const given = await loadConfig({ ...minimal, timeout: '1s' }, { env: {} })
  t.strictSame(originOf(given, ['timeout']), { kind: 'file', file: 'configuration', line: null, column: null })
})

t.test('Configuration: types the structure, offers words, and takes comments and other namespaces', async (t) => {
  const good: Configuration = {
    version: 3,
    '@comment': 'any key that starts so',
    client_tls: { min_version: 'TLS12', ca_certs: ['a.pem'] },
    endpoints: [{
      endpoint: '/a',
      timeout: '3s',
      backend: [{ url_pattern: '/', host: ['http://a.example.com'], extra_config: { 'backend/http/client': { no_redirect: true }, 'acme/x': 1 } }]
    }],
    extra_config: { router: { auto_options: true }, 'acme/greeting': { text: 'hi' } }
  }
  const json: { version: number, endpoints: { endpoint: string, method: string, backend: { host: string[] }[] }[], client_tls: { min_version: string } } = { version: 3, endpoints: [], client_tls: { min_version: 'TLS12' } }
  const imported: Configuration = json
  // @ts-expect-error no such key
  const unknown: Configuration = { version: 3, prot: 8080 }
  // @ts-expect-error a number
  const wrong: Configuration = { version: 3, port: '8080' }
  // @ts-expect-error no such setting
  const client: Configuration = { version: 3, endpoints: [{ endpoint: '/a', backend: [{ extra_config: { 'backend/http/client': { no_redirects: true } } }] }] }
  // @ts-expect-error an endpoint needs a backend
  const bare: Configuration = { version: 3, endpoints: [{ endpoint: '/a' }] }
  t.ok([good, imported, unknown, wrong, client, bare])
})
