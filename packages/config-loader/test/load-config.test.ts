import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { ConfigError, formatPlace, loadConfig, type LoadOptions, type Problem } from '@floodgate/config-loader'
import { createAuthority, writeFiles } from '@floodgate/testing'
import { problemsOf } from './support/problems.ts'

const host = 'http://127.0.0.1:1234'
const backend = { url_pattern: '/x', host: [host] }
const endpoint = { endpoint: '/x', backend: [backend] }

const load = (config: object, options: LoadOptions = {}) => loadConfig({ version: 3, ...config }, { env: {}, ...options })

/** Problems in short: `error unknown-key endpoints[0].foo`. */
const brief = (problems: readonly Problem[]) => problems.map(({ severity, code, place }) => `${severity} ${code} ${formatPlace(place)}`)

const withBackend = (keys: object, more: object = {}) => ({ version: 3, endpoints: [{ ...endpoint, backend: [{ ...backend, ...keys }] }], ...more })
const withEndpoint = (keys: object, more: object = {}) => ({ version: 3, endpoints: [{ ...endpoint, ...keys }], ...more })

t.test('loadConfig: fills in every default', async (t) => {
  const { model, problems } = await load({ endpoints: [endpoint] })
  t.same(problems, [])
  t.match(model, {
    name: '',
    port: 8080,
    listenIp: '',
    tls: null,
    client: { tls: null, followRedirects: true, proxy: null },
    debugEndpoint: false,
    echoEndpoint: false,
    disableRest: false,
    useH2c: false,
    dnsCacheTtl: 30_000,
    readTimeout: 0,
    readHeaderTimeout: 0,
    writeTimeout: 0,
    idleTimeout: 0,
    maxHeaderBytes: 1_048_576,
    maxShutdownWaitTime: 0,
    extra: {}
  })
  t.same({ ...model.endpoints[0]!, backends: [] }, {
    index: 0,
    path: '/x',
    method: 'GET',
    backends: [],
    inputHeaders: [],
    inputQueryStrings: [],
    outputEncoding: 'json',
    timeout: 2000,
    cacheTtl: 0,
    concurrentCalls: 1,
    extra: {},
    place: ['endpoints', 0]
  })
  const { client, ...rest } = model.endpoints[0]!.backends[0]
  t.same(rest, {
    index: 0,
    hosts: [host],
    urlPattern: '/x',
    method: 'GET',
    encoding: 'json',
    group: '',
    target: '',
    allow: [],
    deny: [],
    mapping: {},
    isCollection: false,
    inputHeaders: [],
    inputQueryStrings: [],
    sd: 'static',
    sdScheme: 'http',
    extra: {},
    place: ['endpoints', 0, 'backend', 0]
  })
  t.match(client, { tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: { maxIdleConnectionsPerHost: 250 } })
})

t.test('loadConfig: hands values down', async (t) => {
  const { model } = await load({
    timeout: '3s',
    cache_ttl: '60s',
    output_encoding: 'no-op',
    host: ['api:8080/', 'https://b'],
    read_timeout: '5s',
    dns_cache_ttl: '1500ms',
    max_header_bytes: 100,
    endpoints: [
      { endpoint: '/a', method: 'post', backend: [{ url_pattern: 'a', encoding: 'json' }] },
      { endpoint: '/b', timeout: '0s', cache_ttl: '0s', output_encoding: 'json', backend: [{ url_pattern: '/b', method: 'put', host: ['own'] }] },
      { endpoint: '/c', timeout: '1s', cache_ttl: '1500ms', concurrent_calls: 3, input_headers: ['X-A', 'x-a', 'AUTHORIZATION'], input_query_strings: ['A', 'a'], backend: [{ url_pattern: '/c' }] },
      { endpoint: '/d', input_headers: ['X-A', '*'], input_query_strings: ['*', 'b'], backend: [{ url_pattern: '/d' }] }
    ]
  })
  const [a, b, c, d] = model.endpoints
  t.match(a, { method: 'POST', timeout: 3000, cacheTtl: 60_000, outputEncoding: 'no-op' })
  t.match(a!.backends[0], { method: 'POST', hosts: ['http://api:8080', 'https://b'], urlPattern: '/a', encoding: 'no-op' }, 'no-op of the endpoint is that of its backend')
  t.match(b, { timeout: 3000, cacheTtl: 60_000, outputEncoding: 'json' })
  t.match(b!.backends[0], { method: 'PUT', hosts: ['http://own'], encoding: 'json' })
  t.match(c, { timeout: 1000, cacheTtl: 1500, concurrentCalls: 3, inputHeaders: ['x-a', 'authorization'], inputQueryStrings: ['A', 'a'] })
  t.match(d, { inputHeaders: ['*'], inputQueryStrings: ['*'] })
  t.match(model, { readTimeout: 5000, readHeaderTimeout: 5000, idleTimeout: 5000, writeTimeout: 0, dnsCacheTtl: 1500, maxHeaderBytes: 100 })
})

t.test('loadConfig: the model is frozen, the object it came from is not touched', async (t) => {
  const config = { version: 3, extra_config: { 'made/up': { list: [{ a: 1 }] } }, endpoints: [endpoint] }
  const before = JSON.stringify(config)
  const { model } = await load(config)
  t.ok(Object.isFrozen(model.endpoints[0]!.backends[0].hosts))
  t.ok(Object.isFrozen((model.extra['made/up'] as any).list[0]))
  t.equal(JSON.stringify(config), before)
  t.notOk(Object.isFrozen(config.extra_config['made/up'].list[0]))
})

t.test('loadConfig: keys ignore case, data keys do not', async (t) => {
  const { model, problems } = await load({
    Timeout: '1s',
    EXTRA_CONFIG: { Router: { Return_Error_Msg: true } },
    Endpoints: [{ ENDPOINT: '/x', Backend: [{ URL_Pattern: '/y', Host: [host], Mapping: { From: 'To', from: 'to' } }] }]
  })
  t.ok(problems.every(({ code }) => code === 'krakend-ignores'))
  t.match(model.endpoints[0], { path: '/x', timeout: 1000 })
  t.match(model.endpoints[0]!.backends[0], { urlPattern: '/y', mapping: { From: 'To', from: 'to' } })
  t.equal((model.extra['router'] as any).return_error_msg, true)
})

t.test('loadConfig: of several spellings of a key the exact one wins, else the last', async (t) => {
  t.equal((await load({ timeout: '1s', Timeout: '3s' })).model.port, 8080)
  t.equal((await load({ timeout: '1s', Timeout: '3s', endpoints: [endpoint] })).model.endpoints[0]!.timeout, 1000)
  t.equal((await load({ TIMEOUT: '1s', Timeout: '3s', endpoints: [endpoint] })).model.endpoints[0]!.timeout, 3000)
})

t.test('loadConfig: comments and unknown keys do not matter', async (t) => {
  const problems = await problemsOf({
    $schema: 'https://www.krakend.io/schema/v2.13/krakend.json',
    '@comment': 'c',
    _note: 1,
    '#x': [],
    version: 3,
    made_up: true,
    extra_config: { '@c': 'x', router: { '@c': 1, made_up: 2 } },
    endpoints: [{ ...endpoint, '@comment': 1, made_up: 1, extra_config: { _c: 'x' }, backend: [{ ...backend, '#no': 1, timeout: '1s', extra_config: null }] }]
  })
  t.same(brief(problems), [
    'warning unknown-key endpoints[0].backend[0].timeout',
    'warning unknown-key endpoints[0].made_up',
    'warning unknown-key made_up',
    'warning unknown-key extra_config.router.made_up'
  ])
})

t.test('loadConfig: suggests what was meant', async (t) => {
  const table: [object, string | RegExp | null][] = [
    [{ version: 3, endpoint: [] }, 'did you mean "endpoints"?'],
    [withEndpoint({ input_header: [] }), 'did you mean "input_headers"?'],
    [withBackend({ whitelist: [] }), 'it is "allow" in version 3'],
    [withBackend({ timeout: '2s' }), 'a backend has no timeout of its own: the endpoint\'s holds for it'],
    [withEndpoint({ xyzzy: [] }), null],
    [withBackend({ encoding: 'jsn' }), 'did you mean "json"?'],
    [withEndpoint({ output_encoding: 'noop' }), 'did you mean "no-op"?'],
    [{ version: 3, extra_config: { 'qos/ratelimit/rooter': {} } }, /^did you mean "qos\/ratelimit\/router"\? "qos\/ratelimit\/router" is not implemented by this gateway/],
    [{ version: 3, extra_config: { 'auth/validater': {} } }, /^did you mean "auth\/validator"\? "auth\/validator" is not implemented by this gateway/]
  ]
  for (const [config, instead] of table) t.match((await problemsOf(config))[0]!.instead, instead, JSON.stringify(config))
})

t.test('loadConfig: converts weakly as the reference does', async (t) => {
  const { model, problems } = await load({
    port: '8081',
    max_idle_connections: '50',
    debug_endpoint: 1,
    echo_endpoint: 'T',
    disable_rest: 0,
    name: 5,
    endpoints: {
      endpoint: '/x',
      concurrent_calls: '2',
      input_headers: 'X-One',
      backend: { url_pattern: '/x', host, allow: 'a', is_collection: 'true', mapping: [{ a: 'b' }, { c: 'd' }], group: true, deny: {} }
    }
  })
  t.strictSame(problems.map(({ severity, message }) => `${severity} ${message}`), ['warning 5 is converted to the string "5"', 'warning true is converted to the string "1"'])
  t.match(model, { port: 8081, debugEndpoint: true, echoEndpoint: true, disableRest: false, name: '5' })
  t.match(model.endpoints[0], { concurrentCalls: 2, inputHeaders: ['x-one'] })
  t.match(model.endpoints[0]!.backends[0], { hosts: [host], allow: ['a'], deny: [], isCollection: true, mapping: { a: 'b', c: 'd' }, group: '1', client: { transport: { maxIdleConnections: 50 } } })
})

t.test('loadConfig: refuses what cannot be converted', async (t) => {
  const table: [object, string, RegExp][] = [
    [{ port: 'http' }, 'port', /whole number, not "http"/],
    [{ port: [] }, 'port', /not a list/],
    [{ debug_endpoint: 'yes' }, 'debug_endpoint', /a boolean \(true or false\), not "yes"/],
    [{ name: {} }, 'name', /text, not an object/],
    [{ endpoints: [[]] }, 'endpoints[0]', /an object, not a list/],
    [{ endpoints: [null] }, 'endpoints[0]', /must not be null/],
    [{ endpoints: ['/x'] }, 'endpoints[0]', /an object, not "\/x"/],
    [{ extra_config: 'x' }, 'extra_config', /an object/],
    [{ tls: [] }, 'tls', /an object, not a list/],
    [{ timeout: 'soon' }, 'timeout', /duration such as .* not "soon"/],
    [{ timeout: '2' }, 'timeout', /duration/],
    [{ timeout: true }, 'timeout', /duration/],
    [{ host: [{}] }, 'host[0]', /text, not an object/],
    [withBackend({ mapping: { a: [] } }), 'endpoints[0].backend[0].mapping.a', /text, not a list/],
    [withBackend({ mapping: 'a' }), 'endpoints[0].backend[0].mapping', /an object/],
    [withEndpoint({ concurrent_calls: 'many' }), 'endpoints[0].concurrent_calls', /whole number/]
  ]
  for (const [config, path, message] of table) {
    const [problem] = await problemsOf({ version: 3, ...config })
    t.equal(problem!.severity, 'error', path)
    t.equal(formatPlace(problem!.place), path)
    t.match(problem!.message, message)
  }
})

t.test('loadConfig: a number as duration counts nanoseconds, with a warning', async (t) => {
  const { model, problems } = await load({ timeout: 5_000_000, endpoints: [endpoint], cache_ttl: 0 })
  t.equal(model.endpoints[0]!.timeout, 5)
  t.same(brief(problems), ['warning bare-duration timeout'])
  t.match(problems[0], { message: /nanoseconds: this is 5 ms/, instead: 'write "5000000ms" or "5000000s"' })
  t.match((await problemsOf({ version: 3, timeout: '300' }))[0]!.instead, /add a unit: "300ms"/)
})

t.test('loadConfig: a negative timeout is over before it begins', async (t) => {
  const { model, problems } = await load({ endpoints: [{ ...endpoint, timeout: '-1s' }] })
  t.ok(model.endpoints[0]!.timeout > 0 && model.endpoints[0]!.timeout < 0.001)
  t.same(brief(problems), ['warning out-of-range endpoints[0].timeout'])
})

t.test('loadConfig: wants version 3, and checks nothing else of another', async (t) => {
  for (const [version, advice] of [[2, /migrate/], [5, /add "version": 3/], ['x', /add "version": 3/], [undefined, /add/], [null, /add/]] as const) {
    const problems = await problemsOf({ version, timeout: 'soon', made_up: 1 })
    t.same(brief(problems), ['error unsupported-version version'], String(version))
    t.match(problems[0]!.instead, advice)
  }
  t.same(await problemsOf({ version: '3' }), [])
  t.same(await problemsOf({ VERSION: 3 }), [])
})

t.test('loadConfig: reads version 4 as version 3, with one line, and refuses what is new in it or unknown', async (t) => {
  const { model, problems } = await load({ version: 4, endpoints: [{ ...endpoint, '@comment': 'x' }] })
  t.same(brief(problems), ['warning version-4 version'])
  t.match(model.endpoints[0], { timeout: 2000 })
  const withBackend = (more: object, over: object = {}) => ({ ...endpoint, ...over, backend: [{ ...endpoint.backend[0], ...more }] })
  t.same(brief(await problemsOf({
    version: '4',
    output_encoding: 'ndjson',
    made_up: 1,
    endpoints: [
      withBackend({ encoding: 'SSE', new_key: true }, { endpoint: '/1', output_encoding: 'eventstream', extra_config: { proxy: { strategy: 'fallback' } } }),
      withBackend({ extra_config: { 'ai/semantic-cache': {}, 'made/up': {} } }, { endpoint: '/2', output_encoding: 'made-up' })
    ]
  })).sort(), [
    'error new-in-version-4 endpoints[0].backend[0].encoding',
    'error new-in-version-4 endpoints[0].extra_config.proxy.strategy',
    'error new-in-version-4 endpoints[0].output_encoding',
    'error new-in-version-4 endpoints[1].backend[0].extra_config["ai/semantic-cache"]',
    'error new-in-version-4 output_encoding',
    'error unknown-key endpoints[0].backend[0].new_key',
    'error unknown-key made_up',
    'warning unknown-encoding endpoints[1].output_encoding',
    'warning unknown-namespace endpoints[1].backend[0].extra_config["made/up"]',
    'warning unsupported-namespace endpoints[0].extra_config.proxy',
    'warning version-4 version'
  ])
})

t.test('loadConfig: cleans hosts as the reference does', async (t) => {
  const table: Record<string, string | null> = {
    'http://a': 'http://a',
    'https://a/': 'https://a',
    'a:80': 'http://a:80',
    '127.0.0.1:8080': 'http://127.0.0.1:8080',
    'my_host.local': 'http://my_host.local',
    '': null,
    'http://a/base': null,
    'http://a b c': null,
    'http://a:1': null,
    'ftp://a': null,
    'http://user:pw@a': null,
    'http://[::1]:8080': null,
    'http://a:70000': null
  }
  for (const [written, clean] of Object.entries(table)) {
    const problems = await problemsOf(withBackend({ host: [written] }))
    if (clean === null) t.same(brief(problems), ['error invalid-host endpoints[0].backend[0].host[0]'], written)
    else t.same((await load({ host: [written], endpoints: [{ endpoint: '/x', backend: [{}] }] })).model.endpoints[0]!.backends[0].hosts, [clean])
    t.notMatch(JSON.stringify(problems), /pw/)
  }
  t.same(brief(await problemsOf({ version: 3, host: ['a b'] })), ['error invalid-host host[0]'])
})

t.test('loadConfig: disable_host_sanitize takes hosts as they are, sd dns takes names', async (t) => {
  const { model, problems } = await load({
    endpoints: [
      { endpoint: '/a', backend: [{ host: ['http://a/base'], disable_host_sanitize: true }] },
      { endpoint: '/b', backend: [{ host: ['api.service.consul'], sd: 'dns', disable_host_sanitize: true }] },
      { endpoint: '/c', backend: [{ host: ['api.service.consul'], sd: 'DNS', sd_scheme: 'https' }] },
      { endpoint: '/d', backend: [{ host: ['a'], disable_host_sanitize: true }] },
      { endpoint: '/e', backend: [{ host: ['a'], sd: 'consul' }] }
    ]
  })
  t.same(model.endpoints.map(({ backends: [{ hosts, sd, sdScheme }] }) => [hosts, sd, sdScheme]), [
    [['http://a/base'], 'static', 'http'],
    [['api.service.consul'], 'dns', 'http'],
    [['api.service.consul'], 'dns', 'https'],
    [['a'], 'static', 'http'],
    [['http://a'], 'static', 'http']
  ])
  t.same(brief(problems), ['warning invalid-host endpoints[3].backend[0].host[0]', 'warning unknown-sd endpoints[4].backend[0].sd'])
})

t.test('loadConfig: refuses what the reference does not start with', async (t) => {
  const table: [object, string[]][] = [
    [{ endpoints: [{ endpoint: '/x', backend: [] }] }, ['error no-backend endpoints[0].backend']],
    [{ endpoints: [{ endpoint: '/x' }] }, ['error no-backend endpoints[0]']],
    [{ endpoints: { '/x': {} } }, ['error no-backend endpoints[0]', 'warning unknown-key endpoints[0]["/x"]', 'warning missing-key endpoints[0].endpoint']],
    [withEndpoint({ endpoint: '/__debug/mine' }), ['error invalid-path endpoints[0].endpoint']],
    [withEndpoint({ endpoint: '/a/__health' }), ['error invalid-path endpoints[0].endpoint']],
    [withEndpoint({ endpoint: '/__echo' }), ['error invalid-path endpoints[0].endpoint']],
    [withEndpoint({ endpoint: '/files/*rest/more' }), ['error invalid-path endpoints[0].endpoint']],
    [withEndpoint({ endpoint: '/files/*' }), []],
    [withEndpoint({ endpoint: '/__debugger' }), []],
    [withEndpoint({ output_encoding: 'no-op', backend: [backend, backend] }), ['error no-op-backends endpoints[0].backend']],
    [withBackend({ method: 'GET /' }), ['error invalid-method endpoints[0].backend[0].method']],
    [{ port: 70_000 }, ['error out-of-range port']],
    [{ port: -1 }, ['error out-of-range port']],
    [{ listen_ip: 'localhost' }, ['error invalid-value listen_ip']],
    [{ listen_ip: '::1' }, []],
    [{ cache_ttl: '-1s' }, ['error out-of-range cache_ttl']]
  ]
  for (const [config, expected] of table) t.same(brief(await problemsOf({ version: 3, ...config })), expected, JSON.stringify(config))
})

t.test('loadConfig: knows the params a url_pattern may use', async (t) => {
  const table: [string, string, object, string[]][] = [
    ['/u/{id}', '/p/{id}', {}, []],
    ['/u/{id}', '/p/{name}', {}, ['error undefined-param']],
    ['/u', '/p/{name}?q={other}', {}, ['error undefined-param', 'error undefined-param']],
    ['/u/x{id}', '/p/{id}', {}, ['error undefined-param']],
    ['/u/x{id}', '/p/{id}', { disable_rest: true }, []],
    ['/u/{a.b}', '/p/{a.b}', { disable_rest: true }, []],
    ['/u', '/p/{JWT.sub}', {}, []],
    ['/u', '/p/{resp0_id}', {}, ['warning undefined-param']]
  ]
  for (const [path, pattern, root, expected] of table) {
    const problems = await problemsOf(withEndpoint({ endpoint: path, backend: [{ ...backend, url_pattern: pattern }] }, root))
    t.same(problems.map(({ severity, code }) => `${severity} ${code}`), expected, `${path} ${pattern}`)
  }
  const features = [{ namespace: 'proxy', schemas: { endpoint: { type: 'object', properties: { sequential: { type: 'boolean' } } } } }]
  const sequence = withEndpoint({ extra_config: { proxy: { sequential: true } }, backend: [{ ...backend, url_pattern: '/{resp0_a}' }, { ...backend, url_pattern: '/{resp0_a}' }] })
  t.same(brief(await problemsOf(sequence, { features })), ['warning undefined-param endpoints[0].backend[0].url_pattern'])
})

t.test('loadConfig: tells both places of endpoints that cannot live together', async (t) => {
  const two = (a: object, b: object, more: object = {}) => problemsOf({ version: 3, endpoints: [{ ...endpoint, ...a }, { ...endpoint, ...b }], ...more })
  const table: [object, object, string[]][] = [
    [{}, {}, ['error duplicate-route']],
    [{}, { method: 'post' }, []],
    [{ endpoint: '/a/{x}' }, { endpoint: '/a/{y}' }, ['error route-conflict']],
    [{ endpoint: '/a/{x}' }, { endpoint: '/a/{y}/z' }, ['error route-conflict']],
    [{ endpoint: '/a/{x}' }, { endpoint: '/a/{y}', method: 'PUT' }, []],
    [{ endpoint: '/a/{x}' }, { endpoint: '/a/{x}/z' }, []],
    [{ endpoint: '/a/{x}' }, { endpoint: '/a/b' }, []],
    [{ endpoint: '/a/{x}/b' }, { endpoint: '/c/{y}' }, []],
    [{ endpoint: '/a/' }, { endpoint: '/a' }, []],
    [{ endpoint: '/a', method: 'HEAD' }, { endpoint: '/a', method: 'HEAD' }, ['warning not-served', 'warning not-served']]
  ]
  for (const [a, b, expected] of table) t.same((await two(a, b)).map(({ severity, code }) => `${severity} ${code}`), expected, JSON.stringify([a, b]))
  const [problem] = await two({}, {})
  t.same(problem!.place, ['endpoints', 1, 'endpoint'])
  t.same(problem!.related[0]!.place, ['endpoints', 0, 'endpoint'])
  t.same((await two({ endpoint: '/f.{a}' }, { endpoint: '/f.{b}' }, { disable_rest: true })).map(({ code }) => code), ['route-conflict'])
  t.same((await two({ endpoint: '/f.{a}' }, { endpoint: '/f.{b}' })).map(({ code }) => code), [])
  t.same(brief(await problemsOf(withEndpoint({ endpoint: '/up' }, { extra_config: { router: { health_path: 'up' } } }))), ['error duplicate-route endpoints[0].endpoint'])
})

t.test('loadConfig: starts without endpoints that cannot be served', async (t) => {
  const { model, problems } = await load({
    endpoints: [{ ...endpoint, endpoint: '/brew', method: 'BREW' }, { ...endpoint, endpoint: '/head', method: 'HEAD' }, { ...endpoint, endpoint: '/options', method: 'options' }, { endpoint: '/no-host', backend: [{}] }, { ...endpoint, endpoint: 'fine' }]
  })
  t.same(model.endpoints.map(({ index, path, place }) => [index, path, formatPlace(place)]), [[3, '/no-host', 'endpoints[3]'], [4, '/fine', 'endpoints[4]']])
  t.same(brief(problems), [
    'warning not-served endpoints[0].method',
    'warning not-served endpoints[1].method',
    'warning not-served endpoints[2].method',
    'warning no-host endpoints[3].backend[0]',
    'warning invalid-path endpoints[4].endpoint'
  ])
})

t.test('loadConfig: the environment sets keys of the root, present or not', async (t) => {
  const { model, overrides } = await load({ port: 1, TimeOut: '3s', endpoints: [endpoint] }, {
    env: { KRAKEND_PORT: '9000', KRAKEND_TIMEOUT: '100ms', KRAKEND_NAME: 'n', KRAKEND_HOST: 'h', 'KRAKEND_TLS.DISABLED': 'true', KRAKEND_SERVICE_HOST: '10.0.0.1', OTHER: 'x' }
  })
  t.match(model, { port: 9000, name: 'n', tls: null })
  t.equal(model.endpoints[0]!.timeout, 100)
  t.same(overrides, ['host (KRAKEND_HOST)', 'name (KRAKEND_NAME)', 'port (KRAKEND_PORT)', 'timeout (KRAKEND_TIMEOUT)', 'tls.disabled (KRAKEND_TLS.DISABLED)'])
})

t.test('loadConfig: the environment sets keys of client_tls, each converted to its type', async (t) => {
  const { ca } = writeFiles(t, { ca: createAuthority('env').cert })
  const env = { 'KRAKEND_CLIENT_TLS.ALLOW_INSECURE_CONNECTIONS': 'true', 'KRAKEND_CLIENT_TLS.DISABLE_SYSTEM_CA_POOL': '0', 'KRAKEND_CLIENT_TLS.CA_CERTS': ca, 'KRAKEND_CLIENT_TLS.CIPHER_SUITES': '49199', 'KRAKEND_CLIENT_TLS.MIN_VERSION': 'TLS12' }
  const { model } = await load({ client_tls: { max_version: 'TLS12' }, endpoints: [endpoint] }, { env })
  t.match(model.client.tls, { allowInsecureConnections: true, disableSystemCaPool: false, caCerts: [ca], cipherSuites: [49199], minVersion: 'TLS12', maxVersion: 'TLS12' })
  for (const [text, value] of [['1', true], ['F', false], ['', false]] as const) {
    t.equal((await load({ endpoints: [endpoint] }, { env: { 'KRAKEND_CLIENT_TLS.ALLOW_INSECURE_CONNECTIONS': text } })).model.client.tls!.allowInsecureConnections, value, text)
  }
  t.match(await problemsOf({ version: 3 }, { env: { 'KRAKEND_CLIENT_TLS.ALLOW_INSECURE_CONNECTIONS': 'yes' } }), [{ severity: 'error', file: 'KRAKEND_CLIENT_TLS.ALLOW_INSECURE_CONNECTIONS', message: /not "yes"/ }])
  t.match(await problemsOf({ version: 3 }, { env: { KRAKEND_CLIENT_TLS_MIN_VERSION: 'TLS12' } }), [{ severity: 'warning', instead: 'did you mean KRAKEND_CLIENT_TLS.MIN_VERSION?' }])
  t.match(await problemsOf({ version: 3, client_tls: { allow_insecure_connections: 'true' } }), [{ severity: 'error', message: /not "true"/ }], 'a file can write a boolean')
})

t.test('loadConfig: problems with the environment name the variable', async (t) => {
  const [bad] = await problemsOf({ version: 3, timeout: '1s' }, { env: { KRAKEND_TIMEOUT: 'soon' } })
  t.match(bad, { file: 'KRAKEND_TIMEOUT', line: null, excerpt: null, severity: 'error' })
  const [kubernetes] = await problemsOf({ version: 3 }, { env: { KRAKEND_PORT: 'tcp://10.0.0.1:8080' } })
  t.match(kubernetes!.instead, /enableServiceLinks/)
  const [object] = await problemsOf({ version: 3 }, { env: { KRAKEND_EXTRA_CONFIG: '{}' } })
  t.match(object, { severity: 'error', message: /an object/ })
  const [typo] = await problemsOf({ version: 3 }, { env: { KRAKEND_TIMEUOT: '1s' } })
  t.match(typo, { severity: 'warning', code: 'unknown-variable', instead: 'did you mean KRAKEND_TIMEOUT?' })
})

t.test('loadConfig: a backend\'s client_tls replaces the whole global one', async (t) => {
  const client = (settings: object | undefined) => ({ endpoint: `/${Math.random()}`, backend: [{ ...backend, encoding: 'no-op', extra_config: settings === undefined ? {} : { 'backend/http/client': settings } }], output_encoding: 'no-op' })
  const { model } = await load({
    client_tls: { min_version: 'TLS12', disable_system_ca_pool: true },
    response_header_timeout: '300ms',
    endpoints: [client(undefined), client({}), client({ client_tls: {} }), client({ client_tls: { max_version: 'TLS13' }, no_redirect: true, proxy_address: 'http://u:p@h:80' })]
  })
  t.match(model.client.tls, { minVersion: 'TLS12' })
  const [none, empty, reset, own] = model.endpoints.map(({ backends: [{ client }] }) => client)
  t.match(none!.tls, { minVersion: 'TLS12', disableSystemCaPool: true })
  t.same(empty, none)
  t.match(reset!.tls, { minVersion: 'TLS13', disableSystemCaPool: false })
  t.match(own, { followRedirects: false, proxy: { host: 'h', port: 80, username: 'u' }, transport: { responseHeaderTimeout: 300 } })
  t.notOk('backend/http/client' in model.endpoints[3]!.backends[0].extra)
  t.match((await load({ allow_insecure_connections: true, endpoints: [endpoint] })).model.endpoints[0]!.backends[0].client.tls, { allowInsecureConnections: true, minVersion: 'TLS13' })
})

t.test('loadConfig: wrong client settings stop the start, wherever they stand', async (t) => {
  const at = 'endpoints[0].backend[0].extra_config["backend/http/client"]'
  const table: [unknown, string][] = [
    [{ no_redirect: 1 }, `${at}.no_redirect`],
    [{ no_redirects: true }, `${at}.no_redirects`],
    [{ client_tls: { ca_certs: ['missing.pem'] } }, `${at}.client_tls.ca_certs[0]`],
    [{ proxy_address: 'ftp://user:hunter2@proxy.corp:9099' }, `${at}.proxy_address`],
    ['no_redirect', at]
  ]
  for (const [settings, path] of table) {
    const problems = await problemsOf(withBackend({ extra_config: { 'backend/http/client': settings } }))
    const problem = problems.find(({ severity }) => severity === 'error')!
    t.equal(formatPlace(problem.place), path)
    t.notMatch(JSON.stringify(problems), /hunter2/)
  }
  t.same(brief(await problemsOf({ version: 3, client_tls: { min_version: 'tls12' } })), ['error unknown-value client_tls.min_version'])
  t.same(brief(await problemsOf({ version: 3, client_tls: [] })), ['error wrong-type client_tls'])
  t.same(brief(await problemsOf({ version: 3, extra_config: { 'backend/http/client': {} } })), ['error misplaced-namespace extra_config["backend/http/client"]'])
  t.same(brief(await problemsOf(withBackend({ extra_config: { 'backend/http/client': { no_redirect: true } } }))), [`warning redirect-not-passed ${at}.no_redirect`])
  const own = { extra_config: { 'backend/http/client': { floodgate: { servername: 'a', http2: true, max_connections: 1 } } } }
  t.same(brief(await problemsOf(withBackend({ ...own, host: ['http://a.test', 'http://b.test'] }))), [`warning no-effect ${at}.floodgate.servername`, `warning no-effect ${at}.floodgate.http2`])
  t.same(await problemsOf(withBackend({ ...own, host: ['http://a.test', 'https://b.test'] })), [])
})

t.test('loadConfig: relative files start at cwd', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'floodgate-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const { cert, key } = createAuthority('ca').issue({ cn: 'localhost' })
  await writeFile(join(dir, 'pair.pem'), cert + key)
  await writeFile(join(dir, 'krakend.json'), JSON.stringify({ version: 3, tls: { keys: [{ public_key: 'pair.pem', private_key: 'none.pem' }] } }))
  const problems = await problemsOf('krakend.json', { cwd: dir })
  t.same(brief(problems), ['error unusable-file tls.keys[0].private_key'])
  t.equal(problems[0]!.instead, `the full path is ${join(dir, 'none.pem')}`)
  const { model } = await load({ tls: { public_key: 'pair.pem', private_key: 'pair.pem', min_version: 'TLS12' } }, { cwd: dir })
  t.match(model.tls, { keys: [{ publicKey: join(dir, 'pair.pem') }], minVersion: 'TLS12', maxVersion: 'TLS13', enableMtls: false })
})

t.test('loadConfig: refuses a tls that nobody could connect to', async (t) => {
  const { cert, key } = createAuthority('ca').issue({ cn: 'localhost' })
  const { 'pair.pem': pair } = writeFiles(t, { 'pair.pem': cert + key })
  const table: [object, string[]][] = [
    [{}, ['error missing-key tls.keys']],
    [{ disabled: true }, []],
    [{ keys: [{ public_key: 'x' }] }, ['error missing-key tls.keys[0].private_key']],
    [{ public_key: pair }, ['error missing-key tls.private_key']],
    [{ public_key: pair, private_key: '.', min_version: 'TLS99' }, ['error invalid-value tls.min_version', 'error unusable-file tls.private_key']],
    [{ public_key: pair, private_key: pair, max_version: 'TLS12' }, ['error invalid-value tls.max_version']]
  ]
  for (const [tls, expected] of table) t.same(brief(await problemsOf({ version: 3, tls })), expected, JSON.stringify(tls))
})

t.test('loadConfig: says where a problem is and shows it', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'floodgate-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const write = async (name: string, text: string) => {
    await writeFile(join(dir, name), text)
    return problemsOf(join(dir, name))
  }
  const json = await write('a.json', '{\n  "version": 3,\n  "timeout": "soon",\n  "nmae": "x"\n}')
  t.match(json[0], { file: join(dir, 'a.json'), line: 3, column: 14, excerpt: '3 |   "timeout": "soon",\n  |              ^' })
  t.match(json[1], { line: 4, column: 3, instead: 'did you mean "name"?' })
  const yaml = await write('a.yaml', 'version: 3\ntimeout: soon\n')
  t.match(yaml[0], { line: 2, column: 10, excerpt: '2 | timeout: soon\n  |          ^' })
  const toml = await write('a.toml', 'version = 3\ntimeout = "soon"\n')
  t.match(toml[0], { line: null, column: null, excerpt: null, place: ['timeout'] })
  const broken = await write('b.json', '{ "version": 3, "endpoints": [ }')
  t.match(broken, [{ severity: 'error', code: 'syntax', line: 1, column: 32, message: /line 1/ }])
  t.match(await problemsOf(join(dir, 'none.json')), [{ code: 'unreadable-file', message: /no such file/ }])
  t.match(await problemsOf(dir), [{ code: 'unreadable-file', message: /directory/ }])
  t.match(await write('c.json', '[]'), [{ code: 'not-an-object' }])
  await writeFile(join(dir, 'd.json'), Buffer.from([0x7b, 0xff]))
  t.match(await problemsOf(join(dir, 'd.json')), [{ code: 'unreadable-file', message: /UTF-8/ }])
  t.match(await write('e.json', '{"version": 3, "name": "a", "name": "b"}'), [{ severity: 'warning', code: 'duplicate-key', line: 1, column: 29 }])
  const twice = (extra: string) => write('f.json', `{"version": 3, "endpoints": [{"endpoint": "/a", ${extra}, "backend": [{"host": ["http://h:80"], "url_pattern": "/"}]}]}`)
  const guard = '"auth/validator": {"alg": "RS256", "jwk_url": "https://x/y", "audience": ["a"]}'
  const duplicates = async (extra: string) => (await twice(extra)).filter(({ code }) => code === 'duplicate-key')
  t.match(await duplicates(`"extra_config": {${guard}}, "extra_config": {}`), [{ severity: 'error', message: /"auth\/validator" of an earlier one has no effect, and the endpoint would be served without this protection/ }])
  t.match(await duplicates(`"extra_config": {${guard}}, "extra_config": {${guard}}`), [{ severity: 'warning' }])
  t.match(await duplicates(`"extra_config": {${guard}, "auth/validator": {"alg": "RS256", "jwk_url": "https://x/y"}}`), [{ severity: 'error', message: /"audience" of an earlier one/ }])
})

t.test('loadConfig: one configuration in three formats makes one model', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'floodgate-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const files: Record<string, string> = {
    'a.json': '{"version": 3, "timeout": "1s", "endpoints": [{"endpoint": "/a", "backend": [{"host": ["http://h"], "url_pattern": "/a", "mapping": {"x": "y"}}]}], "extra_config": {"router": {"error_body": {"404": {"m": 1}}}}}',
    'a.yml': 'version: 3\ntimeout: 1s\nendpoints:\n- endpoint: /a\n  backend:\n  - host: [http://h]\n    url_pattern: /a\n    mapping: {x: y}\nextra_config:\n  router:\n    error_body:\n      404: {m: 1}\n',
    'a.toml': 'version = 3\ntimeout = "1s"\n[[endpoints]]\nendpoint = "/a"\n[[endpoints.backend]]\nhost = ["http://h"]\nurl_pattern = "/a"\nmapping = {x = "y"}\n[extra_config.router.error_body.404]\nm = 1\n'
  }
  const models = []
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(dir, name), text)
    const { model, sources } = await loadConfig(join(dir, name), { env: {} })
    t.equal(sources[0]!.file, join(dir, name))
    models.push(model)
  }
  t.same(models[1], models[0])
  t.same(models[2], models[0])
})

t.test('loadConfig: an object that is no JSON is refused', async (t) => {
  const circular: Record<string, unknown> = { version: 3 }
  circular['self'] = circular
  t.match(await problemsOf(circular), [{ code: 'not-json', file: 'configuration' }])
  const nothing: unknown = null
  const throwing = { version: 3, get endpoints () { throw nothing } }
  t.match(await problemsOf(throwing), [{ code: 'not-json', message: /cannot be written as JSON: thrown: null/ }])
  t.match(await problemsOf([] as object), [{ code: 'not-an-object' }])
  for (const levels of [250, 100_000]) {
    let deep: object = {}
    for (let i = 1; i < levels; i++) deep = { deep }
    t.match(await problemsOf({ version: 3, '@deep': deep }), [{ code: 'too-deep', message: 'objects and lists are nested more than 250 levels deep' }])
  }
})

t.test('loadConfig: thousands of problems in one line each hold what they show, not the line', async (t) => {
  const many = 6000
  const keys = Object.fromEntries(Array.from({ length: many }, (_, i) => [`key_of_nobody_${i}`, { password: 's3cret' }]))
  const cwd = t.testdir({ 'k.json': JSON.stringify({ version: 3, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://a'], url_pattern: '/', extra_config: { 'backend/http/client': keys } }] }] }) })
  const before = process.memoryUsage().heapUsed
  const problems = await loadConfig('k.json', { cwd, env: {} }).then(() => [], (err: ConfigError) => err.problems)
  t.ok(problems.length >= many)
  t.ok(process.memoryUsage().heapUsed - before < 250e6, 'the line has 240 KB')
  const last = problems.at(-1)!
  t.match(last.excerpt, /^1 \| ….*"key_of_nobody_\d+": ?\{"password": ?"\*\*\*"/)
  t.notMatch(problems.map(({ excerpt }) => excerpt).join(), /s3cret/)
})

t.test('loadConfig: never fails but with a ConfigError', async (t) => {
  const keys = ['version', 'endpoints', 'endpoint', 'backend', 'host', 'url_pattern', 'extra_config', 'router', 'backend/http/client', 'client_tls', 'ca_certs', 'tls', 'keys', 'timeout', 'mapping', 'input_headers', 'method', 'proxy_address', '__proto__', 'constructor', '@c', 'port', 'trusted_proxies']
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 7 }, fc.constantFrom('/x', '{y}', 'http://a', '2s', '', 'no-op', 3), { weight: 4, arbitrary: tie('object') }, { weight: 2, arbitrary: tie('list') }, fc.jsonValue({ maxDepth: 1 })),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.dictionary(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...keys) }, fc.string()), tie('any'), { maxKeys: 5 })
  })).object
  await fc.assert(fc.asyncProperty(value, fc.boolean(), async (config, versioned) => {
    const input = JSON.parse(JSON.stringify(versioned ? { ...config, version: 3 } : config))
    try {
      await loadConfig(input, { env: {} })
    } catch (err) {
      if (!(err instanceof ConfigError)) throw err
    }
  }), { numRuns: 500 })
  t.pass()
})

t.test('loadConfig: the folder that paths beside the configuration start from', async (t) => {
  const cwd = t.testdir({ conf: { 'krakend.json': '{"version":3,"endpoints":[]}' } })
  const options = { cwd, env: {} }
  t.equal((await loadConfig('conf/krakend.json', options)).folder, join(cwd, 'conf'))
  t.equal((await loadConfig({ version: 3, endpoints: [] }, options)).folder, cwd)
  const text = { file: '/dev/stdin', format: 'json' as const, text: '{"version":3,"endpoints":[]}' }
  t.equal((await loadConfig('/dev/stdin', { ...options, text })).folder, cwd)
})
