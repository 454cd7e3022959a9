import { writeFileSync } from 'node:fs'
import path from 'node:path'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { ConfigError, formatPlace } from '@floodgate/config-loader'
import { createAuthority } from '@floodgate/testing'
import { gateway } from '../src/index.ts'
import { checkConfiguration } from '@floodgate/inspect'
import { loadConfiguration } from '../src/load.ts'
import { createServer } from '../src/serve/server.ts'

type Part = Record<string, unknown>

/** One thing that is wrong, in a configuration that has nothing else wrong. */
interface Fault {
  readonly name: string
  readonly service?: Part
  readonly endpoint?: Part
  readonly backend?: Part
  /** Where it is found: a path of the service, or below the endpoint, whose own is left out. */
  readonly at: string
  /** Absent: an error, which stops the start. */
  readonly warns?: true
}

const extra = (namespace: string, settings: unknown): Part => ({ extra_config: { [namespace]: settings } })
const jwt = { alg: 'RS256', jwk_url: 'https://issuer.example.com/jwk' }

const ofServices: readonly Fault[] = [
  { name: 'a port that there is not', service: { port: 70_000 }, at: 'port' },
  { name: 'a listen address that is none', service: { listen_ip: 'localhost' }, at: 'listen_ip' },
  { name: 'a bad duration', service: { timeout: '2 seconds' }, at: 'timeout' },
  { name: 'a bad host', service: { host: ['http://a.example.com/path'] }, at: 'host[0]' },
  { name: 'an unreadable authority', service: { client_tls: { ca_certs: ['gone.pem'] } }, at: 'client_tls.ca_certs[0]' },
  { name: 'a client key of another certificate', service: { client_tls: { client_certs: [{ certificate: 'a.pem', private_key: 'b.key' }] } }, at: 'client_tls.client_certs[0].private_key' },
  { name: 'a TLS version that there is not', service: { client_tls: { min_version: 'TLS1.2' } }, at: 'client_tls.min_version' },
  { name: 'curves of which none is usable', service: { client_tls: { curve_preferences: [4588] } }, at: 'client_tls.curve_preferences' },
  { name: 'suites that there are not', service: { client_tls: { cipher_suites: [1] } }, at: 'client_tls.cipher_suites', warns: true },
  { name: 'a listener key that is not there', service: { tls: { keys: [{ public_key: 'a.pem', private_key: 'gone.key' }] } }, at: 'tls.keys[0].private_key' },
  { name: 'a listener key of another certificate', service: { tls: { keys: [{ public_key: 'a.pem', private_key: 'b.key' }] } }, at: 'tls.keys[0].private_key' },
  { name: 'an expired listener certificate', service: { tls: { keys: [{ public_key: 'old.pem', private_key: 'old.key' }] } }, at: 'tls.keys[0].public_key', warns: true },
  { name: 'listener curves of which none is usable', service: { tls: { keys: [{ public_key: 'a.pem', private_key: 'a.key' }], curve_preferences: [99] } }, at: 'tls.curve_preferences' },
  { name: 'keys of two kinds for two names', service: { tls: { keys: [{ public_key: 'a.pem', private_key: 'a.key' }, { public_key: 'b.pem', private_key: 'b.key' }] } }, at: 'tls' },
  { name: 'a misspelt key', service: { prot: 8080 }, at: 'prot', warns: true },
  { name: 'a queue consumer', service: { async_agent: [{ name: 'a' }] }, at: 'async_agent' },
  { name: 'a namespace of endpoints at the root', service: extra('auth/validator', jwt), at: 'extra_config["auth/validator"].alg' },
  { name: 'a namespace beside extra_config', service: { 'security/cors': { allow_origins: ['*'] } }, at: '["security/cors"]' },
  { name: 'a bad proxy range', service: extra('router', { trusted_proxies: ['300.0.0.1'] }), at: 'extra_config.router.trusted_proxies[0]' },
  { name: 'a bad max_age of CORS', service: extra('security/cors', { max_age: '1 hour' }), at: 'extra_config["security/cors"].max_age' },
  { name: 'an origin that no browser sends', service: extra('security/cors', { allow_origins: ['https://a.example.com/'] }), at: 'extra_config["security/cors"].allow_origins[0]', warns: true },
  { name: 'a bad pattern of bots', service: extra('security/bot-detector', { patterns: ['ok', '('] }), at: 'extra_config["security/bot-detector"].patterns[1]' },
  { name: 'a bad pattern of hosts', service: extra('security/http', { allowed_hosts: ['('], allowed_hosts_are_regex: true }), at: 'extra_config["security/http"].allowed_hosts' },
  { name: 'a policy of subdomains without a time', service: extra('security/http', { sts_include_subdomains: true }), at: 'extra_config["security/http"].sts_include_subdomains', warns: true },
  { name: 'a host of no redirect', service: extra('security/http', { ssl_host: 'a.example.com' }), at: 'extra_config["security/http"].ssl_host', warns: true },
  { name: 'hosts that development switches off', service: extra('security/http', { allowed_hosts: ['a.example.com'], is_development: true }), at: 'extra_config["security/http"].is_development', warns: true },
  { name: 'an unknown variable of the log', service: extra('telemetry/logging', { level: 'INFO', format: 'custom', custom_format: '%{foo}' }), at: 'extra_config["telemetry/logging"].custom_format' },
  { name: 'a level that there is not', service: extra('telemetry/logging', { level: 'LOUD' }), at: 'extra_config["telemetry/logging"].level' },
  { name: 'a key that is listed twice', service: extra('auth/api-keys', { keys: [{ key: 'k', roles: ['a'] }, { key: 'k', roles: ['a'] }] }), at: 'extra_config["auth/api-keys"].keys[1].key' },
  { name: 'a bad range of addresses', service: extra('plugin/http-server', { name: ['ip-filter'], 'ip-filter': { CIDR: ['10.0.0.0/99'], allow: true } }), at: 'extra_config["plugin/http-server"].ip-filter.CIDR[0]' },
  { name: 'a plugin that is not here', service: extra('plugin/http-server', { name: ['geo'] }), at: 'extra_config["plugin/http-server"].name[0]' },
  { name: 'a revoke server', service: extra('auth/revoker', { N: 10, TTL: 10, port: 0, token_keys: ['jti'], revoke_server_ping_url: 'http://a.example.com' }), at: 'extra_config["auth/revoker"].revoke_server_ping_url' },
  { name: 'a header that frames a message', service: extra('modifier/response-headers', { delete: ['Connection'] }), at: 'extra_config["modifier/response-headers"].delete[0]' },
  { name: 'a port of metrics that there is not', service: extra('floodgate', { metrics: { port: 99_999 } }), at: 'extra_config.floodgate.metrics.port' }
]

const ofEndpoints: readonly Fault[] = [
  { name: 'a duration without a unit', endpoint: { timeout: '3' }, at: 'timeout' },
  { name: 'an unknown output encoding', endpoint: { output_encoding: 'noop' }, at: 'output_encoding', warns: true },
  { name: 'no backend', endpoint: { backend: [] }, at: 'backend' },
  { name: 'no-op of two backends', endpoint: { output_encoding: 'no-op', backend: [{ host: ['http://a.example.com'], url_pattern: '/' }, { host: ['http://a.example.com'], url_pattern: '/' }] }, at: 'backend' },
  { name: 'a method that is not served', endpoint: { method: 'PSOT' }, at: 'method', warns: true },
  { name: 'a path that is not allowed', endpoint: { endpoint: '/*/x' }, at: 'endpoint' },
  { name: 'a route that is there already', endpoint: { endpoint: '/first' }, at: 'endpoint' },
  { name: 'a misspelt namespace', endpoint: extra('auth_validator', jwt), at: 'extra_config.auth_validator' },
  { name: 'a misspelt key of a guard', endpoint: extra('auth/validator', { ...jwt, audiance: ['x'] }), at: 'extra_config["auth/validator"].audiance' },
  { name: 'an algorithm that there is not', endpoint: extra('auth/validator', { ...jwt, alg: 'RS999' }), at: 'extra_config["auth/validator"].alg' },
  { name: 'a key file that is not there', endpoint: extra('auth/validator', { alg: 'RS256', jwk_local_path: 'gone.json' }), at: 'extra_config["auth/validator"].jwk_local_path' },
  { name: 'a key file that is none', endpoint: extra('auth/validator', { alg: 'RS256', jwk_local_path: 'junk.pem' }), at: 'extra_config["auth/validator"].jwk_local_path' },
  { name: 'a fingerprint that is none', endpoint: extra('auth/validator', { ...jwt, jwk_fingerprints: ['zz'] }), at: 'extra_config["auth/validator"].jwk_fingerprints' },
  { name: 'a cache of a file', endpoint: extra('auth/validator', { alg: 'HS256', jwk_local_path: 'keys.json', cache: true }), at: 'extra_config["auth/validator"].cache' },
  { name: 'a signing key that is not in its file', endpoint: extra('auth/signer', { alg: 'RS256', kid: 'nobody', jwk_local_path: 'keys.json', keys_to_sign: ['token'] }), at: 'extra_config["auth/signer"].kid' },
  { name: 'a file of users that is not there', endpoint: extra('auth/basic', { htpasswd_path: 'gone.htpasswd' }), at: 'extra_config["auth/basic"].htpasswd_path' },
  { name: 'a bad policy', endpoint: extra('security/policies', { req: { policies: ['1 +'] } }), at: 'extra_config["security/policies"].req.policies[0]' },
  { name: 'a bad expression', endpoint: extra('validation/cel', [{ check_expr: 'req_params.(' }]), at: 'extra_config["validation/cel"][0].check_expr', warns: true },
  { name: 'a bad query', endpoint: extra('modifier/jmespath', { expr: 'a[' }), at: 'extra_config["modifier/jmespath"].expr' },
  { name: 'a header that a body cannot set', endpoint: extra('modifier/request-body-extractor/early', { operations: [{ type: 'header', strategy: 'dotnotation', expression: 'a', target: 'Host', on_conflict: 'skip' }] }), at: 'extra_config["modifier/request-body-extractor/early"].operations[0].target' },
  { name: 'two modifiers at one place', endpoint: extra('modifier/response-body', { modifiers: [{ upper: { field: 'a' }, lower: { field: 'a' } }] }), at: 'extra_config["modifier/response-body"].modifiers[0]' },
  { name: 'a rate that is none', endpoint: extra('qos/ratelimit/router', { max_rate: 'many' }), at: 'extra_config["qos/ratelimit/router"].max_rate' },
  { name: 'a bad time of a rate', endpoint: extra('qos/ratelimit/router', { max_rate: 1, every: '1 min' }), at: 'extra_config["qos/ratelimit/router"].every' },
  { name: 'a limit of nothing', endpoint: extra('qos/ratelimit/router', { max_rate: 0 }), at: 'extra_config["qos/ratelimit/router"]', warns: true },
  { name: 'clients without a name', endpoint: extra('qos/ratelimit/router', { client_max_rate: 1, strategy: 'header' }), at: 'extra_config["qos/ratelimit/router"].client_max_rate', warns: true },
  { name: 'a Redis connection that there is not', endpoint: extra('qos/ratelimit/router/redis', { max_rate: 1, connection_name: 'nobody' }), at: 'extra_config["qos/ratelimit/router/redis"].connection_name' },
  { name: 'a bad policy of a tier', endpoint: extra('qos/ratelimit/tiered', { tier_key: 'X', tiers: [{ tier_value: '((', tier_value_as: 'policy', ratelimit: { max_rate: 1 } }] }), at: 'extra_config["qos/ratelimit/tiered"].tiers[0].tier_value' },
  { name: 'a sequence of one', endpoint: extra('proxy', { sequential: true }), at: 'extra_config.proxy.sequential', warns: true },
  { name: 'parameters of no sequence', endpoint: extra('proxy', { sequential_propagated_params: ['resp0_x'] }), at: 'extra_config.proxy.sequential_propagated_params', warns: true },
  { name: 'an unknown strategy', endpoint: extra('proxy', { static: { strategy: 'alwyas', data: {} } }), at: 'extra_config.proxy.static.strategy', warns: true },
  { name: 'nobody but shadows', endpoint: { backend: [{ host: ['http://a.example.com'], url_pattern: '/', extra_config: { proxy: { shadow: true } } }] }, at: 'backend' },
  { name: 'CORS of an endpoint', endpoint: extra('security/cors', { allow_origins: ['*'] }), at: 'extra_config["security/cors"]', warns: true }
]

const ofBackends: readonly Fault[] = [
  { name: 'a parameter that there is not', backend: { url_pattern: '/{nobody}' }, at: 'url_pattern' },
  { name: 'an answer that is not there yet', backend: { url_pattern: '/{resp0_x}' }, at: 'url_pattern', warns: true },
  { name: 'another scheme', backend: { host: ['ftp://a.example.com'] }, at: 'host[0]' },
  { name: 'a host port that there is not', backend: { host: ['http://a.example.com:99999'] }, at: 'host[0]' },
  { name: 'a method that is none', backend: { method: 'GE T' }, at: 'method' },
  { name: 'an unknown encoding', backend: { encoding: 'jsno' }, at: 'encoding', warns: true },
  { name: 'no-op in a decoded answer', backend: { encoding: 'no-op' }, at: 'encoding', warns: true },
  { name: 'an unknown discovery', backend: { sd: 'dsn' }, at: 'sd', warns: true },
  { name: 'deny beside allow', backend: { allow: ['a'], deny: ['b'] }, at: 'deny', warns: true },
  { name: 'a number as a name', backend: { mapping: { a: 1 } }, at: 'mapping.a', warns: true },
  { name: 'a number as a target', backend: { target: 5 }, at: 'target', warns: true },
  { name: 'a wildcard that is a name', backend: { input_headers: ['*'] }, at: 'input_headers', warns: true },
  { name: 'a proxy without a scheme', backend: extra('backend/http/client', { proxy_address: 'proxy' }), at: 'extra_config["backend/http/client"].proxy_address' },
  { name: 'versions that exclude each other', backend: extra('backend/http/client', { client_tls: { min_version: 'TLS13', max_version: 'TLS12' } }), at: 'extra_config["backend/http/client"].client_tls.max_version' },
  { name: 'TLS beside its namespace', backend: { client_tls: { ca_certs: ['a.pem'] } }, at: 'client_tls' },
  { name: 'a breaker without numbers', backend: extra('qos/circuit-breaker', { interval: 'a', max_errors: 1, timeout: 1 }), at: 'extra_config["qos/circuit-breaker"].interval' },
  { name: 'a cache of less than nothing', backend: extra('qos/http-cache', { max_items: -1, max_size: 1 }), at: 'extra_config["qos/http-cache"].max_items', warns: true },
  { name: 'a cache in a Redis that there is not', backend: extra('qos/http-cache', { floodgate: { connection_name: 'nobody' } }), at: 'extra_config["qos/http-cache"].floodgate.connection_name' },
  { name: 'a token server that is none', backend: extra('auth/client-credentials', { client_id: 'a', client_secret: 'b', token_url: 'nowhere' }), at: 'extra_config["auth/client-credentials"].token_url' },
  { name: 'an expression that is no condition', backend: extra('validation/cel', [{ check_expr: '1 + 1' }]), at: 'extra_config["validation/cel"][0].check_expr', warns: true },
  { name: 'a flag that is none', backend: extra('backend/http', { return_error_code: 'maybe' }), at: 'extra_config["backend/http"].return_error_code' },
  { name: 'a timeout of no copies', backend: extra('proxy', { shadow_timeout: '1s' }), at: 'extra_config.proxy.shadow_timeout', warns: true },
  { name: 'an unknown operation', backend: extra('proxy', { flatmap_filter: [{ type: 'mov', args: ['a', 'b'] }] }), at: 'extra_config.proxy.flatmap_filter[0].type', warns: true },
  { name: 'a bad range of one backend', backend: extra('plugin/req-resp-modifier', { name: ['ip-filter'], 'ip-filter': { CIDR: ['1.2.3'], allow: true } }), at: 'extra_config["plugin/req-resp-modifier"].ip-filter.CIDR[0]' },
  { name: 'a bad expression of a replacement', backend: extra('modifier/response-body', { modifiers: [{ regexp: { field: 'a', find: '(', replace: '' } }] }), at: 'extra_config["modifier/response-body"].modifiers[0].regexp.find' },
  { name: 'a protocol that is not here', backend: extra('backend/lambda', { function_name: 'f' }), at: 'extra_config["backend/lambda"]' }
]

const target = { host: ['http://a.example.com'], url_pattern: '/' }
const first = { endpoint: '/first', backend: [target] }

function endpointOf ({ endpoint = {}, backend = {} }: Fault, i: number): Part {
  return { endpoint: `/e${i}`, backend: [{ ...target, ...backend }], ...endpoint }
}

/** Where a fault is in a configuration that has it in this endpoint. */
function placeOf ({ at, service, backend }: Fault, index: number): string {
  return service !== undefined ? at : `endpoints[${index}]${backend === undefined ? '' : '.backend[0]'}.${at}`
}

function prepare (t: Test) {
  const issue = (name: string, key: 'ec' | 'rsa') => createAuthority('ca').issue({ cn: name, san: [name], key })
  const [a, b] = [issue('a.example.com', 'ec'), issue('b.example.com', 'rsa')]
  const old = createAuthority('ca').issue({ cn: 'old.example.com', san: ['old.example.com'], days: -1 })
  const secret = Buffer.from('a secret of thirty-two characters').toString('base64url')
  const dir = t.testdir({ 'a.pem': a.cert, 'a.key': a.key, 'b.pem': b.cert, 'b.key': b.key, 'old.pem': old.cert, 'old.key': old.key, 'junk.pem': 'junk', 'keys.json': JSON.stringify({ keys: [{ kty: 'oct', kid: 'a', k: secret, alg: 'HS256' }] }) })
  const cwd = process.cwd()
  process.chdir(dir)
  t.teardown(() => { process.chdir(cwd) })
  return (config: Part): string => {
    const file = path.join(dir, 'krakend.json')
    writeFileSync(file, JSON.stringify({ version: 3, ...config }, null, 2))
    return file
  }
}

t.test('check: finds what a start refuses, each kind of fault alone, and nothing else', { timeout: 120_000 }, async (t) => {
  const write = prepare(t)
  for (const fault of [...ofServices, ...ofEndpoints, ...ofBackends]) {
    const file = write({ ...fault.service, endpoints: [first, ...fault.service === undefined ? [endpointOf(fault, 1)] : []] })
    const problems = await checkConfiguration(file, { env: {} })
    const place = placeOf(fault, 1)
    const found = problems.filter((problem) => formatPlace(problem.place) === place)
    t.equal(found.length, 1, `${fault.name}: once, at ${place} of ${problems.map(({ place }) => formatPlace(place)).join(', ')}`)
    t.equal(found[0]?.severity, fault.warns ? 'warning' : 'error', fault.name)
    t.ok(found[0]?.line, `${fault.name}: has a line`)
    t.equal(problems.filter(({ severity }) => severity === 'error').length, fault.warns ? 0 : 1, `${fault.name}: no other error`)
    t.equal(await starts(file), fault.warns === true, `${fault.name}: a start says the same`)
  }
})

async function starts (file: string): Promise<boolean> {
  try {
    const app = await createServer(await loadConfiguration(file, { env: {} }), { silent: true })
    await app.close()
    return true
  } catch (error) {
    if (error instanceof ConfigError || (error as { code?: string }).code === 'FG_ERR_CONFIG_SERVER_TLS') return false
    throw error
  }
}

t.test('check: finds all kinds of faults at once, sorted, each once; a start says the same', { timeout: 60_000 }, async (t) => {
  const write = prepare(t)
  const merged: Record<string, any> = { extra_config: {} }
  const used: Fault[] = []
  for (const fault of ofServices) {
    const [key, value] = Object.entries(fault.service!)[0]!
    // One of each key; the others were looked at alone.
    if (key === 'extra_config') {
      const [namespace, settings] = Object.entries(value as object)[0]!
      if (namespace in merged['extra_config']) continue
      merged['extra_config'][namespace] = settings
    } else if (key in merged) continue
    else merged[key] = value
    used.push(fault)
  }
  const others = [...ofEndpoints, ...ofBackends]
  const file = write({ ...merged, endpoints: [first, ...others.map((fault, i) => endpointOf(fault, i + 1))] })
  const problems = await checkConfiguration(file, { env: {} })
  const places = problems.map(({ place }) => formatPlace(place))
  for (const fault of used) t.ok(places.includes(placeOf(fault, 0)), fault.name)
  // The one line for what is read and not needed, and the route that other faults leave alone, stay where they are.
  for (const [i, fault] of others.entries()) t.ok(places.includes(placeOf(fault, i + 1)), fault.name)
  t.ok(used.length + others.length > 70, 'kinds')
  t.equal(new Set(problems.map(({ line, column, place, message }) => JSON.stringify([line, column, place, message]))).size, problems.length, 'each once')
  t.strictSame(problems.map(({ severity }) => severity), [...problems.map(({ severity }) => severity)].sort(), 'errors first')
  const errors = problems.filter(({ severity }) => severity === 'error')
  t.strictSame(errors.map(({ line }) => line!), errors.map(({ line }) => line!).sort((a, b) => a - b), 'in the order of the file')
  await t.rejects(loadConfiguration(file, { env: {} }), { code: 'FG_ERR_CONFIG_INVALID' })
  const thrown = await loadConfiguration(file, { env: {} }).catch((error: ConfigError) => error)
  t.strictSame((thrown as ConfigError).problems, problems, 'as a start')
})

t.test('check: what follows from another error is not told', async (t) => {
  const write = prepare(t)
  const file = write({
    extra_config: {
      redis: { connection_pools: [{ name: 'shared', address: 'nowhere:99999' }] },
      'auth/api-keys': 'none'
    },
    endpoints: [
      { ...first, extra_config: { 'qos/ratelimit/router/redis': { max_rate: 1, connection_name: 'shared' }, 'auth/api-keys': { roles: ['a'] } } },
      { endpoint: '/b', backend: [target], extra_config: { 'auth/validator': 5, 'security/policies': { jwt: { policies: ['true'] } } } }
    ]
  })
  const errors = (await checkConfiguration(file, { env: {} })).filter(({ severity }) => severity === 'error')
  t.strictSame(errors.map(({ place }) => formatPlace(place)), ['extra_config.redis.connection_pools[0].address', 'extra_config["auth/api-keys"]', 'endpoints[1].extra_config["auth/validator"]'])
})

t.test('check: connects to nothing', async (t) => {
  const write = prepare(t)
  const { createServer: listen } = await import('node:net')
  let connections = 0
  const server = listen((socket) => { connections++; socket.destroy() })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close() })
  const { port } = server.address() as { port: number }
  const url = `http://127.0.0.1:${port}`
  const file = write({
    extra_config: { redis: { connection_pools: [{ name: 'a', address: `127.0.0.1:${port}` }] } },
    endpoints: [{ endpoint: '/a', backend: [{ ...target, host: [url] }], extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: `${url}/jwk`, cache: true, disable_jwk_security: true }, 'qos/ratelimit/router/redis': { max_rate: 1, connection_name: 'a' } } }]
  })
  t.strictSame(await checkConfiguration(file, { env: {} }), [])
  t.equal(connections, 0)
})

t.test('gateway: a host\'s own features are not called for a configuration with errors', async (t) => {
  let called = 0
  const feature = { namespace: 'acme/own', schemas: { endpoint: { type: 'object' } as never }, setup () { called++ } }
  const config = { version: 3, timeout: 'soon', endpoints: [{ ...first, extra_config: { 'acme/own': {} } }] } as never
  const app = Fastify()
  await t.rejects(async () => { await app.register(gateway, { config, features: [feature] }); await app.ready() }, { code: 'FG_ERR_CONFIG_INVALID' })
  t.equal(called, 0)
})
