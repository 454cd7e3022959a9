import t from 'tap'
import { ConfigError, formatProblems, loadConfig } from '@floodgate/config-loader'
import { loadConfiguration } from '@floodgate/gateway/load'

const secret = 'S3CRET-hunter2'
const host = { host: ['http://h'], url_pattern: '/x' }

/** Everything that is said of a configuration, written on lines of its own and on one line. */
async function saidOf (t: { testdir (files: Record<string, string>): string }, config: object, name = 'k.json'): Promise<string> {
  const said: string[] = []
  for (const indent of [0, 1]) {
    const file = `${t.testdir({ [name]: JSON.stringify(config, null, indent) })}/${name}`
    for (const load of [loadConfig, loadConfiguration]) {
      const problems = await load(file, { env: {} }).then(({ problems }) => problems, (err: unknown) => {
        if (err instanceof ConfigError) return err.problems
        throw err
      })
      said.push(formatProblems(problems, { audience: 'command' }), formatProblems(problems), JSON.stringify(problems))
    }
  }
  return said.join('\n')
}

const values: [string, unknown][] = [
  ['auth/api-keys', { keys: [secret] }],
  ['auth/api-keys', { keys: { [secret]: 1 } }],
  ['auth/api-keys', { keys: [{ kye: secret, roles: 5 }] }],
  ['auth/api-keys', { keys: [{ [secret]: true }] }],
  ['auth/api-keys', { [secret]: ['admin'] }],
  ['auth/api-keys', secret],
  ['auth/api-keys', [secret]],
  ['auth/api-keys', { apikeys: [secret], keys: 1 }],
  ['auth/basic', { users: `bob:${secret}` }],
  ['auth/basic', { users: [`bob:${secret}`] }],
  ['auth/basic', { users: { bob: [secret] } }],
  ['auth/basic', { users: { [`bob:${secret}`]: true } }],
  ['auth/basic', { usres: { bob: secret }, htpasswd_path: 5 }],
  ['auth/basic', { bob: secret }],
  ['auth/client-credentials', { client_id: 5, client_secert: secret, token_url: [] }],
  ['auth/client-credentials', { client_secret: [secret] }],
  ['auth/client-credentials', { client_secret: { value: secret } }],
  ['auth/client-credentials', { endpoint_params: secret }],
  ['redis', { connection_pools: [{ name: 'a', address: 'h:1', pasword: secret }] }],
  ['redis', { connection_pools: [{ name: 'a', adress: `redis://u:${secret}@h:1` }] }],
  ['redis', { pools: [{ passwd: secret }] }],
  ['redis', { connection_pools: secret }],
  ['auth/revoker', { revoke_server_api_kye: secret }],
  ['auth/gcp', { credentials_json: { private_key: secret } }],
  ['modifier/martian', { 'header.Modifier': { name: 'Authorization', value: secret } }],
  ['telemetry/newrelic', { license: secret }],
  ['ai/llm', { 'openai.v1': { credentials: secret } }]
]

/** Ways to have a namespace in the wrong place, or under the wrong name. */
const ways: [string, (name: string, value: unknown) => object][] = [
  ['at the root', (name, value) => ({ extra_config: { [name]: value }, endpoints: [{ endpoint: '/x', backend: [host] }] })],
  ['at an endpoint', (name, value) => ({ endpoints: [{ endpoint: '/x', extra_config: { [name]: value }, backend: [host] }] })],
  ['at a backend', (name, value) => ({ endpoints: [{ endpoint: '/x', backend: [{ ...host, extra_config: { [name]: value } }] }] })],
  ['beside extra_config', (name, value) => ({ [name]: value, endpoints: [{ endpoint: '/x', [name]: value, backend: [{ ...host, [name]: value }] }] })],
  ['under a misspelt extra_config', (name, value) => ({ extra_confg: { [name]: value }, endpoints: [{ endpoint: '/x', extraconfig: { [name]: value }, backend: [host] }] })],
  ['with another separator', (name, value) => ({ [name.replaceAll('/', '_')]: value, extra_config: { [name.replaceAll(/[/-]/g, '_')]: value }, endpoints: [] })],
  ['misspelt', (name, value) => ({ extra_config: { [name.replace(/(.)$/, '$1$1')]: value }, [`${name}s`]: value, endpoints: [] })],
  ['in pieces', (name, value) => ({ extra_config: { [name.split('/')[0]!]: { [name.split('/')[1] ?? 'x']: value } }, endpoints: [] })],
  ['under a key of one\'s own', (name, value) => ({ stuff: { [name]: value }, extra_config: { stuff: { [name]: value } }, endpoints: [] })]
]

t.test('what is below a namespace that holds secrets is not shown, wherever it is and whatever is wrong with it', { timeout: 120_000 }, async (t) => {
  for (const [title, place] of ways) {
    for (const [name, value] of values) {
      const said = await saidOf(t, { version: 3, ...place(name, value) })
      t.notMatch(said, secret, `${title}: ${name} ${JSON.stringify(value)}`)
      t.notMatch(said, 'hunter2')
    }
  }
})

t.test('credentials of URLs are not shown, wherever they are', async (t) => {
  const url = `http://user:${secret}@h.test:80`
  for (const config of [
    { host: [url, 5, {}], endpoints: [] },
    { hots: [url], endpoints: [] },
    { endpoints: [{ endpoint: url, backend: [{ host: url, url_pattern: 5, hosts: [url] }] }] },
    { endpoints: [{ endpoint: '/x', backend: [{ ...host, extra_config: { 'backend/http/client': { proxy_address: [url] } } }] }] },
    { endpoints: [{ endpoint: '/x', backend: [{ ...host, extra_config: { 'backend/http/client': { proxy_adress: url } } }] }] },
    { endpoints: [{ endpoint: '/x', backend: [{ ...host, proxy_address: url }] }] },
    { endpoints: [{ endpoint: '/x', extra_config: { 'auth/validator': { alg: 5, jwk_url: url, jwk_urls: url } }, backend: [host] }] },
    { [url]: 1, extra_config: { [url]: 1 }, endpoints: [] }
  ]) t.notMatch(await saidOf(t, { version: 3, ...config }), secret, JSON.stringify(config))
})

t.test('what is no secret is shown', async (t) => {
  for (const [config, shown] of [
    [{ extra_config: { 'security/cors': { allow_credentials: 'maybe' } } }, 'not "maybe"'],
    [{ timeout: 'soon' }, 'not "soon"'],
    [{ nmae: 'orders' }, '"nmae": "orders"'],
    [{ prot: 8080 }, '"prot": 8080'],
    [{ extra_config: { router: { disable_gzip: 'large' } } }, '"large"'],
    [{ endpoints: [{ endpoint: '/x', extra_config: { 'auth/validator': { alg: 'XX999', jwk_url: 'https://i.test' } }, backend: [host] }] }, 'XX999'],
    [{ extra_config: { redis: { connection_pools: [{ name: 'a', address: 'h:1', pasword: secret }] } } }, 'pasword'],
    [{ extra_config: { 'security/http': { allowed_hosts: { a: 1 }, max_tokens: 5 } } }, 'max_tokens']
  ] as const) t.match(await saidOf(t, { version: 3, ...config }), shown, JSON.stringify(config))
})

t.test('a line that could not be parsed is shown without its texts', async (t) => {
  const texts: [string, string][] = [
    ['k.json', `{ "auth/basic": { "users": "bob:${secret}" } "x": 1 }`],
    ['k.json', `{ "keys": ["${secret}" 1] }`],
    ['k.json', `{ "password": ${secret} }`],
    ['k.yaml', `a: b: ${secret}`],
    ['k.yaml', `users: { bob: '${secret}' ] }`],
    ['k.yaml', `key: "x" ${secret}`],
    ['k.toml', `password = ${secret}`],
    ['k.toml', `users = { bob = '${secret}' `]
  ]
  for (const [name, text] of texts) {
    const file = `${t.testdir({ [name]: text })}/${name}`
    const error = await loadConfig(file, { env: {} }).catch((err: unknown) => err) as ConfigError
    t.ok(error instanceof ConfigError, text)
    t.notMatch(`${error.message}${JSON.stringify(error.problems)}`, secret, text)
  }
})
