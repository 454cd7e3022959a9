import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import t, { type Test } from 'tap'
import configLoader, { type ConfigLoaderOptions } from '@floodgate/config-loader'

const config = {
  version: 3,
  endpoints: ['/a', '/b/{id}'].map((endpoint) => ({ endpoint, backend: [{ host: ['http://127.0.0.1:1234'], url_pattern: '/' }] }))
}

/** An engine that serves the endpoints whose path it is given, by their own name. */
const engine = (...paths: string[]) => fp(async function engine (app: FastifyInstance) {
  for (const endpoint of app.floodgateConfig.model.endpoints) {
    if (paths.includes(endpoint.path)) app.floodgateConfig.serve(app, endpoint, { handler: async (request) => ({ path: endpoint.path, params: request.params }) })
  }
}, { name: 'engine', dependencies: ['@floodgate/config-loader'] })

function createApp (t: Test, options: Partial<ConfigLoaderOptions> = {}): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  app.register(configLoader, { config, env: {}, ...options })
  return app
}

const codeOf = async (app: FastifyInstance) => {
  try {
    await app.ready()
    return null
  } catch (err) {
    return err as { code: string, message: string }
  }
}

t.test('configLoader: gives the app the model, and its endpoints to an engine', async (t) => {
  const app = createApp(t)
  app.register(engine('/a', '/b/{id}'))
  await app.ready()
  t.equal(app.floodgateConfig.model.endpoints.length, 2)
  t.same(app.floodgateConfig.problems, [])
  t.same((await app.inject('/b/5')).json(), { path: '/b/{id}', params: { id: '5' } })
  t.equal((await app.inject('/__health')).json().status, 'ok')
  t.equal((await app.inject('/none')).statusCode, 404)
})

t.test('configLoader: names the endpoints that nobody serves', async (t) => {
  const none = await codeOf(createApp(t))
  t.match(none, { code: 'FG_ERR_CONFIG_NO_ENGINE', message: /nothing serves GET \/a, GET \/b\/\{id\}: register an engine such as @floodgate\/proxy/ })
  const app = createApp(t)
  app.register(engine('/a'))
  t.match(await codeOf(app), { code: 'FG_ERR_CONFIG_NO_ENGINE', message: /nothing serves GET \/b\/\{id\}:/ })
  const endpoints = Array.from({ length: 8 }, (_, i) => ({ ...config.endpoints[0], endpoint: `/${i}` }))
  t.match(await codeOf(createApp(t, { config: { version: 3, endpoints } })), { message: /GET \/4 and 3 more:/ })
})

t.test('configLoader: one engine per endpoint, one prefix', async (t) => {
  const twice = createApp(t)
  twice.register(engine('/a', '/b/{id}'))
  twice.register(async (scope) => { scope.floodgateConfig.serve(scope, scope.floodgateConfig.model.endpoints[0]!, { handler: async () => '' }) })
  t.match(await codeOf(twice), { code: 'FG_ERR_CONFIG_SERVED_TWICE', message: /GET \/a/ })
  const prefixes = createApp(t)
  prefixes.register(engine('/a'))
  prefixes.register(async (scope) => { scope.floodgateConfig.serve(scope, scope.floodgateConfig.model.endpoints[1]!, { handler: async () => '' }) }, { prefix: '/b' })
  t.match(await codeOf(prefixes), { code: 'FG_ERR_CONFIG_TWO_PREFIXES', message: /GET \/b\/\{id\}.* below "\/", and it would be below "\/b"/ })
  const foreign = createApp(t)
  foreign.register(async (scope) => { scope.floodgateConfig.serve(scope, { ...scope.floodgateConfig.model.endpoints[0]! }, { handler: async () => '' }) })
  t.match(await codeOf(foreign), { code: 'FG_ERR_CONFIG_UNKNOWN_ENDPOINT' })
})

t.test('configLoader: routes are registered in the scope of whoever serves them', async (t) => {
  const app = createApp(t, { config: { ...config, extra_config: { router: { auto_options: true } } } })
  for (const [i, name] of ['first', 'second'].entries()) {
    app.register(async (scope) => {
      scope.decorateReply('scopeName', name)
      scope.addHook('onRequest', async (_request, reply) => { reply.header('x-hook', name) })
      scope.floodgateConfig.serve(scope, scope.floodgateConfig.model.endpoints[i]!, { handler: async (_request, reply) => ({ scope: (reply as unknown as { scopeName: string }).scopeName }) })
    })
  }
  await app.ready()
  for (const [path, name] of [['/a', 'first'], ['/b/1', 'second']]) t.match(await app.inject(path!), { statusCode: 200, headers: { 'x-hook': name }, body: JSON.stringify({ scope: name }) })
  t.match(await app.inject('/__health'), { statusCode: 200 })
  t.match(await app.inject({ method: 'OPTIONS', url: '/b/1' }), { statusCode: 200, headers: { allow: 'GET' } })
  t.match(await app.inject({ method: 'POST', url: '/b/1' }), { statusCode: 405 })
})

t.test('configLoader: an engine of a child scope serves under its prefix', async (t) => {
  const app = createApp(t)
  app.register(async (scope) => {
    for (const endpoint of scope.floodgateConfig.model.endpoints) scope.floodgateConfig.serve(scope, endpoint, { handler: async () => ({ path: endpoint.path }) })
  }, { prefix: '/api' })
  await app.ready()
  t.same((await app.inject('/api/a')).json(), { path: '/a' })
  t.equal((await app.inject('/a')).statusCode, 404)
})

t.test('configLoader: stops at a configuration that is not valid', async (t) => {
  t.match(await codeOf(createApp(t, { config: { version: 3, timeout: 'soon' } })), { code: 'FG_ERR_CONFIG_INVALID', message: /timeout: must be a duration/ })
  t.match(await codeOf(createApp(t, { config: './none.json' })), { code: 'FG_ERR_CONFIG_INVALID', message: /none\.json error the file cannot be read/ })
})

t.test('configLoader: refuses options that do not fit', async (t) => {
  const table: [Record<string, unknown>, RegExp][] = [
    [{ config: undefined }, /"config" is missing/],
    [{ config: 5 }, /"config" must be the path of a file or an object/],
    [{ features: [{}] }, /"features" must be a list of features/],
    [{ allowUnsupported: 'auth/basic' }, /"allowUnsupported" must be a list/],
    [{ allow_unsupported: [] }, /"allow_unsupported" is not a known option: did you mean "allowUnsupported"/],
    [{ cwd: 1, env: 2 }, /"cwd" must be.*"env" must be|"env" must be.*"cwd" must be/]
  ]
  for (const [options, message] of table) t.match(await codeOf(createApp(t, options)), { code: 'FG_ERR_CONFIG_OPTIONS', message })
})

t.test('configLoader: logs warnings and what the environment set', async (t) => {
  const lines: any[] = []
  const app = Fastify({ logger: { level: 'info', stream: { write: (line: string) => { lines.push(JSON.parse(line)) } } } })
  t.teardown(() => app.close())
  await app.register(configLoader, { config: { version: 3, nmae: 'x' }, env: { KRAKEND_TIMEOUT: '1s' } })
  t.match(lines, [{ level: 40, msg: /unknown key "nmae"/ }, { level: 30, overrides: ['timeout (KRAKEND_TIMEOUT)'] }])
})
