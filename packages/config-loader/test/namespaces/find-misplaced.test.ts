import t from 'tap'
import { formatPlace, type FeatureSchema, type LoadOptions } from '@floodgate/config-loader'
import { problemsOf } from '../support/problems.ts'

const keys = { alg: { type: 'string' }, jwk_url: { type: 'string' }, audience: { type: 'array', items: { type: 'string' } } }
const features: readonly FeatureSchema[] = [
  { namespace: 'auth/validator', schemas: { service: { type: 'object', properties: { shared_cache_duration: { type: 'integer' } } }, endpoint: { type: 'object', properties: keys } } },
  { namespace: 'auth/basic', schemas: { service: {}, endpoint: {} } },
  { namespace: 'validation/cel', schemas: { endpoint: {}, backend: {} } },
  { namespace: 'proxy', schemas: { endpoint: { type: 'object', properties: { sequential: { type: 'boolean' }, static: {} } } } },
  { namespace: 'acme/mine', schemas: { endpoint: {} } }
]
const validator = { alg: 'RS256', jwk_url: 'https://issuer.test/keys', audience: ['orders'] }
const tls = { ca_certs: ['ca.pem'], disable_system_ca_pool: true }

interface Parts { root?: object, endpoint?: object, backend?: object, service?: object, extra?: object, backendExtra?: object }

function configure ({ root, endpoint, backend, service, extra, backendExtra }: Parts): object {
  return {
    version: 3,
    ...root,
    ...service && { extra_config: service },
    endpoints: [{ endpoint: '/x', ...endpoint, ...extra && { extra_config: extra }, backend: [{ host: ['http://h'], url_pattern: '/x', ...backend, ...backendExtra && { extra_config: backendExtra } }] }]
  }
}

async function tell (parts: Parts, options: LoadOptions = {}): Promise<string[]> {
  return (await problemsOf(configure(parts), { features, ...options })).map(({ severity, code, place }) => `${severity} ${code} ${formatPlace(place).replace('endpoints[0]', 'E').replace('backend[0]', 'B')}`)
}

t.test('a guard that nobody reads stops the start, wherever it is', async (t) => {
  const table: [string, Parts, string][] = [
    ['beside extra_config', { endpoint: { 'auth/validator': validator } }, 'E["auth/validator"]'],
    ['beside extra_config of the root', { root: { 'auth/validator': validator } }, '["auth/validator"]'],
    ['beside extra_config of a backend', { backend: { 'validation/cel': [{ check_expr: 'false' }] } }, 'E.B["validation/cel"]'],
    ['by an old name', { endpoint: { 'github.com/devopsfaith/krakend-jose/validator': validator } }, 'E["github.com/devopsfaith/krakend-jose/validator"]'],
    ['in another case', { endpoint: { 'Auth/Validator': validator } }, 'E["Auth/Validator"]'],
    ['misspelt beside', { endpoint: { 'auth/validater': validator } }, 'E["auth/validater"]'],
    ['with another separator', { endpoint: { auth_validator: validator } }, 'E.auth_validator'],
    ['in camel case', { endpoint: { authValidator: validator } }, 'E.authValidator'],
    ['under a misspelt extra_config', { endpoint: { extra_confg: { 'auth/validator': validator } } }, 'E.extra_confg["auth/validator"]'],
    ['under extra-config', { endpoint: { 'extra-config': { 'auth/validator': validator } } }, 'E.extra-config["auth/validator"]'],
    ['under extraConfig, misspelt', { endpoint: { extraConfig: { auth_validator: validator } } }, 'E.extraConfig.auth_validator'],
    ['under extra_configs of the root', { root: { extra_configs: { 'auth/basic': {} } } }, 'extra_configs["auth/basic"]'],
    ['under a spelling of extra_config that is not read', { endpoint: { Extra_Config: { 'auth/validator': validator } }, extra: {} }, 'E.Extra_Config["auth/validator"]'],
    ['under a key of one\'s own', { endpoint: { middlewares: { 'auth/validator': validator } } }, 'E.middlewares["auth/validator"]'],
    ['in pieces', { endpoint: { auth: { validator } } }, 'E.auth.validator'],
    ['in pieces in extra_config', { extra: { auth: { basic: {} } } }, 'E.extra_config.auth.basic'],
    ['in three pieces', { extra: { qos: { ratelimit: { router: { max_rate: 1 } } } } }, 'E.extra_config.qos.ratelimit.router'],
    ['in an extra_config within', { extra: { extra_config: { 'auth/validator': validator } } }, 'E.extra_config.extra_config["auth/validator"]'],
    ['misspelt', { extra: { 'auth/validater': validator } }, 'E.extra_config["auth/validater"]'],
    ['misspelt, of the family', { extra: { 'auth/jwt': validator } }, 'E.extra_config["auth/jwt"]'],
    ['misspelt, far from its own', { extra: { 'modifier/lua-endpont': {} } }, 'E.extra_config["modifier/lua-endpont"]'],
    ['by its last part', { extra: { validator: { issuer: 'x' } } }, 'E.extra_config.validator'],
    ['by its last part, beside', { endpoint: { cel: [{ check_expr: 'false' }] } }, 'E.cel'],
    ['by its last parts', { extra: { 'ratelimit/router': { max_rate: 1 } } }, 'E.extra_config["ratelimit/router"]'],
    ['with a blank', { extra: { 'auth/validator ': validator } }, 'E.extra_config["auth/validator "]'],
    ['by its keys', { endpoint: { jwt: validator } }, 'E.jwt'],
    ['by its keys, at the root', { root: { jwt: validator } }, 'jwt'],
    ['by its keys, in extra_config', { extra: { jwt: validator } }, 'E.extra_config.jwt'],
    ['a limit at the wrong level', { service: { 'qos/ratelimit/router': { max_rate: 1 } } }, 'extra_config["qos/ratelimit/router"]'],
    ['CEL at the root', { service: { 'validation/cel': [] } }, 'extra_config["validation/cel"]'],
    ['a validator at a backend', { backendExtra: { 'auth/validator': validator } }, 'E.B.extra_config["auth/validator"]']
  ]
  for (const [title, parts, place] of table) {
    const problems = await tell(parts)
    t.equal(problems.length, 1, `${title}: ${problems.join(', ')}`)
    t.match(problems[0], /^error (?:misplaced|unknown|unsupported)-namespace /, title)
    t.ok(problems[0]!.endsWith(` ${place}`), `${title}: ${problems[0]} ends with ${place}`)
  }
})

t.test('the settings of a validator at the root, and keys of one directly in an endpoint', async (t) => {
  const [problem, ...others] = await problemsOf(configure({ service: { 'auth/validator': validator } }), { features })
  t.match(problem, { severity: 'error', message: /^"alg", "jwk_url" and "audience" have no effect in "auth\/validator" of the service, and every endpoint would be served/, unsupported: { name: 'auth/validator.*' } })
  t.match(problem!.instead, 'in each endpoint that needs it:\n  "extra_config": { "auth/validator": { "alg": "RS256", "jwk_url": "https://issuer.test/keys", "audience": ["orders"] } }')
  t.strictSame(others, [])
  t.strictSame(await tell({ endpoint: { alg: 'RS256', jwk_url: 'x' } }), ['error misplaced-namespace E.alg'])
})

t.test('settings of TLS and of proxies that nobody reads stop the start', async (t) => {
  const table: [string, Parts, string][] = [
    ['beside extra_config', { backend: { 'backend/http/client': { client_tls: tls } } }, 'misplaced-namespace E.B["backend/http/client"]'],
    ['at an endpoint', { extra: { 'backend/http/client': { client_tls: tls } } }, 'misplaced-namespace E.extra_config["backend/http/client"]'],
    ['by its last parts', { backendExtra: { 'http/client': { client_tls: tls } } }, 'unknown-namespace E.B.extra_config["http/client"]'],
    ['misspelt', { backendExtra: { 'backend/http/clients': { client_tls: tls } } }, 'unknown-namespace E.B.extra_config["backend/http/clients"]'],
    ['client_tls in a backend', { backend: { client_tls: tls } }, 'misplaced-key E.B.client_tls'],
    ['client_tls in extra_config', { backendExtra: { client_tls: tls } }, 'misplaced-key E.B.extra_config.client_tls'],
    ['client_tls in an endpoint', { endpoint: { client_tls: { min_version: 'TLS12' } } }, 'misplaced-key E.client_tls'],
    ['client_tls misspelt at the root', { root: { client_tsl: { min_version: 'TLS12' } } }, 'misplaced-key client_tsl'],
    ['its keys in a backend', { backend: tls }, 'misplaced-key E.B.ca_certs'],
    ['its keys under another name', { backend: { tls } }, 'misplaced-key E.B.tls'],
    ['proxy_address in a backend', { backend: { proxy_address: 'http://proxy:3128' } }, 'misplaced-key E.B.proxy_address'],
    ['tls of the listener misspelt', { root: { tsl: { enable_mtls: true, ca_certs: ['ca.pem'] } } }, 'misplaced-key tsl']
  ]
  for (const [title, parts, expected] of table) t.strictSame(await tell(parts), [`error ${expected}`], title)
})

t.test('what is no namespace is not taken for one', async (t) => {
  const quiet: [string, Parts][] = [
    ['comments', { endpoint: { '@auth/validator': validator, '#auth/validator': validator, '_auth/validator': validator, $jwt: validator }, extra: { '_auth/validator': validator, '@jwt': validator } }],
    ['data', { extra: { proxy: { sequential: true, static: { data: { 'auth/validator': validator, jwt: validator } } } } }],
    ['settings of a feature that was passed in', { extra: { 'acme/mine': { 'auth/validator': validator, client_tls: tls } } }]
  ]
  for (const [title, parts] of quiet) t.strictSame(await tell(parts), [], title)
  const warned: [string, Parts, string[]][] = [
    ['a namespace of somebody else', { extra: { 'made/up': { 'auth/validator': validator } } }, ['warning unknown-namespace E.extra_config["made/up"]']],
    ['settings of what is documented', { extra: { 'documentation/openapi': { 'auth/validator': validator } } }, ['warning unsupported-addition E.extra_config["documentation/openapi"]']],
    ['an unknown key', { root: { made_up: true, x: { a: { 'auth/validator': 1 } } } }, ['warning unknown-key made_up', 'warning unknown-key x']],
    ['one key that tells nothing', { endpoint: { jwt: { alg: 'RS256' } }, backend: { certs: { ca_certs: [] } } }, ['warning unknown-key E.B.certs', 'warning unknown-key E.jwt']],
    ['what shapes answers', { endpoint: { proxy: { sequential: true } } }, ['warning misplaced-namespace E.proxy']],
    ['plain words that are near', { root: { routs: 1, red: {}, proxies: 1, docs: { a: 1 } } }, ['warning unknown-key docs', 'warning unknown-key proxies', 'warning unknown-key red', 'warning unknown-key routs']]
  ]
  for (const [title, parts, expected] of warned) t.strictSame((await tell(parts)).toSorted(), expected, title)
})

t.test('the lines to write are in the format of the file', async (t) => {
  const { writeSettings } = await import('../../src/locate/write-settings.ts')
  const suggestion = { path: ['extra_config', 'auth/validator'], value: validator, tables: ['endpoints'] }
  t.strictSame(writeSettings(suggestion, 'json'), ['"extra_config": { "auth/validator": { "alg": "RS256", "jwk_url": "https://issuer.test/keys", "audience": ["orders"] } }'])
  t.strictSame(writeSettings(suggestion, 'yaml'), ['extra_config:', '  auth/validator: { "alg": "RS256", "jwk_url": "https://issuer.test/keys", "audience": ["orders"] }'])
  t.strictSame(writeSettings(suggestion, 'toml'), ['[endpoints.extra_config."auth/validator"]', 'alg = "RS256"', 'jwk_url = "https://issuer.test/keys"', 'audience = ["orders"]'])
  t.strictSame(writeSettings({ ...suggestion, path: ['extra_config', 'auth/basic'], value: { users: { bob: 'S3CRET' } } }, 'json'), ['"extra_config": { "auth/basic": … }'])
  t.strictSame(writeSettings({ ...suggestion, value: [{ a: { b: { c: 1 } } }, 'x'] }, 'toml'), ['[endpoints.extra_config]', '"auth/validator" = [{ a = … }, "x"]'])
})
