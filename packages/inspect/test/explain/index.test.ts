import t, { type Test } from 'tap'
import { createAuthority, writeFiles } from '@floodgate/testing'
import { explain, writeOrigin, type ExplainedBackend } from '@floodgate/inspect/explain'
import { loadConfiguration } from '@floodgate/gateway/load'

const authority = createAuthority('an authority')
const { cert, key } = authority.issue({ cn: 'the gateway', san: ['gw.example.com'], days: 40 })
const files = writeFiles(t, { 'ca.pem': authority.cert, 'gw.pem': cert, 'gw.key': key })

async function explainBackends (t: Test, backends: object[], { root = {}, endpoint = {}, env = {}, shell = {} }: { root?: object, endpoint?: object, env?: NodeJS.ProcessEnv, shell?: NodeJS.ProcessEnv } = {}): Promise<ExplainedBackend[]> {
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, ...root, endpoints: [{ endpoint: '/a', backend: backends.map((backend) => ({ host: ['https://api.example.com'], url_pattern: '/', ...backend })), ...endpoint }] }, null, 1) })
  const loaded = await loadConfiguration('krakend.json', { cwd: dir, env })
  return explain(loaded, { env: shell }).flatMap(({ backends }) => backends)
}

const client = (settings: object) => ({ extra_config: { 'backend/http/client': settings } })

/** `value, from, where, note` of a setting. */
function tell ({ settings }: ExplainedBackend, key: string): string {
  const { value, from, origin, note } = settings.find((setting) => setting.key === key)!
  return [JSON.stringify(value), from, origin && writeOrigin(origin), note].filter(Boolean).join(' | ')
}

t.test('explain: tells of each value whose word it is, and which global one does not count', async (t) => {
  const [own, global, none] = await explainBackends(t, [
    client({ client_tls: { min_version: 'TLS12' }, no_redirect: true }),
    client({ send_body_on_redirect: true }),
    {}
  ], {
    root: { client_tls: { ca_certs: [files['ca.pem']], min_version: 'TLS11' }, dialer_timeout: '5s', timeout: '8s' },
    env: { KRAKEND_RESPONSE_HEADER_TIMEOUT: '3s', 'KRAKEND_CLIENT_TLS.MAX_VERSION': 'TLS12' }
  })
  t.equal(tell(own!, 'client_tls'), 'null | backend | krakend.json:22 | the backend\'s own, replacing the whole global one (krakend.json:3)')
  t.equal(tell(own!, 'client_tls.min_version'), '"TLS12" | backend | krakend.json:23 | the global one is ignored (krakend.json:7)')
  t.equal(tell(own!, 'client_tls.ca_certs'), '[] | default | in addition to the system\'s authorities; the global one is ignored (krakend.json:4)')
  t.equal(tell(own!, 'client_tls.max_version'), '"TLS13" | default | the global one is ignored (KRAKEND_CLIENT_TLS.MAX_VERSION)')
  t.equal(tell(own!, 'no_redirect'), 'true | backend | krakend.json:25')
  t.equal(tell(own!, 'timeout'), '"8s" | global | krakend.json:10 | of the whole response, including redirects and body')
  t.equal(tell(global!, 'client_tls'), 'null | global | krakend.json:3 | the global one')
  t.equal(tell(global!, 'client_tls.min_version'), '"TLS11" | global | krakend.json:7')
  t.equal(tell(global!, 'client_tls.max_version'), '"TLS12" | environment | KRAKEND_CLIENT_TLS.MAX_VERSION')
  t.equal(tell(global!, 'send_body_on_redirect').split(' | ')[1], 'backend')
  t.equal(tell(none!, 'response_header_timeout'), '"3s" | environment | KRAKEND_RESPONSE_HEADER_TIMEOUT')
  t.equal(tell(none!, 'dialer_timeout'), '"5s" | global | krakend.json:9')
  t.equal(tell(none!, 'dialer_keep_alive'), '"15s" | default')
  t.equal(tell(none!, 'max_idle_connections_per_host'), '250 | default')
})

t.test('explain: tells no client_tls, and the one that allow_insecure_connections is', async (t) => {
  const [bare] = await explainBackends(t, [{}])
  t.match(tell(bare!, 'client_tls'), /^null \| default \| not configured: TLS 1\.2 and 1\.3/)
  t.notOk(bare!.settings.some(({ key }) => key === 'client_tls.min_version'))
  const [insecure] = await explainBackends(t, [{}], { root: { allow_insecure_connections: true } })
  t.equal(tell(insecure!, 'client_tls.allow_insecure_connections'), 'true | global | krakend.json:3 | certificates are NOT verified')
  t.equal(tell(insecure!, 'client_tls.min_version'), '"TLS13" | default')
})

t.test('explain: names the backends of one dispatcher', async (t) => {
  const backends = await explainBackends(t, [client({ no_redirect: true }), client({ no_redirect: true }), {}])
  t.equal(backends[0]!.client.key, backends[1]!.client.key)
  t.strictSame(backends.map(({ client }) => client.sharedWith), [['GET /a #1'], ['GET /a #0'], []])
  t.ok(backends[0]!.differences.some(({ id }) => id === 'shared-connections'))
  t.notOk(backends[2]!.differences.some(({ id }) => id === 'shared-connections'))
})

t.test('explain: describes certificates, with the days they still hold', async (t) => {
  const [backend] = await explainBackends(t, [client({ client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['gw.pem'], private_key: files['gw.key'] }] } })])
  t.match(backend!.certificates, [
    { use: 'client', subject: 'CN=the gateway', issuer: 'CN=an authority', names: ['DNS:gw.example.com'], file: files['gw.pem'], daysLeft: 39 },
    { use: 'authority', subject: 'CN=an authority', daysLeft: 1 }
  ])
  t.match(backend!.redirects, { clientCertificate: 'any-target', sentences: [/followed up to 9 times/, /Content-Type is the only/, /become GET/, /not followed: they count as failures/, /client certificate is sent/] })
})

t.test('explain: tells the proxy without credentials, and which variable counts', async (t) => {
  const shell = { HTTPS_PROXY: 'http://env:secret@env.example.com:3128', no_proxy: 'inside.example.com' }
  const backends = await explainBackends(t, [
    client({ proxy_address: 'http://user:hunter2@proxy.example.com:9099' }),
    { host: ['https://api.example.com', 'https://inside.example.com', 'https://localhost:8443', 'http://plain.example.com'] }
  ], { shell })
  t.notMatch(JSON.stringify(backends), /hunter2|secret/)
  t.strictSame(backends[0]!.proxy, {
    address: 'http://***@proxy.example.com:9099',
    direct: [],
    environment: [{ host: 'https://api.example.com', variable: 'HTTPS_PROXY', address: null, exempt: 'proxy_address takes precedence' }]
  })
  t.strictSame(backends[1]!.proxy, {
    address: null,
    direct: [],
    environment: [
      { host: 'https://api.example.com', variable: 'HTTPS_PROXY', address: 'http://***@env.example.com:3128', exempt: null },
      { host: 'https://inside.example.com', variable: 'HTTPS_PROXY', address: null, exempt: 'no_proxy' },
      { host: 'https://localhost:8443', variable: 'HTTPS_PROXY', address: null, exempt: 'never used for loopback addresses' },
      { host: 'http://plain.example.com', variable: null, address: null, exempt: null }
    ]
  })
})

t.test('explain: tells what goes along on redirects', async (t) => {
  const [all] = await explainBackends(t, [client({ send_body_on_redirect: true })], { endpoint: { input_headers: ['*'], output_encoding: 'no-op' } })
  t.match(all!.redirects, { followed: true, limit: 9, credentials: 'dropped-on-other-hosts', body: 'sent-again', clientCertificate: null })
  t.match(all!.redirects.sentences.join('\n'), /every other header of the client is sent everywhere\n.*\n307 and 308 send the body again, to any host/)
  t.ok(['connection-headers', 'broken-bodies'].every((id) => all!.differences.some((difference) => difference.id === id)))
  const [kept] = await explainBackends(t, [client({ no_redirect: true })], { endpoint: { output_encoding: 'no-op' } })
  t.match(kept!.redirects, { followed: false, limit: 0, credentials: null, body: null, sentences: ['not followed: the client receives them unchanged'] })
})

t.test('explain: tells what floodgate asks for, each with its place, and nothing where it is absent', async (t) => {
  const tls = { client_certs: [{ certificate: files['gw.pem'], private_key: files['gw.key'] }] }
  const [own, plain] = await explainBackends(t, [client({
    client_tls: tls,
    proxy_address: 'http://proxy.example.com:3128',
    floodgate: { redirects: { max: 2, allowed_hosts: ['b.test', 'a.test'], strip_headers: ['X-Key'], client_certs: 'origin' }, servername: 'orders.internal', no_proxy: ['api.example.com'], max_connections: 3, http2: true }
  }), {}], { shell: { HTTPS_PROXY: 'http://other.example.com:1' } })
  t.match(tell(own!, 'floodgate.redirects.max'), /^2 \| backend \| krakend\.json:\d+$/)
  t.match(tell(own!, 'floodgate.redirects.allowed_hosts'), /^\["a\.test","b\.test"\] \| backend \| krakend\.json:\d+ \| in addition to/)
  const lines = own!.settings.filter(({ key }) => key.startsWith('floodgate.')).map(({ key, origin }) => [key.slice(10), origin?.kind === 'file' && origin.line !== null])
  t.strictSame(lines, [...['redirects.max', 'redirects.allowed_hosts', 'redirects.strip_headers', 'redirects.client_certs', 'servername', 'no_proxy', 'max_connections', 'http2'].map((key) => [key, true]), ['balance', false]])
  t.match(own!.redirects, { limit: 2, targets: 'allowed-hosts', clientCertificate: 'origin-only', sentences: [/up to 2 times, to the same host and a\.test, b\.test/] })
  t.match(own!.proxy, { direct: ['https://api.example.com'], environment: [{ exempt: 'proxy_address takes precedence' }] })
  t.notOk(plain!.settings.some(({ key }) => key.startsWith('floodgate')))
  t.not(own!.client.key, plain!.client.key)
  const [direct] = await explainBackends(t, [client({ floodgate: { no_proxy: ['.example.com'] } })], { shell: { HTTPS_PROXY: 'http://other.example.com:1' } })
  t.match(direct!.proxy.environment, [{ address: null, exempt: 'no_proxy of the backend' }])
})

t.test('explain: tells what is done about hosts that fail, of the backend or of the root', async (t) => {
  const root = { extra_config: { floodgate: { eject: { consecutive: 9, statuses: [503] }, retry: { attempts: 2 }, failover: false } } }
  const [inherits, own, off] = await explainBackends(t, [
    {},
    client({ floodgate: { eject: { for: '1m' }, health: { path: '/health' }, failover: true } }),
    client({ floodgate: { retry: { attempts: 0 } } })
  ], { root })
  t.match(tell(inherits!, 'floodgate.eject.consecutive'), /^9 \| global \| krakend\.json:6 \| failures in a row$/)
  t.match(tell(inherits!, 'floodgate.retry.on'), /^\[502,503,"dial","hangup"\] \| default/)
  t.match(tell(inherits!, 'floodgate.failover'), /^false \| global/)
  t.match(tell(own!, 'floodgate.eject.for'), /^"1m" \| backend/)
  t.match(tell(own!, 'floodgate.eject.consecutive'), /^5 \| default/, 'the root\'s object is replaced')
  t.match(tell(own!, 'floodgate.health.status'), /^"200 to 299" \| default/)
  t.notOk(own!.settings.some(({ key }) => key === 'floodgate.failover'))
  t.notOk(off!.settings.some(({ key }) => key.startsWith('floodgate.retry')))
})

t.test('explain: tells how hosts are found and share requests, with the place of each', async (t) => {
  const own = (weights: object) => ({ extra_config: { 'backend/http/client': { floodgate: { weights } } } })
  const loaded = await loadConfiguration({
    version: 3,
    dns_cache_ttl: '10s',
    extra_config: { floodgate: { weights: { 'http://a.test': 3 }, host_health: { path: '/up' } } },
    endpoints: [{
      endpoint: '/a',
      backend: [
        { url_pattern: '/', host: ['http://a.test', 'http://b.test'], sd: 'dns-a' },
        { url_pattern: '/', host: ['http://a.test', 'http://b.test'], ...own({ 'http://b.test': 0 }) },
        { url_pattern: '/', host: ['_api._tcp.test'], sd: 'dns', sd_scheme: 'https' },
        { url_pattern: '/', host: ['http://b.test'] }
      ]
    }]
  } as never)
  const shown = explain(loaded, { env: {} })[0]!.backends.map(({ settings }) => settings
    .filter(({ key }) => ['sd', 'dns_cache_ttl', 'sd_scheme', 'floodgate.weights', 'floodgate.health.path'].includes(key))
    .map(({ key, value, from }) => `${key} ${JSON.stringify(value)} ${from}`))
  const health = 'floodgate.health.path "/up" global'
  t.same(shown, [
    ['sd "dns-a" backend', 'dns_cache_ttl "10s" global', 'floodgate.weights ["http://a.test: 3","http://b.test: 1"] global', health],
    ['floodgate.weights ["http://a.test: 1","http://b.test: 0"] backend', health],
    ['sd "dns" backend', 'dns_cache_ttl "10s" global', 'sd_scheme "https" backend', health],
    [health]
  ])
})
