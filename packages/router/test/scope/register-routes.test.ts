import t from 'tap'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import Fastify from 'fastify'
import type { Endpoint } from '@floodgate/core'
import { createRouting, registerRoutes, registerRoutesInSlices } from '@floodgate/router'
import { ask, service, startRoutes, describingRoute } from '../support/routing.ts'

const endpoints = [
  'GET /users/{id}', 'GET /users/{id}/orders/{order}', 'GET /twice/{a}/{b}', 'GET /users/me', 'GET /mixed-case/{UserId}',
  'GET /a-b/{with-dash}', 'GET /a/static/x', 'GET /a/{x}/item/{y}', 'GET /plain/ü', 'GET /co:lon', 'GET /sp ace', 'GET /',
  'POST /users/{id}', 'DELETE /users/{id}', 'GET /__proto__/{__proto__}'
]

t.test('registerRoutes: gives parameters their configured names', async (t) => {
  const url = await startRoutes(t, service(endpoints))
  const cases: [string, string, Record<string, string>][] = [
    ['/users/42', '/users/{id}', { id: '42' }],
    ['/users/7/orders/a-b_c.d', '/users/{id}/orders/{order}', { id: '7', order: 'a-b_c.d' }],
    ['/twice/1/2', '/twice/{a}/{b}', { a: '1', b: '2' }],
    ['/users/me', '/users/me', {}],
    ['/users/mexico', '/users/{id}', { id: 'mexico' }],
    ['/mixed-case/9', '/mixed-case/{UserId}', { UserId: '9' }],
    ['/a-b/9', '/a-b/{with-dash}', { 'with-dash': '9' }],
    ['/a/static/item/5', '/a/{x}/item/{y}', { x: 'static', y: '5' }],
    ['/users//orders/1', '/users/{id}/orders/{order}', { id: '', order: '1' }],
    ['/users/..', '/users/{id}', { id: '..' }],
    ['/users/.', '/users/{id}', { id: '.' }],
    ['/users/a%20b', '/users/{id}', { id: 'a b' }],
    ['/users/caf%C3%A9', '/users/{id}', { id: 'café' }],
    ['/users/a+b', '/users/{id}', { id: 'a+b' }],
    ["/users/a:b@c,d;e=f!$&'()*~", '/users/{id}', { id: "a:b@c,d;e=f!$&'()*~" }],
    ['/users/a%40%3A%2C', '/users/{id}', { id: 'a@:,' }],
    [`/users/${'x'.repeat(5000)}`, '/users/{id}', { id: 'x'.repeat(5000) }],
    ['/plain/%C3%BC', '/plain/ü', {}],
    ['/plain/%c3%bc', '/plain/ü', {}],
    ['/co:lon', '/co:lon', {}],
    ['/co%3Alon', '/co:lon', {}],
    ['/sp%20ace', '/sp ace', {}],
    ['/', '/', {}],
    ['/?a=1', '/', {}],
    ['/users/caf%E9', '/users/{id}', { id: 'caf\udce9' }]
  ]
  for (const [path, endpoint, params] of cases) {
    const { status, body } = await ask(url, path)
    t.equal(status, 200, path)
    t.same(body, { endpoint: `GET ${endpoint}`, params }, path)
  }
  t.equal((await ask(url, '/users/1', { method: 'POST' })).body.endpoint, 'POST /users/{id}')
})

t.test('registerRoutes: in a host, parameters are as long as its router lets them be', async (t) => {
  const model = service(['GET /x/{a}/{b}'])
  const long = 'x'.repeat(500)
  const small = await startRoutes(t, model, { embedded: true })
  t.equal((await ask(small, `/x/1/${long}`)).status, 414)
  t.same((await ask(small, `/%78%2F1/${long}`)).body.params, { a: '1', b: long }, 'its router had not got so far')
  const large = await startRoutes(t, model, { embedded: true, fastify: { routerOptions: { maxParamLength: 1000 } } })
  t.same((await ask(large, `/x/1/${long}`)).body.params, { a: '1', b: long })
})

t.test('registerRoutes: an encoded slash makes it another path', async (t) => {
  const model = service(['GET /item/{id}', 'GET /tree/{a}/{b}', 'GET /tree/{x}'])
  for (const [how, options, prefix] of [['standalone', {}, ''], ['below a prefix', { prefix: '/api' }, '/api'], ['embedded', { embedded: true }, '']] as const) {
    const url = await startRoutes(t, model, options)
    t.same((await ask(url, `${prefix}/tree/a%2Fb?q=1`)).body, { endpoint: 'GET /tree/{a}/{b}', params: { a: 'a', b: 'b' } }, how)
    t.same((await ask(url, `${prefix}/tree/a%2fb%20c`)).body.params, { a: 'a', b: 'b c' }, how)
    t.equal((await ask(url, `${prefix}/item/a%2Fb`)).text, '404 page not found', how)
    t.equal((await ask(url, `${prefix}/item%2Fx`)).body.endpoint, 'GET /item/{id}', how)
    t.equal((await ask(url, `${prefix}/item/1%2F`)).headers.location, `${prefix}/item/1`, how)
  }
})

t.test('registerRoutes: parameters that are still encoded are refused', async (t) => {
  const model = service(['GET /item/{id}', 'GET /two/{a}/{b}', 'GET /rest/*'])
  const url = await startRoutes(t, model)
  const cases: [string, string][] = [
    ['/item/a%3Fb', 'error: encoded url params'],
    ['/item/a%23b', 'error: encoded url params'],
    ['/item/a%252Fb', 'error: encoded url params'],
    ['/item/100%25', 'error: invalid URL escape "%"'],
    ['/item/a%25zzz', 'error: invalid URL escape "%zz"'],
    ['/two/a/100%254', 'error: invalid URL escape "%4"'],
    ['/two/a%3F/100%25', 'error: encoded url params'],
    ['/rest/a/b%3Fc', 'error: encoded url params']
  ]
  for (const [path, text] of cases) {
    const answer = await ask(url, path)
    t.match(answer, { status: 400, text, headers: { 'content-type': 'text/plain; charset=utf-8' } }, path)
    t.notOk('x-krakend-completed' in answer.headers)
  }
  const undecoded = await startRoutes(t, service(['GET /item/{id}'], {}, { disable_path_decoding: true }))
  t.same((await ask(undecoded, '/item/a%3Fb%23%252F%25')).body.params, { id: 'a?b#%2F%' })
  t.equal((await ask(undecoded, '/item/a%2Fb')).status, 404, 'a slash splits all the same')
})

t.test('registerRoutes: a parameter is not empty at the end of the path', async (t) => {
  for (const options of [{}, { embedded: true }]) {
    const url = await startRoutes(t, service(['GET /users/{id}', 'GET /x/{a}/{b}']), options)
    t.equal((await ask(url, '/users/')).status, 404)
    t.equal((await ask(url, '/x/1/')).status, 404)
    t.same((await ask(url, '/x//2')).body.params, { a: '', b: '2' })
  }
})

t.test('registerRoutes: disable_rest lets parameters stand anywhere', async (t) => {
  const paths = ['GET /file.{ext}', 'GET /{name}.json', 'GET /range/{from}-{to}', 'GET /many/{a}--{b}.x', 'GET /odd/{a}({b})', 'GET /glued/{a}:{b}', 'GET /v{major}.{minor}/x', 'GET /dotted/{a.b}']
  const cases: [string, string, Record<string, string>][] = [
    ['/file.tar', '/file.{ext}', { ext: 'tar' }],
    ['/file.', '/odd', {}],
    ['/other.json', '/{name}.json', { name: 'other' }],
    ['/file.json', '/file.{ext}', { ext: 'json' }],
    ['/range/1-2', '/range/{from}-{to}', { from: '1', to: '2' }],
    ['/range/1-2-3', '/range/{from}-{to}', { from: '1', to: '2-3' }],
    ['/range/a%2D%0Ab-c', '/range/{from}-{to}', { from: 'a', to: '\nb-c' }],
    ['/many/a--b-c.x.x', '/many/{a}--{b}.x', { a: 'a', b: 'b-c.x' }],
    ['/odd/x(y)', '/odd/{a}({b})', { a: 'x', b: 'y' }],
    ['/odd/%78%20(y)?q=1', '/odd/{a}({b})', { a: 'x ', b: 'y' }],
    ['/glued/1:2', '/glued/{a}:{b}', { a: '1', b: '2' }],
    ['/v1.2/x', '/v{major}.{minor}/x', { major: '1', minor: '2' }],
    ['/dotted/7', '/dotted/{a.b}', { 'a.b': '7' }]
  ]
  for (const options of [{}, { embedded: true }, { prefix: '/p' }]) {
    const url = await startRoutes(t, service(paths, { disableRest: true }), options)
    for (const [path, endpoint, params] of cases) {
      const { status, body } = await ask(url, `${options.prefix ?? ''}${path}`)
      if (path === '/file.') t.equal(status, 404, path)
      else t.same(body, { endpoint: `GET ${endpoint}`, params }, path)
    }
    t.equal((await ask(url, `${options.prefix ?? ''}/__floodgate/${Buffer.from('/odd/{a}({b})').toString('hex')}`)).status, 404, 'the way in is closed from outside')
  }
  const hostile = await startRoutes(t, service(paths, { disableRest: true }))
  const began = process.cpuUsage().user
  t.equal((await ask(hostile, `/many/${'a--'.repeat(100_000)}`)).status, 404)
  t.ok(process.cpuUsage().user - began < 1_000_000, 'and no address takes long')
  const strict = await startRoutes(t, service(['GET /file.{ext}']))
  t.equal((await ask(strict, '/file.tar')).status, 404, 'otherwise braces inside a segment are text')
  t.equal((await ask(strict, '/file.%7Bext%7D')).status, 200)
})

t.test('registerRoutes: a wildcard takes any path below', async (t) => {
  const url = await startRoutes(t, service(['GET /v1/*', 'GET /v1/fixed', 'GET /v1/{a}/{b}/c', 'POST /all/{id}/*']))
  t.same((await ask(url, '/v1/hello')).body, { endpoint: 'GET /v1/*', params: { '*': 'hello' } })
  t.same((await ask(url, '/v1/a/b%20c/?x=1')).body.params, { '*': 'a/b c/' })
  t.same((await ask(url, '/v1/')).body.params, { '*': '' })
  t.same((await ask(url, '/v1/fixed')).body.endpoint, 'GET /v1/fixed')
  t.same((await ask(url, '/v1/x%2Fy/c')).body, { endpoint: 'GET /v1/{a}/{b}/c', params: { a: 'x', b: 'y' } })
  t.same((await ask(url, '/v1/x%2Fy')).body.params, { '*': 'x/y' })
  t.equal((await ask(url, '/v1')).headers.location, '/v1/')
  t.same((await ask(url, '/all/7/x/y', { method: 'POST' })).body.params, { id: '7', '*': 'x/y' })
  const whole = await startRoutes(t, service(['GET /*', 'GET /own']))
  t.same((await ask(whole, '/a/b')).body.params, { '*': 'a/b' })
  t.same((await ask(whole, '/')).body.params, { '*': '' })
  t.same((await ask(whole, '/own')).body.endpoint, 'GET /own')
})

t.test('registerRoutes: bodies arrive as they are, whatever type and method', async (t) => {
  const url = await startRoutes(t, service(['POST /b', 'PUT /b', 'PATCH /b', 'DELETE /b', 'GET /b']), {
    embedded: true,
    // The host's own limits and parsers do not count.
    fastify: { bodyLimit: 10 },
    before: (app) => { app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, _body, done) => { done(new Error('not mine')) }) }
  })
  const big = 'x'.repeat(100_000)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']) {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', undefined, 'nonsense', 'a/b/c', ';', 'text/xml; charset=latin1; =']) {
      const { status, body } = await ask(url, '/b', { method, body: '{"a": 1', headers: type === undefined ? {} : { 'content-type': type } })
      t.match({ status, body }, { status: 200, body: { body: '{"a": 1', ...(type !== undefined && { type }) } }, `${method} ${type}`)
    }
    t.equal((await ask(url, '/b', { method, body: big })).body.body, big, 'no limit')
  }
  const none = await ask(url, '/b', { method: 'POST', headers: { 'content-type': 'application/json' } })
  t.match(none, { status: 200, body: { type: 'application/json', body: undefined } })
})

t.test('registerRoutes: runs all hooks of a route, also when Fastify did not match it at first', async (t) => {
  for (const [options, path, rounds] of [[{}, '/tree/a%2Fb', 1], [{ embedded: true }, '/tree/a%2Fb', 2], [{ prefix: '/p' }, '/p/tree/a%2Fb', 2]] as const) {
    const seen: string[] = []
    const onRequest: onRequestHookHandler = (request, _reply, done) => { seen.push(`onRequest ${JSON.stringify(request.params)}`); done() }
    const done = defer()
    const url = await startRoutes(t, service(['GET /tree/{a}/{b}']), {
      ...options,
      before: (app) => {
        app.addHook('onRequest', async () => { seen.push('host') })
        app.addHook('onResponse', async (request) => { if (request.routeOptions.url?.includes(':a') === true) { seen.push('onResponse'); done.resolve(undefined) } })
      },
      routeFor: (endpoint) => ({
        ...describingRoute(endpoint),
        onRequest: [onRequest],
        preHandler: async (request) => { seen.push(`preHandler ${request.originalUrl}`) },
        onSend: async (_request, reply, payload) => { reply.header('x-sent', 'yes'); return payload }
      })
    })
    const answer = await ask(url, path)
    t.match(answer, { status: 200, headers: { 'x-sent': 'yes' } })
    await done.promise
    t.same(seen, [...Array<string>(rounds).fill('host'), 'onRequest {"a":"a","b":"b"}', `preHandler ${path}`, 'onResponse'])
  }
})

t.test('registerRoutes: a hook may answer in the handler\'s place', async (t) => {
  const url = await startRoutes(t, service(['GET /x/{id}']), { routeFor: (endpoint) => ({ ...describingRoute(endpoint), onRequest: (_request, reply) => { reply.code(401).send() } }) })
  t.equal((await ask(url, '/x/1')).status, 401)
  t.equal((await ask(url, '/x/a%3F')).status, 400, 'parameters are checked first')
})

t.test('registerRoutes: leaves out what is not served, and the second of two that cannot live together', async (t) => {
  const model = service(['HEAD /head', 'OPTIONS /options', 'BREW /brew', 'GET /a/{x}', 'GET /a/{y}', 'GET /b', 'GET /b', 'GET /gone', 'GET /__health', 'GET /fine'])
  const url = await startRoutes(t, model, { routeFor: (endpoint) => endpoint.path === '/gone' ? undefined : describingRoute(endpoint) })
  t.match(await ask(url, '/head', { method: 'HEAD' }), { status: 404, text: '' })
  t.equal((await ask(url, '/options', { method: 'OPTIONS' })).status, 404)
  for (const path of ['/head', '/options', '/brew', '/gone']) t.equal((await ask(url, path)).status, 404, path)
  t.same((await ask(url, '/a/1')).body.params, { x: '1' })
  t.equal((await ask(url, '/__health')).body.status, 'ok')
  t.equal((await ask(url, '/fine')).status, 200)
})

t.test('registerRoutes: tells what it registered', async (t) => {
  const app = Fastify() as unknown as FastifyInstance
  t.teardown(() => app.close())
  const model = service(['GET /users/{id}', 'POST /x'], {}, { auto_options: true })
  const routes = registerRoutes(app, model, describingRoute)
  t.same(routes, [
    { kind: 'health', method: 'GET', path: '/__health', url: '/__health', endpoint: null },
    { kind: 'options', method: 'OPTIONS', path: '/users/{id}', url: '/users/:id', endpoint: null },
    { kind: 'options', method: 'OPTIONS', path: '/x', url: '/x', endpoint: null },
    { kind: 'endpoint', method: 'GET', path: '/users/{id}', url: '/users/:id', endpoint: model.endpoints[0] },
    { kind: 'endpoint', method: 'POST', path: '/x', url: '/x', endpoint: model.endpoints[1] }
  ])
})

t.test('registerRoutes: a path with a broken escape is refused as Go does', async (t) => {
  const url = await startRoutes(t, service(['GET /x/{id}']))
  t.match(await ask(url, '/x/%zz'), { status: 400, text: '400 Bad Request', headers: { 'content-type': 'text/plain; charset=utf-8' } })
})

function defer (): { promise: Promise<unknown>, resolve: (value: unknown) => void } {
  let resolve!: (value: unknown) => void
  const promise = new Promise((_resolve) => { resolve = _resolve })
  return { promise, resolve }
}

t.test('registerRoutes: a Content-Type that is no media type reaches the handler, with a body and without', async (t) => {
  for (const options of [{}, { embedded: true }]) {
    const url = await startRoutes(t, service(['POST /x', 'DELETE /x']), options)
    for (const type of ['json', 'a,b,,c']) {
      t.match(await ask(url, '/x', { method: 'POST', body: 'b', headers: { 'content-type': type } }), { status: 200, body: { type, body: 'b' } })
      t.match(await ask(url, '/x', { method: 'POST', body: '', headers: { 'content-type': type } }), { status: 200, body: { type } })
      t.match(await ask(url, '/x', { method: 'DELETE', headers: { 'content-type': type } }), { status: 200, body: { type } })
    }
  }
})

t.test('registerRoutes: hosts see configured names, whatever stands beside them', async (t) => {
  const model = service(['GET /users/{id}', 'GET /users/{user}/orders/{order-id}', 'POST /users/{name}', 'GET /files/{owner}/*', 'GET /twice/{x-y}/{x_y}', 'GET /proto/{__proto__}/{0}'])
  const app = Fastify() as unknown as FastifyInstance
  t.teardown(() => app.close())
  const urls: string[] = []
  const seen: unknown[] = []
  app.addHook('onRoute', ({ method, url }) => { urls.push(`${String(method)} ${url}`) })
  app.addHook('onRequest', async (request) => {
    const { url, config } = request.routeOptions
    seen.push([url, { ...request.params as object }, config.floodgate?.kind, config.floodgate?.endpoint?.path])
  })
  await app.register(async (scope) => { registerRoutes(scope, model, describingRoute) })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.same(urls, ['GET /__health', 'GET /users/:id', 'GET /users/:user/orders/:order_id', 'POST /users/:name', 'GET /files/:owner/*', 'GET /twice/:x_y/:p1', 'GET /proto/:p0/:0'])
  t.same((await ask(url, '/users/7/orders/8')).body.params, { user: '7', 'order-id': '8' })
  t.same((await ask(url, '/users/7')).body.params, { id: '7' })
  t.same((await ask(url, '/users/7', { method: 'POST', body: 'x' })).body.params, { name: '7' })
  t.same((await ask(url, '/files/me/a/b')).body.params, { owner: 'me', '*': 'a/b' })
  t.same((await ask(url, '/twice/1/2')).body.params, { 'x-y': '1', x_y: '2' })
  await ask(url, '/__health')
  t.same(seen, [
    ['/users/:user/orders/:order_id', { user: '7', order_id: '8' }, 'endpoint', '/users/{user}/orders/{order-id}'],
    ['/users/:id', { id: '7' }, 'endpoint', '/users/{id}'],
    ['/users/:name', { name: '7' }, 'endpoint', '/users/{name}'],
    ['/files/:owner/*', { owner: 'me', '*': 'a/b' }, 'endpoint', '/files/{owner}/*'],
    ['/twice/:x_y/:p1', { x_y: '1', p1: '2' }, 'endpoint', '/twice/{x-y}/{x_y}'],
    ['/__health', {}, 'health', undefined]
  ])
})

t.test('registerRoutes: an endpoint in the place of a host\'s route names both', async (t) => {
  for (const prefix of ['', '/api']) {
    const app = Fastify() as unknown as FastifyInstance
    t.teardown(() => app.close())
    app.get(`${prefix}/users/:name`, async () => 'mine')
    await t.rejects(async () => { await app.register(async (scope) => { registerRoutes(scope, service(['GET /a', 'GET /users/{id}']), describingRoute) }, { prefix }) }, {
      code: 'FG_ERR_ROUTER_ROUTE_TAKEN',
      message: `GET /users/{id} (endpoints.1) of the configuration cannot be registered: this app already has the route GET ${prefix}/users/:name; register the configuration under a prefix, or remove one of the two`
    })
  }
})

t.test('createRouting: endpoints of one service in several scopes, each with what its scope has', async (t) => {
  const model = service(['GET /one', 'POST /two', 'GET /three/{id}'])
  const app = Fastify() as unknown as FastifyInstance
  t.teardown(() => app.close())
  const routing = createRouting(model)
  const [one, two, three] = model.endpoints as [Endpoint, Endpoint, Endpoint]
  for (const [name, taken] of [['first', [one, three]], ['second', [two]]] as const) {
    await app.register(async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => { reply.header('x-scope', name) })
      if (name === 'first') routing.addService(scope)
      routing.addEndpoints(scope, (endpoint) => taken.includes(endpoint as never) ? describingRoute(endpoint) : undefined)
    })
  }
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.match(await ask(url, '/one'), { status: 200, headers: { 'x-scope': 'first' } })
  t.match(await ask(url, '/two', { method: 'POST', body: 'raw', headers: { 'content-type': 'application/json' } }), { status: 200, headers: { 'x-scope': 'second' }, body: { body: 'raw' } })
  t.match(await ask(url, '/two'), { status: 405, headers: { allow: 'POST' } })
  t.match(await ask(url, '/three/a%2Fb'), { status: 404 })
  t.match(await ask(url, '/one/'), { status: 301 })
})

t.test('registerRoutesInSlices: other work has its turn between endpoints, and the routes are the same', async (t) => {
  const model = service(endpoints)
  const whole = Fastify()
  await whole.register(async (scope) => { registerRoutes(scope, model, describingRoute) })
  let turns = 0
  const sliced = Fastify()
  await sliced.register(async (scope) => {
    await registerRoutesInSlices(scope, model, describingRoute, {
      pause: () => new Promise((resolve) => {
        turns++
        setImmediate(resolve)
      })
    })
  })
  await Promise.all([whole.ready(), sliced.ready()])
  t.ok(turns >= 2 * endpoints.length, `${turns} turns`)
  t.equal(sliced.printRoutes(), whole.printRoutes())
  const ask = async (app: FastifyInstance, url: string) => {
    const { statusCode, body } = await app.inject(url)
    return { statusCode, body }
  }
  for (const url of ['/users/42', '/twice/1/2', '/none']) t.same(await ask(sliced, url), await ask(whole, url), url)
  await Promise.all([whole.close(), sliced.close()])
})
