import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { createAuthority, writeFiles } from '@floodgate/testing'
import { audit, rules, severities } from '@floodgate/inspect/audit'
import type { Feature } from '@floodgate/core'
import { allFeatures, loadConfiguration } from '@floodgate/gateway/load'

type Parts = Record<string, unknown>

const api = 'https://api.example.com'
const allowUnsupported = ['*']

/** A configuration: parts of the root, of its one endpoint, of its one backend, and its client settings. */
function configure ({ root = {}, service = {}, endpoint = {}, ofEndpoint = {}, backend = {}, ofBackend = {}, client }: { root?: Parts, service?: Parts, endpoint?: Parts, ofEndpoint?: Parts, backend?: Parts, ofBackend?: Parts, client?: Parts } = {}): object {
  return {
    version: 3,
    ...root,
    extra_config: service,
    endpoints: [{
      endpoint: '/a',
      backend: [{ host: [api], url_pattern: '/', extra_config: { ...ofBackend, ...client && { 'backend/http/client': client } }, ...backend }],
      extra_config: ofEndpoint,
      ...endpoint
    }]
  }
}

async function find (t: Test, config: object, id: string, features: readonly Feature[] = []) {
  const dir = t.testdir({ 'krakend.json': JSON.stringify(config, null, 1) })
  const loaded = await loadConfiguration('krakend.json', { cwd: dir, env: {}, allowUnsupported, features })
  return audit(loaded, { features }).filter(({ rule }) => rule === id)
}

const authority = createAuthority('an authority')
const files = writeFiles(t, {
  'ca.pem': authority.cert,
  'lasting.pem': createAuthority('lasting').issue({ cn: 'lasting', days: 90 }).cert,
  ...pair('soon', 20),
  ...pair('fresh', 90),
  ...pair('expired', -1)
})
for (const name of ['soon.key', 'expired.key', 'fresh.key'] as const) chmodSync(files[name], 0o600)
const readable = writeFiles(t, pair('open', 90))
chmodSync(readable['open.key'], 0o644)
const scripts = writeFiles(t, { 'open.mjs': 'export default () => {}', 'own.mjs': 'export default () => {}' })
chmodSync(scripts['open.mjs'], 0o666)
chmodSync(scripts['own.mjs'], 0o664)

function pair<Name extends string> (name: Name, days: number) {
  const { cert, key } = authority.issue({ cn: name, days })
  return { [`${name}.pem`]: cert, [`${name}.key`]: key } as Record<`${Name}.pem` | `${Name}.key`, string>
}

const clientCerts = (certificate: string, key: string) => ({ client_certs: [{ certificate, private_key: key }] })
const listener = (extra: Parts = {}) => ({ tls: { keys: [{ public_key: files['fresh.pem'], private_key: files['fresh.key'] }], ...extra } })
const otel = (exporters: object) => ({ 'telemetry/opentelemetry': { exporters } })
const secondBackend = { host: [api], url_pattern: '/b' }

const emptyFolder = mkdtempSync(join(tmpdir(), 'floodgate-'))
t.teardown(() => { rmSync(emptyFolder, { recursive: true }) })
const publicFolder = (settings: Parts) => ({ 'server/static-filesystem': { prefix: '/m', ...settings } })
const filesOf = (settings: Parts) => ({ 'backend/static-filesystem': settings })

/** Per rule: what trips it, at which key of the configuration ('' = as a whole), and what does not. */
const cases: Record<string, { trips: object, at: string, spares: object, features?: readonly Feature[] }> = {
  '1.1.1': { trips: configure({ service: { 'auth/basic': { users: { a: '$2y$x' } } } }), at: 'auth/basic', spares: configure() },
  '1.1.2': { trips: configure({ service: { 'auth/api-keys': { keys: [{ key: 'k1', roles: ['r'] }] } } }), at: 'auth/api-keys', spares: configure() },
  '1.2.1': { trips: configure(), at: '', spares: configure({ ofEndpoint: { 'auth/validator': { alg: 'RS256', jwk_url: `${api}/keys` } } }) },
  '2.1.1': { trips: configure({ root: { client_tls: { allow_insecure_connections: true } } }), at: 'allow_insecure_connections', spares: configure({ client: { client_tls: { allow_insecure_connections: true } } }) },
  '2.1.2': { trips: configure(), at: '', spares: configure({ root: listener() }) },
  '2.1.3': { trips: configure({ root: listener({ disabled: true }) }), at: 'disabled', spares: configure({ root: listener() }) },
  '2.1.7': { trips: configure(), at: '', spares: configure({ service: { 'security/http': {} } }) },
  '2.1.8': { trips: configure({ root: { use_h2c: true } }), at: 'use_h2c', spares: configure({ root: { use_h2c: false } }) },
  '2.1.9': { trips: configure({ client: { client_tls: { allow_insecure_connections: true } } }), at: 'allow_insecure_connections', spares: configure({ root: { client_tls: { allow_insecure_connections: true } }, client: { client_tls: {} } }) },
  '2.2.2': { trips: configure(), at: '', spares: configure({ service: { 'security/cors': { allow_origins: ['*'] } } }) },
  '2.2.3': { trips: configure({ endpoint: { input_headers: ['*'] } }), at: 'input_headers', spares: configure({ endpoint: { input_headers: ['x-a'] } }) },
  '2.2.4': { trips: configure({ endpoint: { input_query_strings: ['*'] } }), at: 'input_query_strings', spares: configure({ endpoint: { input_query_strings: ['a'] } }) },
  '3.1.1': { trips: configure(), at: '', spares: configure({ service: { 'security/bot-detector': {} } }) },
  '3.1.2': { trips: configure(), at: '', spares: configure({ ofEndpoint: { 'qos/ratelimit/router': { max_rate: 5 } } }) },
  '3.1.3': { trips: configure(), at: '', spares: configure({ ofBackend: { 'qos/circuit-breaker': { interval: 60, timeout: 10, max_errors: 1 } } }) },
  '3.3.1': { trips: configure({ endpoint: { timeout: '4s' } }), at: 'timeout', spares: configure({ endpoint: { timeout: '3s' } }) },
  '3.3.2': { trips: configure({ root: { timeout: '6s' } }), at: 'timeout', spares: configure({ endpoint: { timeout: '40s' } }) },
  '3.3.3': { trips: configure({ endpoint: { timeout: '40s' } }), at: 'timeout', spares: configure({ endpoint: { timeout: '30s' } }) },
  '3.3.4': { trips: configure({ endpoint: { timeout: '2m' } }), at: 'timeout', spares: configure({ endpoint: { timeout: '1m' } }) },
  '4.1.1': { trips: configure(), at: '', spares: configure({ service: { floodgate: { metrics: { port: 0 } } } }) },
  '4.1.2': { trips: configure(), at: '', spares: configure({ root: { name: 'shop' } }) },
  '4.1.3': { trips: configure({ service: otel({ prometheus: [{ name: 'p' }], otlp: [{ name: 'o', host: 'h' }] }) }), at: 'extra_config', spares: configure({ service: { ...otel({ prometheus: [{ name: 'p' }] }), floodgate: { metrics: { port: 0 } } } }) },
  '4.2.1': { trips: configure({ service: otel({ otlp: [{ name: 'o', host: 'h', disable_traces: true }] }) }), at: '', spares: configure({ service: otel({ otlp: [{ name: 'o', host: 'h' }] }) }) },
  '4.3.1': { trips: configure(), at: '', spares: configure({ service: { 'telemetry/logging': { level: 'INFO' } } }) },
  '5.1.1': { trips: configure({ root: { disable_rest: true } }), at: 'disable_rest', spares: configure() },
  '5.1.2': { trips: configure({ root: { debug_endpoint: true } }), at: 'debug_endpoint', spares: configure() },
  '5.1.3': { trips: configure({ root: { echo_endpoint: true } }), at: 'echo_endpoint', spares: configure() },
  '5.1.4': { trips: configure({ endpoint: { endpoint: '/files/*' } }), at: 'endpoint', spares: configure() },
  '5.1.5': { trips: configure({ endpoint: { endpoint: '/__catchall' } }), at: 'endpoint', spares: configure() },
  '5.1.6': { trips: configure({ endpoint: { method: 'POST', backend: [{ host: [api], url_pattern: '/a' }, secondBackend] } }), at: 'backend', spares: configure({ endpoint: { method: 'POST', backend: [{ host: [api], url_pattern: '/a', method: 'GET' }, secondBackend] } }) },
  '5.1.7': { trips: configure({ ofEndpoint: { proxy: { sequential: true } } }), at: 'sequential', spares: configure({ ofEndpoint: { proxy: {} } }) },
  '5.1.8': { trips: configure({ backend: { host: ['http://{input_headers.X-Host}'], disable_host_sanitize: true } }), at: 'host', spares: configure({ backend: { host: ['http://{input_headers.X-Tenant}.internal:8080'], disable_host_sanitize: true } }) },
  '5.2.2': { trips: configure(), at: '', spares: configure({ endpoint: { backend: [{ host: [api], url_pattern: '/a' }, secondBackend] } }) },
  '5.2.3': { trips: configure({ endpoint: { output_encoding: 'no-op' } }), at: '', spares: configure() },
  'files-listed': { trips: configure({ ofBackend: filesOf({ path: '.', directory_listing: true }) }), at: 'directory_listing', spares: configure({ service: publicFolder({ path: '.' }) }) },
  'files-with-secrets': { trips: configure({ root: listener(), service: publicFolder({ path: dirname(files['fresh.key']) }) }), at: 'path', spares: configure({ service: publicFolder({ path: emptyFolder }) }) },
  '7.1.1': plugin('service', 'plugin/http-server', 'virtualhost', { hosts: ['a.example.com'] }),
  '7.1.2': plugin('service', 'plugin/http-server', 'static-filesystem', { prefix: '/files/', path: tmpdir() }),
  '7.1.3': plugin('service', 'plugin/http-server', 'basic-auth', { users: { admin: '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' } }),
  '7.1.4': plugin('service', 'plugin/http-server', 'wildcard'),
  '7.1.5': plugin('ofBackend', 'plugin/http-client', 'http-proxy', { proxy_address: 'http://proxy.example.com:3128' }),
  '7.1.6': plugin('ofBackend', 'plugin/http-client', 'static-filesystem', { path: tmpdir() }),
  '7.1.7': plugin('ofBackend', 'plugin/http-client', 'no-redirect'),
  '7.1.8': plugin('ofEndpoint', 'plugin/req-resp-modifier', 'content-replacer'),
  '7.1.9': plugin('ofBackend', 'plugin/req-resp-modifier', 'response-schema-validator', { schema: {} }),
  '7.2.1': component('telemetry/ganalytics'),
  '7.2.2': component('telemetry/instana'),
  '7.2.3': component('telemetry/opencensus'),
  '7.2.4': component('telemetry/influx'),
  '7.3.1': { trips: configure({ root: { tls: { public_key: files['fresh.pem'], private_key: files['fresh.key'] } } }), at: 'public_key', spares: configure({ root: listener() }) },
  'insecure-with-credentials': {
    trips: configure({ endpoint: { input_headers: ['Authorization'] }, client: { client_tls: { allow_insecure_connections: true } } }),
    at: '0',
    spares: configure({ endpoint: { input_headers: ['x-a'] }, client: { client_tls: { allow_insecure_connections: true } } })
  },
  'old-tls': { trips: configure({ root: { client_tls: { min_version: 'TLS11' } } }), at: 'min_version', spares: configure({ root: { client_tls: { min_version: 'TLS12' } } }) },
  'weak-suites': { trips: configure({ client: { client_tls: { min_version: 'TLS12', cipher_suites: [49195, 47] } } }), at: 'cipher_suites', spares: configure({ client: { client_tls: { min_version: 'TLS12', cipher_suites: [49195] } } }) },
  'certificate-expired': { trips: configure({ client: { client_tls: clientCerts(files['expired.pem'], files['expired.key']) } }), at: 'certificate', spares: configure({ client: { client_tls: clientCerts(files['soon.pem'], files['soon.key']) } }) },
  'certificate-expires-soon': { trips: configure({ root: { client_tls: { ca_certs: [files['ca.pem']] } } }), at: '0', spares: configure({ root: { client_tls: { ca_certs: [files['lasting.pem']] } } }) },
  'writable-script': { trips: configure({ ofBackend: { 'floodgate.script': { module: scripts['open.mjs'] } } }), at: 'module', spares: configure({ ofEndpoint: { 'floodgate.script': { module: scripts['own.mjs'] } } }) },
  'readable-key': { trips: configure({ client: { client_tls: clientCerts(readable['open.pem'], readable['open.key']) } }), at: 'private_key', spares: configure({ client: { client_tls: clientCerts(files['fresh.pem'], files['fresh.key']) } }) },
  'headers-on-redirect': { trips: configure({ endpoint: { input_headers: ['*'] } }), at: '0', spares: configure({ endpoint: { input_headers: ['*'] }, client: { no_redirect: true } }) },
  'redirect-to-private': { trips: configure({ client: { no_redirect: false } }), at: 'no_redirect', spares: configure({ backend: { host: ['http://orders.internal:8080'] } }) },
  'client-certificate-on-redirect': { trips: configure({ client: { client_tls: clientCerts(files['fresh.pem'], files['fresh.key']) } }), at: '0', spares: configure({ client: { no_redirect: true, client_tls: clientCerts(files['fresh.pem'], files['fresh.key']) } }) },
  'body-on-redirect': { trips: configure({ client: { send_body_on_redirect: true } }), at: 'send_body_on_redirect', spares: configure({ client: { send_body_on_redirect: true, no_redirect: true } }) },
  'retry-budget': { trips: configure({ service: { floodgate: { retry: { budget: 0.6 } } } }), at: 'retry', spares: configure({ client: { floodgate: { retry: { budget: 0.5 } } } }) },
  'logs-in-clear': { trips: configure({ service: { 'telemetry/gelf': { address: 'graylog.example.com:12201' } } }), at: 'address', spares: configure({ service: { 'telemetry/gelf': { address: 'graylog.internal:12201' }, 'telemetry/logging': { level: 'INFO', syslog: true }, floodgate: { syslog_address: 'udp://10.1.2.3:514' } } }) },
  'secret-in-clear': { trips: configure({ client: { proxy_address: 'https://user:hunter2@proxy.example.com:3128' } }), at: 'proxy_address', spares: configure({ client: { proxy_address: 'https://proxy.example.com:3128' } }) },
  'proxy-credentials-in-clear': { trips: configure({ client: { proxy_address: 'http://user:hunter2@proxy.example.com:3128' } }), at: 'proxy_address', spares: configure({ client: { proxy_address: 'https://user:hunter2@proxy.example.com:3128' } }) }
}

function plugin (level: 'service' | 'ofEndpoint' | 'ofBackend', namespace: string, name: string, settings?: unknown) {
  return { trips: configure({ [level]: { [namespace]: { name: [name], ...settings !== undefined && { [name]: settings } } } }), at: 'name', spares: configure({ [level]: { [namespace]: { name: 'another' } } }) }
}

function component (namespace: string) {
  return { trips: configure({ service: { [namespace]: {} } }), at: namespace, spares: configure() }
}

t.test('audit: each rule has a configuration that trips it and one that does not', async (t) => {
  t.strictSame(Object.keys(cases).sort(), rules.map(({ id }) => id).sort())
  for (const [id, { trips, at, spares, features = [] }] of Object.entries(cases)) {
    const [finding, ...more] = await find(t, trips, id, features)
    t.match(finding, { rule: id, file: 'krakend.json', message: /\w/, remedy: /\w/ }, id)
    t.strictSame(more, [], `${id}: once`)
    t.equal(String(finding?.place.at(-1) ?? ''), at, `${id}: at ${at || 'the whole'}`)
    t.ok(severities.includes(finding!.severity), `${id}: ${finding!.severity}`)
    t.equal(finding!.place.length === 0, finding!.excerpt === null, `${id}: with the line in question`)
    t.strictSame(await find(t, spares, id, features), [], `${id}: spared`)
  }
})

t.test('audit: no rule advises what is not there', async (t) => {
  const implemented = new Set([...allFeatures().map(({ namespace }) => namespace), 'backend/http/client'])
  for (const [id, { trips, features = [] }] of Object.entries(cases)) {
    if (features.length > 0) continue
    for (const { remedy } of await find(t, trips, id)) {
      for (const [name] of remedy.matchAll(/\b(?:ai|async|auth|backend|documentation|governance|modifier|plugin|qos|security|server|telemetry|validation)\/[a-z/-]+[a-z]/g)) t.ok(implemented.has(name), `${id}: ${remedy}`)
    }
  }
})

t.test('audit: metrics, caches and limits of our own count, and what has no effect here does not', async (t) => {
  t.match(await find(t, configure({ service: { 'telemetry/influx': {} } }), '4.1.1'), [{ message: 'no metrics are collected: telemetry/influx has no effect here', remedy: /floodgate\.metrics/ }])
  t.strictSame(await find(t, configure({ service: otel({ prometheus: [{ name: 'p' }] }) }), '4.1.1'), [], 'KrakenD\'s metrics')
  for (const part of [{ service: { 'qos/ratelimit/service': { max_rate: 5 } } }, { ofBackend: { 'qos/ratelimit/proxy': { max_rate: 5, capacity: 5 } } }, { service: { 'auth/api-keys': { keys: [{ key: 'k1', roles: ['r'] }] } }, ofEndpoint: { 'auth/api-keys': { roles: ['r'], client_max_rate: 3 } } }]) {
    t.strictSame(await find(t, configure(part), '3.1.2'), [], JSON.stringify(part))
  }
  t.equal((await find(t, configure({ ofEndpoint: { 'qos/ratelimit/router': { max_rate: 0 } } }), '3.1.2')).length, 1, 'a limit of nothing is none')
  t.notOk(rules.some(({ id }) => id === '2.3.1'), 'a cache always has a limit')
  for (const [namespace, id] of [['security/http', '2.1.7'], ['security/cors', '2.2.2'], ['security/bot-detector', '3.1.1']] as const) {
    t.strictSame(await find(t, configure({ ofEndpoint: { [namespace]: {} } }), id), [], `${namespace} of an endpoint`)
  }
})

t.test('audit: sorts from the worst, and leaves out what it is told to', async (t) => {
  const loaded = await loadConfiguration(configure({ endpoint: { timeout: '2m', input_headers: ['*'] } }), { env: {} })
  const found = audit(loaded)
  t.equal(found[0]!.rule, '3.3.4')
  t.strictSame(found.map(({ severity }) => severities.indexOf(severity)), found.map(({ severity }) => severities.indexOf(severity)).sort((a, b) => a - b))
  t.strictSame(audit(loaded, { severities: ['CRITICAL'] }).map(({ rule }) => rule), ['3.3.4'])
  t.notOk(audit(loaded, { ignore: ['3.3.4'] }).some(({ rule }) => rule === '3.3.4'))
  const own = { id: 'acme-1', severity: 'LOW', message: 'no', remedy: 'yes', find: () => [{ place: [] }] } as const
  t.equal(audit(loaded, { rules: [own], severities: ['LOW'] }).at(-1)!.rule, 'acme-1')
})

t.test('audit: shows no secret', async (t) => {
  const secret = 'hunter2'
  const [finding] = await find(t, cases['proxy-credentials-in-clear']!.trips, 'proxy-credentials-in-clear')
  t.match(finding!.message, 'http://***@proxy.example.com:3128')
  t.notMatch(JSON.stringify(finding), secret)
  t.notMatch(JSON.stringify(await find(t, cases['secret-in-clear']!.trips, 'secret-in-clear')), secret)
  const hashes = configure({ service: { 'auth/api-keys': { hash: 'sha256', keys: [{ key: '8f4343466fe4', roles: ['r'] }] }, 'auth/basic': { users: { a: '$2y$10$abc' } } } })
  t.strictSame(await find(t, hashes, 'secret-in-clear'), [], 'digests are none')
})

t.test('audit: of one global client_tls each thing is told once, whatever number of backends has it', async (t) => {
  const config = configure({ root: { client_tls: { min_version: 'TLS10', ca_certs: [files['soon.pem']] } }, endpoint: { backend: [{ host: [api], url_pattern: '/a' }, secondBackend] } })
  t.equal((await find(t, config, 'old-tls')).length, 1)
  t.equal((await find(t, config, 'certificate-expires-soon')).length, 1)
})

t.test('audit: is silent about redirects where floodgate closes the hole', async (t) => {
  const tls = { client_tls: clientCerts(files['fresh.pem'], files['fresh.key']) }
  const all = ['headers-on-redirect', 'redirect-to-private', 'client-certificate-on-redirect', 'body-on-redirect']
  const tripped = async (redirects: Parts): Promise<string[]> => {
    const config = configure({ endpoint: { input_headers: ['*'] }, client: { ...tls, send_body_on_redirect: true, floodgate: { redirects } } })
    const found: string[] = []
    // One after the other: they write to one folder.
    for (const id of all) if ((await find(t, config, id)).length > 0) found.push(id)
    return found
  }
  t.strictSame(await tripped({ max: 1, strip_headers: ['x-a'] }), all)
  t.strictSame(await tripped({ same_origin: true }), [])
  t.strictSame(await tripped({ allowed_hosts: ['a.example.com'] }), [])
  t.strictSame(await tripped({ client_certs: 'origin' }), all.filter((id) => id !== 'client-certificate-on-redirect'))
})

t.test('writable-script: files of Lua too, at each place', async (t) => {
  const { 'open.lua': open, 'own.lua': own } = writeFiles(t, { 'open.lua': '', 'own.lua': '' })
  chmodSync(open, 0o666)
  chmodSync(own, 0o664)
  const lua = { sources: [own, open] }
  const config = {
    version: 3,
    extra_config: { 'modifier/lua-endpoint': lua },
    endpoints: [{ endpoint: '/a', extra_config: { 'modifier/lua-proxy': lua }, backend: [{ host: ['http://127.0.0.1:8080'], url_pattern: '/', extra_config: { 'modifier/lua-backend': lua } }] }]
  }
  const found = audit(await loadConfiguration(config, { env: {} })).filter(({ rule }) => rule === 'writable-script')
  t.same(found.map(({ place }) => place.slice(-2)), Array.from({ length: 3 }, () => ['sources', 1]))
})
