import { once } from 'node:events'
import http from 'node:http'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { configLoader } from '@floodgate/config-loader'
import { createClients } from '@floodgate/http-client'
import proxy, { replyFromBackend, type ProxyOptions } from '@floodgate/proxy'
import { readAll, startOrigin, startRunClock, type Teardown } from '@floodgate/testing'
import { call } from '@floodgate/testing'

const noop = { output_encoding: 'no-op' }

async function start (t: Teardown, config: object, options: ProxyOptions = {}, more: (app: FastifyInstance) => unknown = () => {}): Promise<{ app: FastifyInstance, url: string }> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(configLoader, { config: { version: 3, timeout: '60s', ...config }, env: {} })
  await app.register(proxy, options)
  await more(app)
  return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

const echo: http.RequestListener = async (req, res) => {
  const body = String(await readAll(req))
  res.writeHead(200, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, body }))
}

t.test('proxy: serves the pass-through endpoints of a configuration', async (t) => {
  const origin = await startOrigin(t, (req, res) => {
    if (req.url!.startsWith('/moved')) { res.writeHead(302, { location: '/target' }); res.end() } else echo(req, res)
  })
  const host = [origin.url]
  const { url } = await start(t, {
    timeout: '3s',
    endpoints: [
      { endpoint: '/items/{id}', ...noop, input_headers: ['X-One'], input_query_strings: ['q'], backend: [{ host, url_pattern: '/v1/{id}?fixed=1' }] },
      { endpoint: '/items', method: 'POST', ...noop, backend: [{ host, method: 'PUT', url_pattern: '/v1' }] },
      { endpoint: '/get', ...noop, backend: [{ host, url_pattern: '/get' }] },
      { endpoint: '/follow', ...noop, backend: [{ host, url_pattern: '/moved' }] },
      { endpoint: '/keep', ...noop, backend: [{ host, url_pattern: '/moved', extra_config: { 'backend/http/client': { no_redirect: true } } }] }
    ]
  })
  const got = JSON.parse(String((await call(url + '/items/a%20b?q=2&x=3', { headers: { 'x-one': '1', 'x-two': '2' } })).body))
  t.match(got, { method: 'GET', url: '/v1/a%20b?fixed=1&q=2', headers: { 'x-one': '1', host: `127.0.0.1:${origin.port}`, 'x-forwarded-host': new URL(url).host } })
  t.notHas(got.headers, 'x-two')
  t.match(JSON.parse(String((await call(url + '/items', { method: 'POST', body: '{"a": 1}', headers: { 'content-type': 'application/json' } })).body)), { method: 'PUT', url: '/v1', body: '{"a": 1}' })
  t.match(JSON.parse(String((await call(url + '/items', { method: 'POST', body: 'x', headers: { 'content-type': 'odd' } })).body)), { body: 'x', headers: { 'content-type': 'odd' } })
  t.match(JSON.parse(String((await call(url + '/get', { body: 'asked', headers: { 'content-length': 5 } })).body)), { body: 'asked' })
  t.match(JSON.parse(String((await call(url + '/follow')).body)), { url: '/target' })
  const kept = await call(url + '/keep')
  t.equal(kept.status, 302)
  t.equal(kept.headers.location, '/target')
  t.equal((await call(url + '/nothing')).body.toString(), '404 page not found')
})

t.test('proxy: compresses where disable_gzip is written as false', async (t) => {
  const text = 'a text that is long enough, '.repeat(100)
  const origin = await startOrigin(t, (_req, res) => { res.writeHead(200, { 'content-type': 'text/plain', etag: '"1"' }).end(text) })
  const endpoints = [{ endpoint: '/a', ...noop, backend: [{ host: [origin.url], url_pattern: '/' }] }]
  for (const [router, coding] of [[{ disable_gzip: false }, 'gzip'], [{ disable_gzip: true }, undefined], [{}, undefined]] as const) {
    const { url } = await start(t, { endpoints, extra_config: { router } })
    const { headers, body } = await call(`${url}/a`, { headers: { 'accept-encoding': 'gzip' } })
    t.match(headers, { 'content-encoding': coding, etag: coding === undefined ? '"1"' : 'W/"1"' })
    t.equal(String(coding === undefined ? body : gunzipSync(body)), text)
  }
})

t.test('proxy: shares clients of equal settings, and closes them with the app', async (t) => {
  const origin = await startOrigin(t, echo)
  const backend = (extra: object) => [{ host: [origin.url], url_pattern: '/', extra_config: { 'backend/http/client': extra } }]
  const { app, url } = await start(t, {
    endpoints: [
      { endpoint: '/a', ...noop, backend: backend({ no_redirect: true }) },
      { endpoint: '/b', ...noop, backend: backend({ no_redirect: true }) },
      { endpoint: '/c', ...noop, backend: backend({ no_redirect: false }) }
    ]
  })
  for (const path of ['/a', '/b', '/c', '/a']) await call(url + path)
  t.equal(app.floodgate.get().stats().length, 2)
  t.equal(origin.accepted, 2)
  const closed = Promise.all([...origin.sockets].map((socket) => new Promise((resolve) => { socket.once('close', resolve) })))
  await app.close()
  await closed
})

t.test('proxy: a client that it was given stays open', async (t) => {
  const origin = await startOrigin(t, echo)
  const clients = createClients({ env: {} })
  t.teardown(() => clients.close())
  const { app, url } = await start(t, { endpoints: [{ endpoint: '/a', ...noop, backend: [{ host: [origin.url], url_pattern: '/' }] }] }, { clients })
  t.equal((await call(url + '/a')).status, 200)
  const { client } = app.floodgate.get().model.endpoints[0]!.backends[0]
  await app.close()
  t.ok(clients.acquire(client).dispatcher, 'the registry is not closed')
})

t.test('proxy: shows error texts where the configuration or an option says so', async (t) => {
  const config = { endpoints: [{ endpoint: '/a', timeout: '100ms', ...noop, backend: [{ host: ['http://127.0.0.1:19'], url_pattern: '/' }] }] }
  const shown = { ...config, extra_config: { router: { return_error_msg: true } } }
  t.equal((await call((await start(t, config)).url + '/a')).body.length, 0)
  t.equal((await call((await start(t, shown)).url + '/a')).body.toString(), 'connect: connection refused')
  t.equal((await call((await start(t, shown, { showErrorText: false })).url + '/a')).body.length, 0)
  t.equal((await call((await start(t, config, { semanticErrors: true })).url + '/a')).status, 502)
})

t.test("proxy: the application's own functions change an endpoint", async (t) => {
  const origin = await startOrigin(t, echo)
  const other = await startOrigin(t, (req, res) => { res.end(`other ${req.url}`) })
  const backend = [{ host: [origin.url], url_pattern: '/v1' }]
  const failures: unknown[] = []
  const { url } = await start(t, {
    endpoints: ['/hook', '/headers', '/upstream', '/stream', '/throws', '/body', '/plain'].map((endpoint) => ({ endpoint, method: endpoint === '/body' ? 'POST' : 'GET', ...noop, backend }))
      .concat([{ endpoint: '/down', method: 'GET', ...noop, backend: [{ host: ['http://127.0.0.1:19'], url_pattern: '/' }] }])
  }, {
    overrides: {
      '/hook': { onRequest: (_request, reply, done) => { reply.header('x-hook', 'ran'); done() } },
      'GET /headers': {
        rewriteRequestHeaders: (_request, headers) => ({ 'x-only': 'this', 'x-user': headers['user-agent']! }),
        rewriteHeaders: (headers) => ({ ...headers, 'x-rewritten': 'yes' })
      },
      '/upstream': { getUpstream: () => other.url, queryString: () => 'own=1' },
      '/stream': { onResponse: async (_request, reply, response) => { reply.send(`read: ${String(await readAll(response.stream)).length > 100}`) } },
      '/body': { body: { replaced: true } },
      '/throws': { onResponse: () => { throw new Error('mistake') } },
      '/down': { onError: (reply, { error }) => { failures.push(error); reply.code(599).send('mine') } }
    }
  })
  t.equal((await call(url + '/hook')).headers['x-hook'], 'ran')
  const headers = await call(url + '/headers')
  t.equal(headers.headers['x-rewritten'], 'yes')
  t.match(JSON.parse(String(headers.body)).headers, { 'x-only': 'this', 'x-user': /^Floodgate/ })
  t.notHas(JSON.parse(String(headers.body)).headers, 'user-agent')
  t.equal(String((await call(url + '/upstream')).body), 'other /v1?own=1')
  t.equal(String((await call(url + '/stream')).body), 'read: true')
  t.equal(JSON.parse(String((await call(url + '/body', { method: 'POST', body: 'original' })).body)).body, '{"replaced":true}')
  t.match(JSON.parse(String((await call(url + '/plain')).body)), { url: '/v1' })
  t.equal((await call(url + '/throws')).status, 500)
  const down = await call(url + '/down')
  t.equal(down.status, 599)
  t.equal(String(down.body), 'mine')
  t.match(failures, [{ kind: 'backend' }])
})

t.test('proxy: says what is wrong, and what to do', async (t) => {
  const config = { version: 3, endpoints: [{ endpoint: '/a', ...noop, backend: [{ host: ['http://a'], url_pattern: '/' }] }] }
  const app = (): FastifyInstance => { const app = Fastify(); t.teardown(() => app.close()); return app }
  await t.rejects(async () => { await app().register(proxy) }, { code: 'FG_ERR_PROXY_NO_CONFIG', message: /register @floodgate\/config-loader first/ })
  const loaded = app()
  await loaded.register(configLoader, { config, env: {} })
  const wrong = { engine: 'fast', clint: 1, clients: {}, overrides: 5, showInternals: 'yes' } as unknown as ProxyOptions
  await t.rejects(async () => { await loaded.register(proxy, wrong) }, { code: 'FG_ERR_PROXY_OPTIONS', message: /"overrides" must.*"clients" must.*"showInternals" must.*"engine" is not a known option: write one of name, overrides.*"clint" is not a known option: did you mean "clients"/ })
  const unknown = app()
  await unknown.register(configLoader, { config, env: {} })
  await t.rejects(async () => { await unknown.register(proxy, { overrides: { 'POST /a': {} } }) }, { code: 'FG_ERR_PROXY_OPTIONS', message: /no endpoint "POST \/a": write one of GET \/a/ })
  const decoding = app()
  await decoding.register(configLoader, { config: { version: 3, endpoints: [{ endpoint: '/json', backend: [{ host: ['http://a'], url_pattern: '/' }] }] }, env: {} })
  await decoding.register(proxy)
  await t.rejects(async () => { await decoding.ready() }, { code: 'FG_ERR_CONFIG_NO_ENGINE' }, 'who decodes is missing')
})

t.test("proxy: leaves the host application's own routes, parsers and handlers alone", async (t) => {
  const origin = await startOrigin(t, echo)
  const { url } = await start(t, { endpoints: [{ endpoint: '/proxied', method: 'POST', ...noop, backend: [{ host: [origin.url], url_pattern: '/' }] }] }, {}, (app) => {
    app.post('/own', async (request) => ({ parsed: request.body }))
  })
  const options = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } }
  t.same(JSON.parse(String((await call(url + '/own', options)).body)), { parsed: { a: 1 } })
  t.equal(JSON.parse(String((await call(url + '/proxied', options)).body)).body, '{"a":1}')
})

t.test('replyFromBackend: gives reply.from() a backend, its client settings and the guarantees of an endpoint', async (t) => {
  let left!: () => void
  let asked!: () => void
  const origin = await startOrigin(t, (req, res) => {
    if (req.url === '/hang') { req.socket.once('close', () => { left() }); asked(); return }
    if (req.url === '/moved') { res.writeHead(302, { location: '/target' }); res.end(); return }
    if (req.url === '/busy') { busy++; res.writeHead(503); res.end('busy'); return }
    if (req.url === '/cut') { res.writeHead(200, { 'content-type': 'text/plain' }); res.write('part'); setImmediate(() => { req.socket.destroy() }); return }
    echo(req, res)
  })
  let busy = 0
  const { url, app } = await start(t, {
    endpoints: [{ endpoint: '/a', timeout: '300ms', ...noop, backend: [{ host: [origin.url], url_pattern: '/', extra_config: { 'backend/http/client': { no_redirect: true } } }] }]
  }, {}, (app) => app.register(async (scope) => {
    await scope.register(replyFromBackend, { endpoint: 'GET /a' })
    scope.get('/x/*', (request, reply) => reply.from('/' + (request.params as { '*': string })['*']))
    scope.post('/json', (_request, reply) => reply.from('/json?own=1', { queryString: { q: '2' } }))
    scope.get('/fresh', (_request, reply) => reply.from('/fresh', { rewriteRequestHeaders: () => ({ 'x-only': '1' }), rewriteHeaders: (headers) => ({ ...headers, 'x-also': '2' }) }))
    scope.get('/read', (_request, reply) => reply.from('/read', { onResponse: async (_request, reply, response) => { reply.send(String((await readAll(response.stream)).length > 10)) } }))
    scope.get('/mine', (_request, reply) => reply.from('/hang', { onError: (reply) => { reply.code(418).send('mine') } }))
  }))
  asked = () => {}
  left = () => {}

  t.match(JSON.parse(String((await call(url + '/x/path?q=1', { headers: { 'x-kept': 'yes', connection: 'close, x-hop', 'x-hop': '1' } })).body)), { url: '/path?q=1', headers: { 'x-kept': 'yes', 'x-hop': undefined } })
  t.match(JSON.parse(String((await call(url + '/json', { method: 'POST', body: '{ "a": 1 }', headers: { 'content-type': 'application/json' } })).body)), { method: 'POST', url: '/json?q=2', body: '{"a":1}' })
  t.match(JSON.parse(String((await call(url + '/x/get', { body: 'asked', headers: { 'content-length': 5 } })).body)), { body: 'asked' })
  const fresh = await call(url + '/fresh', { headers: { 'x-dropped': '1' } })
  t.equal(fresh.headers['x-also'], '2')
  t.notHas(JSON.parse(String(fresh.body)).headers, 'x-dropped')
  t.equal(String((await call(url + '/read')).body), 'true')
  t.equal((await call(url + '/x/moved')).status, 302, 'no_redirect is of the backend')
  t.equal((await call(url + '/x/busy')).status, 503)
  t.equal(busy, 1)
  t.equal((await call(url + '/x/cut')).broken, true)

  const late = await call(url + '/x/hang')
  t.equal(late.status, 504)
  t.match(JSON.parse(String(late.body)), { code: 'FG_ERR_PROXY_GATEWAY_TIMEOUT', message: /context deadline exceeded/ })
  t.equal((await call(url + '/mine')).status, 418)

  const arrived = new Promise<void>((resolve) => { asked = resolve })
  const closed = new Promise<void>((resolve) => { left = resolve })
  const request = http.get(url + '/x/hang', { agent: false })
  request.on('error', () => {})
  await arrived
  const ran = startRunClock(t)
  request.destroy()
  await closed
  t.ok(ran() < 250, 'a client that goes away ends the call')
  t.equal(app.floodgate.get().stats().length, 1)
})

t.test('replyFromBackend: takes turns among hosts, streams bodies, and says when a host is down', async (t) => {
  const one = await startOrigin(t, async (req, res) => { await readAll(req); res.end('one') })
  const two = await startOrigin(t, async (req, res) => { await readAll(req); res.end('two') })
  const { url } = await start(t, {
    endpoints: [
      { endpoint: '/a', ...noop, backend: [{ host: [one.url, two.url], url_pattern: '/' }] },
      { endpoint: '/down', ...noop, backend: [{ host: ['http://127.0.0.1:19'], url_pattern: '/' }] }
    ]
  }, {}, async (app) => {
    await app.register(async (scope) => {
      await scope.register(replyFromBackend, { endpoint: '/a' })
      scope.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })
      scope.post('/x', (_request, reply) => reply.from('/x'))
    })
    await app.register(async (scope) => {
      await scope.register(replyFromBackend, { endpoint: '/down', timeout: 1000 })
      scope.get('/gone', (_request, reply) => reply.from('/x'))
      scope.get('/throws', (_request, reply) => reply.from('/x', { onError: () => { throw new Error('mistake') } }))
    })
  })
  const answers = []
  for (let i = 0; i < 4; i++) answers.push(String((await call(url + '/x', { method: 'POST', body: Readable.from([Buffer.alloc(100_000)]), headers: { 'content-type': 'application/octet-stream' } })).body))
  t.same(answers.sort(), ['one', 'one', 'two', 'two'])
  const gone = await call(url + '/gone')
  t.equal(gone.status, 502)
  t.match(JSON.parse(String(gone.body)), { code: 'FG_ERR_PROXY_BAD_GATEWAY', message: 'no usable answer from the backend: connect: connection refused' })
  t.match(await call(url + '/throws'), { status: 500 }, 'a mistake is a failure, and does not end the process')
})

t.test('replyFromBackend: refuses what it cannot serve', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await t.rejects(async () => { await app.register(async (scope) => { await scope.register(replyFromBackend, { endpoint: '/a' }) }) }, { code: 'FG_ERR_PROXY_NOT_REGISTERED' })
  const config = { endpoints: [{ endpoint: '/a', ...noop, backend: [{ host: ['http://a'], url_pattern: '/' }] }] }
  for (const [options, message] of [[{ endpoint: '/b' }, /no endpoint "\/b"; it has GET \/a/], [{ endpoint: '/a', backend: 1 }, /no backend 1 at GET \/a; it has 1, counted from 0/]] as const) {
    await t.rejects(start(t, config, {}, (app) => app.register(async (scope) => { await scope.register(replyFromBackend, options) })), { code: 'FG_ERR_PROXY_UNKNOWN_ENDPOINT', message })
  }
})

t.test('replyFromBackend: its options are checked like those of the plugins', async (t) => {
  const config = { endpoints: [{ endpoint: '/a', ...noop, backend: [{ host: ['http://a'], url_pattern: '/' }] }] }
  const table: [object, RegExp][] = [
    [{ endpont: '/a' }, /^wrong options for replyFromBackend of @floodgate\/proxy: "endpoint" is missing: pass an endpoint of the configuration.*"endpont" is not a known option: did you mean "endpoint"\?$/],
    [{ endpoint: '/a', backend: '0', timeout: -1 }, /"backend" must be the position of a backend.*"timeout" must be a number of ms, 0 or more/]
  ]
  for (const [options, message] of table) {
    await t.rejects(start(t, config, {}, (app) => app.register(async (scope) => { await scope.register(replyFromBackend, options as never) })), { code: 'FG_ERR_PROXY_OPTIONS', message })
  }
})

t.test('proxy: a request that is served while the app closes is served to its end', async (t) => {
  let finish!: () => void
  const origin = await startOrigin(t, (_req, res) => { res.writeHead(200, { 'content-type': 'text/plain' }); res.write('begin '); finish = () => { res.end('end') } })
  const { app, url } = await start(t, { endpoints: [{ endpoint: '/a', timeout: '5s', ...noop, backend: [{ host: [origin.url], url_pattern: '/' }] }] })
  const request = http.get(url + '/a', { agent: false })
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  await once(response, 'readable')
  const closing = app.close()
  finish()
  t.equal(String(await readAll(response)), 'begin end')
  await closing
})
