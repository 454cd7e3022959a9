import { once } from 'node:events'
import http2 from 'node:http2'
import { connect } from 'node:net'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type GatewayOptions } from '@floodgate/gateway'
import { replyFromBackend } from '@floodgate/proxy'
import { serverOptions } from '@floodgate/router'
import { loadConfiguration } from '@floodgate/gateway/load'
import type { Feature } from '@floodgate/core'
import { startOrigin, until } from '@floodgate/testing'

const json = { 'content-type': 'application/json' }
const upstream = (t: Test) => startOrigin(t, (request, response) => {
  response.writeHead(200, json).end(JSON.stringify({ path: request.url, key: request.headers['x-key'] ?? null }))
})
const endpoint = (path: string, more = {}) => ({ endpoint: path, output_encoding: 'no-op', backend: [{ url_pattern: path }], ...more })
const configure = (host: string, endpoints: object[], more: object = {}) => ({ version: 3, timeout: '60s', host: [host], endpoints, ...more }) as never

async function mount (
  t: Test,
  options: Omit<GatewayOptions, 'reloadable'>,
  before: (app: FastifyInstance) => unknown = () => {},
  server: FastifyServerOptions = {}
) {
  const app = Fastify({ forceCloseConnections: true, ...server })
  t.teardown(() => app.close())
  await before(app)
  await app.register(gateway, { ...options, reloadable: true })
  return { app, reload: (config?: unknown) => app.floodgate.get().reload(config as object) }
}

t.test('reloadable: hooks, headers, decorators, error handler and log lines of the host are those of every request', async (t) => {
  const origin = await upstream(t)
  const seen: string[] = []
  const log: { reqId?: string, msg: string }[] = []
  const { app } = await mount(t, {
    config: configure(origin.url, [endpoint('/a'), endpoint('/fails')]),
    prefix: '/api',
    overrides: { '/fails': { preHandler: async () => { throw Object.assign(new Error('no'), { statusCode: 418 }) } } }
  }, (app) => {
    app.decorateRequest('user', '')
    app.addHook('onRequest', async (request, reply) => {
      Object.assign(request, { user: 'me' })
      reply.header('x-by', 'onRequest')
      seen.push(`onRequest ${request.routeOptions.url} ${request.is404}`)
    })
    app.addHook('preHandler', async (request) => { seen.push(`preHandler ${JSON.stringify(request.params)}`) })
    app.addHook('onSend', async (_request, reply, payload) => { reply.header('x-sent', 'onSend'); return payload })
    app.addHook('onResponse', async (request) => { seen.push(`onResponse ${request.routeOptions.config.floodgate?.endpoint?.path} ${(request as unknown as { user: string }).user}`) })
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => { reply.code(error.statusCode ?? 500).send({ by: 'the host', message: error.message }) })
  }, { genReqId: () => 'id-1', logger: { stream: { write (line: string) { log.push(JSON.parse(line) as never) } } } })
  const answer = await app.inject('/api/a')
  t.match(answer, { statusCode: 200, headers: { 'x-by': 'onRequest', 'x-sent': 'onSend' } })
  t.same(answer.json(), { path: '/a', key: null })
  t.match(await app.inject('/api/fails'), { statusCode: 418, body: '{"by":"the host","message":"no"}' })
  t.equal((await app.inject('/api/none')).statusCode, 404)
  t.same(seen, [
    'onRequest /api/a false', 'preHandler {}', 'onResponse /a me',
    'onRequest /api/fails false', 'preHandler {}', 'onResponse /fails me',
    'onRequest undefined true', 'preHandler {}', 'onResponse undefined me'
  ])
  t.ok(log.filter(({ msg }) => msg === 'request completed').every(({ reqId }) => reqId === 'id-1'))
})

t.test('reloadable: overrides of endpoints stay over reloads; one whose endpoint is gone refuses the configuration', async (t) => {
  const origin = await upstream(t)
  const { app, reload } = await mount(t, {
    config: configure(origin.url, [endpoint('/a')]),
    overrides: { 'GET /a': { onRequest: async (_request, reply) => { reply.header('x-own', '1') }, rewriteRequestHeaders: (_request, headers) => ({ ...headers, 'x-key': 'k' }) } }
  })
  for (let i = 0; i < 2; i++) {
    const answer = await app.inject('/a')
    t.equal(answer.headers['x-own'], '1')
    t.same(answer.json(), { path: '/a', key: 'k' })
    t.match(await reload(configure(origin.url, [endpoint('/b'), endpoint('/a')])), { changed: {} })
  }
  t.match(await reload(configure(origin.url, [endpoint('/b')])), { changed: null, problems: [{ message: /the configuration has no endpoint "GET \/a"/ }] })
  t.equal((await app.inject('/a')).statusCode, 200)
})

t.test('reloadable: without a prefix, what matches nothing is the host\'s, and routes of the host come first', async (t) => {
  const origin = await upstream(t)
  const { app, reload } = await mount(t, { config: configure(origin.url, [endpoint('/a')], { extra_config: { 'security/cors': { allow_origins: ['*'] } } }) }, (app) => {
    app.get('/own', async () => 'own')
    app.addHook('preHandler', async (request, reply) => { reply.header('x-404', String(request.is404)) })
    app.setNotFoundHandler((request, reply) => { reply.code(404).send(`nothing at ${request.url}`) })
  })
  const none = await app.inject({ url: '/none?x', headers: { origin: 'https://a.test' } })
  t.match(none, { statusCode: 404, body: 'nothing at /none?x', headers: { 'x-404': 'true' } })
  t.notOk(none.headers['access-control-allow-origin'], 'the gateway\'s hooks do not run for it')
  t.equal((await app.inject({ method: 'POST', url: '/none', payload: 'x', headers: { 'content-type': 'text/x' } })).statusCode, 404)
  t.equal((await app.inject({ url: '/a', headers: { origin: 'https://a.test' } })).headers['access-control-allow-origin'], '*')
  t.equal((await app.inject('/own')).body, 'own')
  t.match(await reload(configure(origin.url, [endpoint('/own')])), { changed: null, problems: [{ message: /GET \/own/ }] })
  t.equal((await app.inject('/a')).statusCode, 200)
})

t.test('reloadable: a route that the host adds later in place of an endpoint\'s is an error that names both', async (t) => {
  const origin = await upstream(t)
  const { app } = await mount(t, { config: configure(origin.url, [endpoint('/a')]), prefix: '/api' })
  t.throws(() => app.get('/api/a', async () => ''), { code: 'FG_ERR_ROUTER_ROUTE_TAKEN', message: /GET \/api\/a.*GET \/a \(endpoints\.0\)/ })
})

t.test('reloadable: @fastify/cors in the host', async (t) => {
  const origin = await upstream(t)
  const options = { origin: ['https://a.test'] }
  const { app } = await mount(t, { config: configure(origin.url, [endpoint('/a')]) }, (app) => app.register(cors, options))
  const headers = { origin: 'https://a.test', 'access-control-request-method': 'GET' }
  t.equal((await app.inject({ url: '/a', headers })).headers['access-control-allow-origin'], 'https://a.test')
  t.match(await app.inject({ method: 'OPTIONS', url: '/a', headers }), { statusCode: 204, headers: { 'access-control-allow-origin': 'https://a.test' } })
  const hidden = configure(origin.url, [endpoint('/a')], { extra_config: { router: { auto_options: true } } })
  await t.rejects(mount(t, { config: hidden }, (app) => app.register(cors, options)), { code: 'FG_ERR_GATEWAY_WILDCARD_TAKEN' })
  await mount(t, { config: hidden, prefix: '/api' }, (app) => app.register(cors, options))
})

t.test('reloadable: a hook of the host that throws null does not open the gateway', async (t) => {
  const origin = await upstream(t)
  // To Fastify, that hook has not failed, and the others do not run.
  const { app } = await mount(t, { config: configure(origin.url, [endpoint('/a')]) }, (app) => { app.addHook('onRequest', () => { throw null }) }) // eslint-disable-line no-throw-literal
  t.equal((await app.inject('/a')).statusCode, 500)
})

t.test('reloadable: a request stays with the configuration that it began with', async (t) => {
  const origin = await upstream(t)
  const marks = (name: string): Feature => ({
    namespace: 'test/marks',
    schemas: { service: { type: 'object' } as never },
    service: (settings) => ({
      onRequest: async (_request, reply) => { reply.header('x-first', (settings as { name: string }).name) },
      onSend: async (_request, reply, payload) => { reply.header(name, (settings as { name: string }).name); return payload }
    })
  })
  const config = (name: string) => configure(origin.url, [endpoint('/a')], { extra_config: { 'test/marks': { name } } })
  let hold = Promise.resolve()
  let entered = (): void => {}
  const { app, reload } = await mount(t, { config: config('one'), features: [marks('x-last')], prefix: '/api' }, (app) => {
    app.addHook('preHandler', async () => { entered(); await hold })
    app.addHook('onRequest', async (request) => {
      if (request.headers['x-reloads'] === undefined) return
      t.equal(request.routeOptions.config.floodgate?.endpoint?.path, '/a')
      await app.floodgate.get().reload(config('three') as object)
    })
  })
  let release = (): void => {}
  hold = new Promise((resolve) => { release = resolve })
  const inside = new Promise<void>((resolve) => { entered = resolve })
  const running = app.inject('/api/a')
  await inside
  t.match(await reload(config('two')), { changed: { service: ['test/marks'] } })
  hold = Promise.resolve()
  t.match((await app.inject('/api/a')).headers, { 'x-first': 'two', 'x-last': 'two' })
  release()
  t.match((await running).headers, { 'x-first': 'one', 'x-last': 'one' })
  t.match((await app.inject({ url: '/api/a', headers: { 'x-reloads': '1' } })).headers, { 'x-first': 'three', 'x-last': 'three' }, 'replaced before the first hook of the gateway')
})

t.test('reloadable: paths that have to be decoded, long parameters, and a server with the gateway\'s own options', async (t) => {
  const origin = await upstream(t)
  const config = configure(origin.url, [endpoint('/a/{x}/b'), endpoint('/img/{id}')])
  const loaded = await loadConfiguration(config, { env: {} })
  for (const server of [{}, serverOptions(loaded.model)]) {
    const { app, reload } = await mount(t, { config, notFound: 'gateway' }, undefined, server as FastifyServerOptions)
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const read = async (path: string) => (await fetch(url + path)).json() as Promise<{ path: string }>
    t.equal((await read('/a/1%2Fb')).path, '/a/1/b')
    t.equal((await read(`/img/${'x'.repeat(200)}`)).path.length, 205)
    t.match(await reload(configure(origin.url, [endpoint('/a/{x}/c')])), { changed: { removed: { length: 2 } } })
    t.equal((await read('/a/1%2Fc')).path, '/a/1/c')
    t.equal((await fetch(`${url}/a/1%2Fb`)).status, 404)
  }
})

t.test('reloadable: reply.from() of the host goes to the backend as the configuration in use has it', async (t) => {
  const [one, two] = await Promise.all([upstream(t), upstream(t)])
  const { app, reload } = await mount(t, { config: configure(one.url, [endpoint('/a')]), prefix: '/api' })
  await app.register(async (scope) => {
    await scope.register(replyFromBackend, { endpoint: '/a' })
    scope.get('/mine', (_request, reply) => reply.from('/x'))
  })
  t.equal((await app.inject('/mine')).json().path, '/x')
  await reload(configure(two.url, [endpoint('/a', { extra_config: {}, backend: [{ url_pattern: '/a', extra_config: { 'backend/http/client': { no_redirect: true } } }] })]))
  t.equal((await app.inject('/mine')).json().path, '/x')
  t.equal(two.accepted, 1)
  await reload(configure(two.url, [endpoint('/b')]))
  t.match((await app.inject('/mine')).json(), { code: 'FG_ERR_PROXY_UNKNOWN_ENDPOINT' })
})

t.test('reloadable: a client that leaves aborts its call, and its configuration closes behind it', async (t) => {
  const origin = await startOrigin(t, () => {})
  const { app, reload } = await mount(t, { config: configure(origin.url, [endpoint('/a')]) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  const client = connect(port, '127.0.0.1')
  client.write('GET /a HTTP/1.1\r\nhost: a\r\n\r\n')
  const [, response] = await once(origin.server, 'request') as [unknown, { on (event: 'close', fn: () => void): void }]
  const gone = new Promise<void>((resolve) => { response.on('close', resolve) })
  await reload(configure(origin.url, []))
  t.equal(app.floodgate.get().stats().length, 1, 'the client of the running call')
  client.destroy()
  await gone
  await until(() => app.floodgate.get().stats().length === 0)
})

t.test('reloadable: an HTTP/2 host, one session over reloads', async (t) => {
  const origin = await upstream(t)
  const app = Fastify({ http2: true }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  app.addHook('onRequest', async (_request, reply) => { reply.header('x-by', 'onRequest') })
  await app.register(gateway, { config: configure(origin.url, [endpoint('/a')]), reloadable: true })
  const session = http2.connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  t.teardown(() => { session.destroy() })
  const get = async (path: string) => {
    const stream = session.request({ ':path': path })
    const [headers] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
    await once(stream.resume(), 'end')
    return [headers[':status'], headers['x-by']]
  }
  t.same(await get('/a'), [200, 'onRequest'])
  await app.floodgate.get().reload(configure(origin.url, [endpoint('/b')]))
  t.same(await get('/b'), [200, 'onRequest'])
  t.same(await get('/a'), [404, 'onRequest'])
})

/** A feature that tells what happens to its configuration. */
const tells = (events: string[], hooks: (name: string, scope: FastifyInstance) => object = () => ({})): Feature => ({
  namespace: 'test/tells',
  schemas: { service: { type: 'object' } as never },
  service (settings, { scope, onClose }) {
    const { name } = settings as { name: string }
    onClose(() => { events.push(`${name} closes`) })
    return hooks(name, scope)
  }
})
const named = (host: string, name: string, endpoints = [endpoint('/a')]) => configure(host, endpoints, { extra_config: { 'test/tells': { name } } })

t.test('reloadable: onRequestAbort of a feature, when the client leaves while it sends', async (t) => {
  const origin = await startOrigin(t, () => {})
  const events: string[] = []
  const { app } = await mount(t, {
    config: named(origin.url, 'one', [endpoint('/a', { method: 'POST' })]),
    features: [tells(events, () => ({
      async onRequest () { events.push('begun') },
      async onRequestAbort () { events.push('aborted') }
    }))]
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = connect((app.server.address() as { port: number }).port, '127.0.0.1')
  client.write('POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12')
  await until(() => events.length === 1)
  client.destroy()
  await until(() => events.length === 2)
  t.same(events, ['begun', 'aborted'])
})

t.test('reloadable: a request that a feature sends again stays with its configuration', async (t) => {
  const origin = await upstream(t)
  const again: Feature[] = [tells([], (name, scope) => ({
    async onRequest (request: FastifyRequest, reply: FastifyReply) {
      reply.header('x-name', name)
      if (request.url !== '/alias') return
      await app.floodgate.get().reload(named(origin.url, `${name}+`))
      reply.hijack()
      request.raw.url = '/a'
      scope.routing(request.raw, reply.raw)
    }
  }))]
  const { app } = await mount(t, { config: named(origin.url, 'one'), features: again, notFound: 'gateway' })
  t.match(await app.inject('/alias'), { statusCode: 200, headers: { 'x-name': 'one' } })
  t.match(await app.inject('/a'), { statusCode: 200, headers: { 'x-name': 'one+' } })
})

t.test('reloadable: configurations whose requests do not end are bounded', async (t) => {
  let begun = 0
  const origin = await startOrigin(t, () => { begun++ })
  const events: string[] = []
  const { app, reload } = await mount(t, { config: named(origin.url, '0'), features: [tells(events)] })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const running = []
  for (let i = 1; i <= 18; i++) {
    running.push(fetch(`${url}/a`).catch(() => null))
    await until(() => begun === i)
    await reload(named(origin.url, `${i}`))
  }
  await until(() => events.length === 2)
  t.same(events, ['0 closes', '1 closes'])
  origin.server.closeAllConnections()
  await Promise.all(running)
  await until(() => events.length === 18)
})
