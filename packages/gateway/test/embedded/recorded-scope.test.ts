import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { recordScope } from '../../src/embedded/recorded-scope.ts'

async function record (t: Test, { hidden = [] as string[], prefix = '/api' } = {}) {
  const app = Fastify()
  t.teardown(() => app.close())
  let scope: FastifyInstance
  await app.register(async (child) => { scope = child }, { prefix })
  app.get('/api/taken', async () => '')
  const recording = recordScope(scope!, {
    maxParamLength: 100,
    routing: () => {},
    wildcard: { isTaken: (method, url) => scope.hasRoute({ method: method as 'GET', url }), hidden: new Set(hidden) }
  })
  return { app, host: scope!, recording, scope: recording.scope }
}

t.test('recordScope: routes have the hooks of the scope before their own, in whatever order they were added', async (t) => {
  const { recording, scope, app } = await record(t)
  const hook = (name: string) => Object.assign(async () => name, { display: name })
  scope.addHook('onRequest', hook('a'))
  scope.get('/x', { onRequest: [hook('own')] as never }, async () => 'x')
  scope.addHook('onRequest', hook('b'))
  const { find } = recording.finish()
  const { onRequest, onSend, options } = find('GET', '/api/x')!.value
  t.same(await Promise.all(onRequest!.map((run) => run({} as never, {} as never, () => {}))), ['a', 'b', 'own'])
  t.equal(onSend, null)
  t.match(options, { method: 'GET', url: '/api/x', config: { url: '/api/x', method: 'GET' } })
  t.notOk(app.hasRoute({ method: 'GET', url: '/api/x' }), 'the app has nothing of it')
  t.equal(find('POST', '/api/x'), null)
})

t.test('recordScope: every method has its shorthand, and the root of a prefix is served with and without a slash', async (t) => {
  const { recording, scope } = await record(t)
  for (const method of ['get', 'head', 'trace', 'delete', 'options', 'patch', 'put', 'post'] as const) scope[method]('/', async () => '')
  const { find } = recording.finish()
  for (const method of ['GET', 'HEAD', 'TRACE', 'DELETE', 'OPTIONS', 'PATCH', 'PUT', 'POST']) {
    t.ok(find(method, '/api/'), method)
    t.ok(find(method, '/api'), method)
  }
  t.equal(recording.added.length, 16)
})

t.test('recordScope: a place that is taken, by the configuration or by the host', async (t) => {
  const { scope } = await record(t)
  scope.get('/x', async () => '')
  for (const url of ['/x', '/taken']) t.throws(() => scope.get(url, async () => ''), { code: 'FST_ERR_DUPLICATED_ROUTE' })
  t.ok(scope.hasRoute({ method: 'GET', url: '/api/x' }))
  t.ok(scope.hasRoute({ method: 'GET', url: '/api/taken' }))
  t.notOk(scope.hasRoute({ method: 'GET', url: '/api/free' }))
})

t.test('recordScope: a route that the host would hide is refused, unless it serves every method', async (t) => {
  const { scope, recording } = await record(t, { hidden: ['OPTIONS'] })
  t.throws(() => scope.options('/x', async () => ''), {
    code: 'FG_ERR_GATEWAY_WILDCARD_TAKEN', message: 'a gateway with { reloadable: true } serves OPTIONS /api/x by one route for all paths, but the app already has OPTIONS /api/*: give the gateway a "prefix" without it, or remove that route'
  })
  scope.route({ method: ['GET', 'OPTIONS'], url: '/debug', config: { floodgate: { kind: 'debug', endpoint: null } }, handler: async () => '' })
  t.same(recording.added.map(({ method }) => method), ['GET'])
})

t.test('recordScope: what cannot be undone says what to do', async (t) => {
  const { scope } = await record(t)
  t.throws(() => scope.register(async () => {}), {
    code: 'FG_ERR_GATEWAY_RECORDED_SCOPE', message: /^a feature used register\(\) of its scope, .*: use hooks and routes, or register it in the app before the gateway$/
  })
  t.throws(() => scope.decorateRequest('x', null), { code: 'FG_ERR_GATEWAY_RECORDED_SCOPE' })
  t.throws(() => scope.addHook('preParsing', async () => {}), { message: /addHook\('preParsing'\).*use onRequest, preValidation/ })
  t.throws(() => scope.route({ method: 'GET', url: '/x', constraints: { host: 'a' }, handler: async () => '' }), { message: /a route with constraints/ })
})

t.test('recordScope: the rest is the host\'s', async (t) => {
  const { scope, host, app } = await record(t)
  t.equal(scope.log, host.log)
  t.equal(scope.prefix, '/api')
  t.same(scope.initialConfig, app.initialConfig)
  t.not(scope.server, host.server)
})

t.test('recordScope: hooks of a configuration\'s life; the last one closes first, and a failure leaves none open', async (t) => {
  const { scope, recording } = await record(t)
  const order: string[] = []
  scope.addHook('onReady', async () => { order.push('ready') })
  scope.addHook('onClose', async () => { order.push('first') })
  scope.addHook('onClose', async () => { order.push('second'); throw new Error('not closed') })
  await recording.run('onReady')
  await recording.run('onListen')
  await t.rejects(recording.run('onClose'), { message: 'not closed' })
  t.same(order, ['ready', 'second', 'first'])
})
