import Fastify from 'fastify'
import t from 'tap'
import { configLoader } from '@floodgate/config-loader'
import gateway from '@floodgate/gateway'
import proxy, { replyFromBackend } from '@floodgate/proxy'
import { startOrigin } from '@floodgate/testing'

const configure = (host: string) => ({
  version: 3,
  timeout: '60s',
  host: [host],
  endpoints: [
    { endpoint: '/raw', output_encoding: 'no-op', backend: [{ url_pattern: '/raw' }] },
    { endpoint: '/json', backend: [{ url_pattern: '/json' }, { url_pattern: '/second' }] }
  ]
})

t.test('replyFromBackend: in an app that has only the gateway, for any backend, by the name of the gateway', async (t) => {
  const [one, two] = await Promise.all(['one', 'two'].map((name) => startOrigin(t, (req, res) => { res.end(`${name} ${req.url}`) })))
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: configure(one!.url), prefix: '/one' })
  await app.register(gateway, { config: configure(two!.url), prefix: '/two', name: 'second' })
  await app.register(async (scope) => {
    await scope.register(replyFromBackend, { endpoint: '/json', backend: 1 })
    scope.get('/mine', (_request, reply) => reply.from('/a?b=c'))
  })
  await app.register(async (scope) => {
    await scope.register(replyFromBackend, { endpoint: 'GET /raw', gateway: 'second' })
    scope.get('/other', (_request, reply) => reply.from('/x'))
  })
  const wrong = Fastify()
  t.teardown(() => wrong.close())
  await wrong.register(gateway, { config: configure(one!.url), prefix: '/one' })
  await t.rejects(async () => { await wrong.register(async (scope) => { await scope.register(replyFromBackend, { endpoint: '/raw', gateway: 'third' }) }) }, { code: 'FG_ERR_GATEWAY_UNKNOWN', message: /it has \/one$/ })
  t.equal((await app.inject('/mine')).body, 'one /a?b=c')
  t.equal((await app.inject('/other')).body, 'two /x')
})

t.test('app.floodgate: the small way and the whole way share it, each under a name of its own', async (t) => {
  const origin = await startOrigin(t, (req, res) => { res.end(req.url) })
  const { endpoints: [raw] } = configure(origin.url)
  const config = { version: 3, timeout: '60s', name: 'shop', host: [origin.url], endpoints: [raw!] }
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(configLoader, { config, env: {} })
  await app.register(proxy)
  await app.register(gateway, { config: configure(origin.url), prefix: '/api' })
  await app.ready()
  t.same(app.floodgate.names, ['shop', '/api'])
  t.equal((await app.inject('/raw')).body, '/raw')
  t.equal((await app.inject('/api/raw')).body, '/raw')
  t.same(Object.keys(app.floodgate.stats()), ['shop', '/api'])
  const answer = await fetch(`${origin.url}/by-fetch`, { dispatcher: app.floodgate.get('shop').dispatcherFor(app.floodgate.get('shop').endpoints[0]!.backends[0]) } as object)
  t.equal(await answer.text(), '/by-fetch')
  const twice = Fastify()
  t.teardown(() => twice.close())
  await twice.register(configLoader, { config, env: {} })
  await twice.register(proxy)
  await t.rejects(async () => { await twice.register(gateway, { config: config as never, prefix: '/api', name: 'shop' }) }, {
    code: 'FG_ERR_GATEWAY_NAME_TAKEN', message: 'two gateways of this app are named "shop": @floodgate/proxy at /, and @floodgate/gateway at /api; give one of them another "name"'
  })
})
