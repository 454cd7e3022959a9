import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { errors, type EndpointOverrides, type GatewayOptions } from '@floodgate/gateway'
import type { Feature } from '@floodgate/core'
import { freePort, readAll, startOrigin } from '@floodgate/testing'
import { readFileSync } from 'node:fs'

const json = { 'content-type': 'application/json' }

async function upstream (t: Test) {
  return startOrigin(t, (req, res) => {
    res.writeHead(200, { ...json, 'x-from': 'upstream' }).end(JSON.stringify({ path: req.url, key: req.headers['x-key'] ?? null }))
  })
}

function configure (host: string, more: object = {}) {
  return {
    version: 3,
    timeout: '60s',
    host: [host],
    endpoints: [
      { endpoint: '/pass/{id}', output_encoding: 'no-op', backend: [{ url_pattern: '/p/{id}' }] },
      { endpoint: '/json', backend: [{ url_pattern: '/j' }] }
    ],
    ...more
  }
}

async function mount (t: Test, options: GatewayOptions) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, options)
  return app
}

t.test('gateway: leaves the host\'s parsers, hooks, error handler, not-found handler and decorators alone', async (t) => {
  const origin = await upstream(t)
  const app = Fastify()
  t.teardown(() => app.close())
  const seen: string[] = []
  app.addHook('onRequest', async (request) => { seen.push(request.url) })
  app.setErrorHandler((err, _, reply) => { reply.code(418).send({ teapot: (err as Error).message }) })
  app.setNotFoundHandler((_, reply) => { reply.code(404).send({ lost: true }) })
  app.post('/own', async (request) => ({ parsed: request.body }))
  app.get('/fails', async () => { throw new Error('short and stout') })
  const decorators = Object.keys(app)
  await app.register(gateway, { config: configure(origin.url), prefix: '/api' })
  await app.ready()
  t.same(Object.keys(app).filter((key) => !decorators.includes(key)), ['floodgate'])
  t.same((await app.inject({ method: 'POST', url: '/own', payload: { a: 1 } })).json(), { parsed: { a: 1 } })
  t.same((await app.inject('/fails')).json(), { teapot: 'short and stout' })
  t.same((await app.inject('/nowhere')).json(), { lost: true })
  t.equal((await app.inject('/api/nowhere')).body, '404 page not found', 'under the prefix the gateway answers')
  t.same((await app.inject('/api/json')).json(), { path: '/j', key: null })
  t.ok(seen.includes('/api/json'), 'the host\'s hooks see the gateway\'s requests')
})

t.test('gateway: two gateways under two prefixes in one app', async (t) => {
  const [one, two] = [await upstream(t), await upstream(t)]
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: configure(one.url), prefix: '/one' })
  await app.register(gateway, { config: configure(two.url), prefix: '/two', name: 'second' })
  t.same((await app.inject('/one/json')).json().path, '/j')
  t.equal((await app.inject('/two/pass/7')).headers['x-from'], 'upstream')
  t.same(app.floodgate.names, ['/one', 'second'])
  t.equal(app.floodgate.get('second').endpoints.length, 2)
  t.throws(() => app.floodgate.get('third'), { code: 'FG_ERR_GATEWAY_UNKNOWN' })
  t.equal(one.accepted, 1)
  t.equal(two.accepted, 1)
  await t.rejects(async () => { await app.register(gateway, { config: configure(one.url), name: 'second' }) })
})

t.test('gateway: overrides change one endpoint, and must name one', async (t) => {
  const [configured, other] = [await upstream(t), await upstream(t)]
  const app = await mount(t, {
    config: configure(configured.url),
    overrides: {
      'GET /pass/{id}': {
        onRequest: async (_, reply) => { reply.header('x-hook', 'ran') },
        getUpstream: () => other.url,
        rewriteRequestHeaders: (_request, headers) => ({ ...headers, 'x-key': 'secret' }),
        rewriteHeaders: ({ 'x-from': _, ...headers }) => headers
      },
      'GET /json': { rewriteResponse: (response) => { response.data!['added'] = true; return response } }
    }
  })
  const passed = await app.inject('/pass/7')
  t.same(passed.json(), { path: '/p/7', key: 'secret' })
  t.equal(passed.headers['x-hook'], 'ran')
  t.equal(passed.headers['x-from'], undefined)
  t.same((await app.inject('/json')).json(), { path: '/j', key: null, added: true })
  t.equal(configured.accepted, 1, 'only /json went to the configured host')
  t.equal(other.accepted, 1)
  await t.rejects(mount(t, { config: configure(configured.url), overrides: { 'GET /pass': {} } }), { code: 'FG_ERR_GATEWAY_OPTIONS', message: /no endpoint "GET \/pass": did you mean "GET \/pass\/\{id\}"/ })
})

t.test('gateway: overrides have the names and parameters of reply-from, for every kind of endpoint', async (t) => {
  const [origin, down] = [await upstream(t), `http://127.0.0.1:${await freePort()}`]
  const endpoints = [
    { endpoint: '/raw', output_encoding: 'no-op', backend: [{ url_pattern: '/raw?own=1' }] },
    { endpoint: '/raw', method: 'POST', output_encoding: 'no-op', backend: [{ url_pattern: '/raw' }] },
    { endpoint: '/json', backend: [{ url_pattern: '/json' }] },
    { endpoint: '/merged', backend: [{ url_pattern: '/one', group: 'one' }, { url_pattern: '/two', group: 'two' }] },
    { endpoint: '/down', backend: [{ host: [down], url_pattern: '/' }] }
  ]
  const seen: unknown[] = []
  const onResponse: EndpointOverrides['onResponse'] = async (request, reply, { statusCode, stream }) => {
    const text = String(await readAll(stream))
    return reply.header('x-read', `${request.method} ${statusCode}`).send(`[${text}]`)
  }
  const app = await mount(t, {
    config: { version: 3, timeout: '60s', host: [origin.url], endpoints },
    overrides: {
      '/raw': { queryString: (search, url) => { seen.push([search, url]); return 'mine=2' }, onResponse, schema: { tags: ['raw'], hide: true } },
      '/json': { onResponse, rewriteHeaders: (headers, request) => ({ ...headers, 'x-url': request.url }) },
      '/merged': { onResponse: (_request, reply, { stream }) => { reply.send(stream) }, getUpstream: (_request, base) => { seen.push(base); return base } },
      '/down': { onError: (reply, { error }) => { reply.code(503).send(`sorry: ${error.message}`) } }
    }
  })
  t.match(await app.inject('/raw?client=1'), { statusCode: 200, body: '[{"path":"/raw?mine=2","key":null}]', headers: { 'x-read': 'GET 200', 'x-krakend-completed': 'false' } })
  t.match(await app.inject({ method: 'POST', url: '/raw' }), { body: '[{"path":"/raw?mine=2","key":null}]', headers: { 'x-read': 'POST 200' } })
  t.match(await app.inject('/json'), { statusCode: 200, body: '[{"path":"/json","key":null}]', headers: { 'x-read': 'GET 200', 'x-url': '/json', 'x-krakend-completed': 'true' } })
  t.match((await app.inject('/merged')).json(), { one: { path: '/one' }, two: { path: '/two' } })
  t.match(await app.inject('/down'), { statusCode: 503, body: /^sorry: / })
  t.same(seen, [['?own=1', '/raw?client=1'], [undefined, '/raw'], origin.url, origin.url])
})

t.test('gateway: overrides in their former form, and options that do not fit, stop the start and say what to write', async (t) => {
  const config = configure('http://127.0.0.1:1234')
  const table: [object, RegExp][] = [
    [{ overrides: { '/json': { rewriteRequestHeaders: (headers: object) => headers } } }, /"rewriteRequestHeaders" is called "headers": its parameters are \(request, headers\)/],
    [{ overrides: { '/json': { async rewriteRequestHeaders (headers: object, request: unknown) { return request ?? headers } } } }, /is called "headers"/],
    [{ overrides: { '/json': { onResponse: (response: object) => response } } }, /"onResponse" is called "response": its parameters are \(request, reply, response\).*"rewriteResponse"/],
    [{ overrides: { '/json': { rewriteHeader: () => ({}) } } }, /no override "rewriteHeader": did you mean "rewriteHeaders"\?/],
    [{ overrides: { '/json': { retryDelay: () => 1 } } }, /"retryDelay" is served by @floodgate\/proxy only/],
    [{ overrides: { '/json': { schema: { body: {} } } } }, /"schema" has no "body"/],
    [{ overrides: { '/jsn': {} } }, /no endpoint "\/jsn"/],
    [{ prefx: '/api' }, /"prefx" is not a known option: did you mean "prefix"\?/],
    [{ notFound: 'x', closeTimeout: '5s', features: [{}] }, /"features" must be a list of features.*"notFound" must be "gateway" or "host"; "closeTimeout" must be a number of ms, 0 or more/],
    [{ config: undefined }, /"config" is missing/]
  ]
  for (const [options, message] of table) await t.rejects(mount(t, { config, ...options } as never), { code: 'FG_ERR_GATEWAY_OPTIONS', message }, String(message))
})

t.test('gateway: two gateways of one name are an error that names both', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: configure('http://127.0.0.1:1234'), prefix: '/one', name: 'shop' })
  await t.rejects(async () => { await app.register(gateway, { config: configure('http://127.0.0.1:1234'), prefix: '/two', name: 'shop' }) }, {
    code: 'FG_ERR_GATEWAY_NAME_TAKEN', message: 'two gateways of this app are named "shop": @floodgate/gateway at /one, and @floodgate/gateway at /two; give one of them another "name"'
  })
})

t.test('gateway: a wrong configuration is one error with every problem', async (t) => {
  const config = configure('http://127.0.0.1:1/path', { timeout: 'soon', extra_config: { 'auth/nobody-knows': {} } })
  await t.rejects(mount(t, { config }), { code: 'FG_ERR_CONFIG_INVALID' })
  await mount(t, { config }).catch((err) => {
    t.ok(err.problems.length >= 3, err.message)
    t.match(err.message, /timeout/)
  })
})

t.test('gateway: features stand in their order, and a namespace has one', async (t) => {
  const origin = await upstream(t)
  const trace: string[] = []
  const feature = (namespace: string, after?: string): Feature => ({
    namespace,
    ...(after !== undefined && { after }),
    schemas: { endpoint: { type: 'object' } },
    endpoint: (_, next) => (request) => {
      trace.push(namespace)
      return next(request)
    }
  })
  const settings = { extra_config: { 'acme/a': {}, 'acme/b': {}, 'acme/c': {} } }
  const config = configure(origin.url, { endpoints: [{ endpoint: '/', ...settings, backend: [{ url_pattern: '/' }] }] })
  const app = await mount(t, { config, features: [feature('acme/b'), feature('acme/c', 'acme/b'), feature('acme/a')] })
  await app.inject('/')
  t.same(trace, ['acme/b', 'acme/c', 'acme/a'])
  await t.rejects(mount(t, { config, features: [feature('acme/a'), feature('acme/a')] }), { code: 'FG_ERR_GATEWAY_FEATURE_TWICE' })
  await t.rejects(mount(t, { config, features: [feature('acme/a', 'acme/gone')] }), { code: 'FG_ERR_GATEWAY_FEATURE_AFTER' })
})

t.test('gateway: around a backend, the breaker and the limit stand before expressions, and who may not ask opens no breaker', async (t) => {
  const origin = await upstream(t)
  const cel = { 'validation/cel': [{ check_expr: "req_method == 'POST'" }] }
  const breaker = { 'qos/circuit-breaker': { max_errors: 0 } }
  const around = {
    limit: { ...cel, 'qos/ratelimit/proxy': { max_rate: 1, every: '1h' } },
    breaker: { ...breaker, ...cel },
    policy: { ...breaker, 'security/policies': { req: { policies: ['false'] } } },
    address: { ...breaker, 'plugin/req-resp-modifier': { name: ['ip-filter'], 'ip-filter': { CIDR: ['127.0.0.0/8'] } } }
  }
  const endpoints = Object.entries(around).map(([name, settings]) => ({ endpoint: `/${name}`, backend: [{ url_pattern: '/', extra_config: settings }] }))
  const app = await mount(t, { config: { version: 3, timeout: '60s', host: [origin.url], endpoints, extra_config: { router: { return_error_msg: true } } } })
  const answers = async (name: string) => [(await app.inject(`/${name}`)).body, (await app.inject(`/${name}`)).body]
  t.same(await answers('limit'), ['request aborted by evaluator #0', 'rate limit exceded'])
  t.same(await answers('breaker'), ['request aborted by evaluator #0', 'circuit breaker is open'])
  t.same(await answers('policy'), ['request refused by a policy', 'request refused by a policy'])
  t.same(await answers('address'), ['address not allowed', 'address not allowed'])
})

t.test('gateway: semantic statuses are an opt-in, and error texts name no address unless asked', async (t) => {
  const slow = await startOrigin(t, () => {})
  const config = (floodgate: object) => ({
    version: 3,
    timeout: '60s',
    extra_config: { floodgate, router: { return_error_msg: true } },
    endpoints: [
      { endpoint: '/slow', timeout: '50ms', backend: [{ host: [slow.url], url_pattern: '/' }] },
      { endpoint: '/gone', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/inside' }] }
    ]
  })
  const compatible = await mount(t, { config: config({}) })
  t.equal((await compatible.inject('/slow')).statusCode, 500)
  const gone = await compatible.inject('/gone')
  t.equal(gone.statusCode, 500)
  t.notMatch(gone.body, /127\.0\.0\.1|inside/)
  const semantic = await mount(t, { config: config({ semantic_errors: true, show_internal_errors: true }) })
  t.equal((await semantic.inject('/slow')).statusCode, 504)
  const shown = await semantic.inject('/gone')
  t.equal(shown.statusCode, 502)
  t.match(shown.body, /127\.0\.0\.1:10/)
})

t.test('gateway: every error is in the README, under its own code', (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const [name, create] of Object.entries(errors)) {
    t.equal(new create('x').code, name) // eslint-disable-line new-cap
    t.match(readme, `\`${name}\``)
  }
  t.end()
})

t.test('gateway: closes what a build that fails had opened', async (t) => {
  const closed: string[] = []
  const opens = (namespace: string, wrong: boolean): Feature => ({
    namespace,
    schemas: { service: { type: 'object' } as never },
    setup (context) {
      context.onClose(() => { closed.push(namespace) })
      if (wrong) context.problem(['extra_config', namespace], 'is wrong')
    }
  })
  const app = Fastify()
  const config = configure('http://a.example.com', { extra_config: { 'test/first': {}, 'test/second': {} } })
  await t.rejects(async () => { await app.register(gateway, { config, features: [opens('test/first', false), opens('test/second', true)] }) }, { code: 'FG_ERR_CONFIG_INVALID' })
  t.strictSame(closed, ['test/second', 'test/first'], 'the last one first, without a close of the app')
})

t.test('gateway: a closer that fails leaves none of the others open', async (t) => {
  const closed: string[] = []
  const opens = (namespace: string, fails: boolean): Feature => ({
    namespace,
    schemas: { service: { type: 'object' } as never },
    setup (context) {
      context.onClose(() => {
        closed.push(namespace)
        if (fails) throw new Error('cannot be closed')
      })
    }
  })
  const app = Fastify()
  const config = configure('http://a.example.com', { extra_config: { 'test/first': {}, 'test/second': {} } })
  await app.register(gateway, { config, features: [opens('test/first', false), opens('test/second', true)] })
  await t.rejects(app.close(), { message: 'cannot be closed' })
  t.strictSame(closed, ['test/second', 'test/first'])
})
