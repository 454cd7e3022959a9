import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { createServer, loadConfiguration, type Configuration } from '@floodgate/gateway'
import type { Feature } from '@floodgate/core'
import { call, startOrigin, until } from '@floodgate/testing'
import { drain, noticeTime } from '../../src/serve/drain.ts'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

const config = (health: object | undefined, more: Partial<Configuration> = {}, extra: object = {}) => ({
  version: 3, timeout: '60s', listen_ip: '127.0.0.1', endpoints: [], extra_config: { router: { disable_access_log: true }, ...health && { floodgate: { health } }, ...extra }, ...more
}) as Configuration

async function start (t: Test, config: Configuration, options: object = {}) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config, env: {}, ...options })
  return app
}

t.test('addProbes: /livez and /readyz, only where they are configured, and beside /__health', async (t) => {
  const app = await start(t, config({}), { prefix: '/api' })
  await app.register(gateway, { config: config(undefined), env: {}, prefix: '/other' })
  await app.register(gateway, { config: config({ live_path: '/-/live', ready_path: '/-/ready' }), env: {}, prefix: '/third' })
  for (const path of ['/api/livez', '/api/readyz', '/third/-/live', '/third/-/ready']) {
    const { statusCode, body, headers } = await app.inject(path)
    t.same([statusCode, body, headers['content-type']], [200, '{"status":"ok"}', 'application/json; charset=utf-8'])
  }
  t.equal((await app.inject('/api/__health')).statusCode, 200)
  t.equal((await app.inject('/other/readyz')).statusCode, 404)
  t.equal((await app.inject('/third/readyz')).statusCode, 404)
  t.equal((await app.inject({ url: '/api/readyz', method: 'POST' })).statusCode, 404)
})

t.test('addProbes: in an app whose configuration can be replaced, with the checks of the one that is in use', async (t) => {
  const feature: Feature = {
    namespace: 'own/state',
    schemas: { service: { type: 'object', properties: { wrong: { type: 'string' } } } },
    setup ({ model, checkReady }) { checkReady('state', () => (model.extra['own/state'] as { wrong?: string }).wrong) }
  }
  const states = (wrong: object, paths: object = {}) => config({ checks: ['state'], ...paths }, {}, { 'own/state': wrong })
  const app = await start(t, states({}), { features: [feature], prefix: '/api', reloadable: true })
  const ask = async (path = '/api/readyz') => {
    const { statusCode, body } = await app.inject(path)
    return [statusCode, body]
  }
  t.same(await ask(), [200, '{"status":"ok","checks":{"state":"ok"}}'])
  t.same(await ask('/api/livez'), [200, '{"status":"ok"}'])
  await app.floodgate.get().reload(states({ wrong: 'broken' }))
  t.same(await ask(), [503, '{"status":"failed","checks":{"state":["broken"]}}'])
  await app.floodgate.get().reload(states({}, { ready_path: '/up' }))
  t.same(await ask('/api/up'), [200, '{"status":"ok","checks":{"state":"ok"}}'])
  t.equal((await ask())[0], 404)
})

t.test('addProbes: one path with two meanings stops the start, and both are named', async (t) => {
  const backend = [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }]
  const at = (config: Configuration, message: RegExp) => t.rejects(start(t, config), { code: 'FG_ERR_CONFIG_INVALID', message })
  await at(config({}, { endpoints: [{ endpoint: '/readyz', backend }] }), /endpoints\[0\]\.endpoint: GET \/readyz is served by extra_config\.floodgate\.health \(ready_path\): choose another path/)
  await at(config({ live_path: '/up' }, { endpoints: [{ endpoint: '/up', backend }] }), /endpoints\[0\]\.endpoint: GET \/up is served by .* \(live_path\)/)
  await at(config({ live_path: '/up', ready_path: '/up' }), /floodgate\.health\.ready_path: GET \/up is served by .* as live_path and as ready_path/)
  await at(config({ live_path: '/__health' }), /floodgate\.health: GET \/__health is served by .* and by router\.health_path/)
  await at(config({ live_path: 'up' }), /floodgate\.health\.live_path/)
  await at(config({ ready_path: '/{up}' }), /floodgate\.health\.ready_path/)
  await at(config({ notice: 'soon' }), /floodgate\.health\.notice: must be a duration/)
  await start(t, config({}, { endpoints: [{ endpoint: '/readyz', method: 'POST', backend }, { endpoint: '/{any}', backend }] }))
})

t.test('addProbes: an unknown check is named with those that there are', async (t) => {
  const at = (checks: string[], message: RegExp) => t.rejects(start(t, config({ checks })), { code: 'FG_ERR_CONFIG_INVALID', message })
  await at(['host'], /floodgate\.health\.checks\[0\]: there is no check "host": write some of "hosts", "redis", "certificates", "jwks"/)
  await at(['hosts', 'redis'], /floodgate\.health\.checks\[1\]: nothing uses Redis in this configuration/)
  await at(['jwks'], /floodgate\.health\.checks\[0\]: no "auth\/validator" has a jwk_url/)
})

t.test('addProbes: guards of all requests do not apply to probes, except those of addresses', async (t) => {
  const guards = {
    'security/bot-detector': { deny: ['kube-probe/1.31'], empty_user_agent_is_bot: true },
    'security/http': { allowed_hosts: ['api.example.com'], ssl_redirect: true },
    'qos/ratelimit/service': { max_rate: 1, every: '1h' }
  }
  const app = await start(t, config({}, {}, guards))
  const ask = (url: string) => app.inject({ url, headers: { 'user-agent': 'kube-probe/1.31', host: '10.0.0.1:8080' } })
  for (let i = 0; i < 3; i++) for (const path of ['/livez', '/readyz']) t.equal((await ask(path)).statusCode, 200)
  const filtered = await start(t, config({}, {}, { 'plugin/http-server': { name: ['ip-filter'], 'ip-filter': { CIDR: ['127.0.0.0/8'], allow: false } } }))
  t.equal((await filtered.inject('/livez')).statusCode, 403)
})

t.test('addProbes: on every host of server/virtualhost, standalone and embedded', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('{}') })
  const configuration = config({}, {
    endpoints: [{ endpoint: '/__virtual/users/foo', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  }, { 'server/virtualhost': { aliased_hosts: { users: 'users.example.com' } } })
  const standalone = await createServer(await loadConfiguration(configuration, { env: {} }), { silent: true })
  t.teardown(() => standalone.close())
  for (const app of [standalone, await start(t, configuration, { notFound: 'gateway' })]) {
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    for (const host of ['users.example.com', 'other.example.com']) {
      for (const path of ['/livez', '/readyz']) t.match(await call(url, { path, headers: { host } }), { status: 200 })
    }
  }
})

t.test('drain: /readyz answers 503 while requests are still accepted, for as long as is configured, reloads or not', async (t) => {
  const load = () => loadConfiguration(config({ notice: '1s', detail: true }), { env: {} })
  const loaded = await load()
  const server = await createReloadableServer(loaded, {})
  const url = await server.listen(0)
  const ask = async (path: string) => {
    const response = await fetch(url + path, { headers: { connection: 'close' } })
    return { status: response.status, body: await response.json() }
  }
  const candidate = await server.prepare(await load())
  t.match(await ask('/readyz'), { status: 200 }, 'while the next one is built')
  candidate.swap()
  t.match(await ask('/readyz'), { status: 200 }, 'the configuration before has closed')
  t.match(await ask('/__health'), { status: 200, body: { agents: {}, status: 'ok', revision: loaded.revision } })
  t.equal(noticeTime(server.loaded.model), 1000)
  t.equal(noticeTime({ extra: {} }), 300)
  const drained = drain(server, 1000, { notice: 1000 })
  t.same(await ask('/readyz'), { status: 503, body: { status: 'stopping' } })
  t.same(await ask('/livez'), { status: 200, body: { status: 'ok' } })
  t.match(await ask('/__health'), { status: 503, body: { status: 'stopping', revision: loaded.revision } })
  await drained
  await t.rejects(fetch(`${url}/livez`))
})

t.test('/__health: without "detail" it is KrakenD\'s, also while the gateway stops', async (t) => {
  const server = await createReloadableServer(await loadConfiguration(config({ notice: '1s' }), { env: {} }), {})
  const url = await server.listen(0)
  const ask = async () => {
    const response = await fetch(`${url}/__health`, { headers: { connection: 'close' } })
    return [response.status, Object.keys(await response.json() as object)]
  }
  t.same(await ask(), [200, ['agents', 'now', 'status']])
  const drained = drain(server, 1000, { notice: 1000 })
  t.same(await ask(), [200, ['agents', 'now', 'status']])
  await drained
})

t.test('/readyz: checks of features of the host, once for however many probes', async (t) => {
  let calls = 0
  let wrong: string | string[] | null = null
  let release = (): void => {}
  const feature: Feature = {
    namespace: 'own/queue',
    schemas: { service: { type: 'object' } },
    setup (context) {
      context.checkReady('queue', async () => {
        calls++
        await new Promise<void>((resolve) => { release = resolve })
        return wrong
      })
      context.checkReady('throws', () => { throw new Error('broken') })
      context.checkReady('hangs', () => new Promise(() => {}))
    }
  }
  const ask = async (checks: string[], flood = 1) => {
    const app = await start(t, config({ checks }, {}, { 'own/queue': {} }), { features: [feature] })
    const answers = Promise.all(Array.from({ length: flood }, () => app.inject('/readyz')))
    if (checks.includes('queue')) await until(() => calls > 0)
    release()
    return (await answers).map(({ statusCode, body }) => [statusCode, JSON.parse(body)])
  }
  const well = await ask(['queue'], 500)
  t.equal(calls, 1)
  t.same(well[499], [200, { status: 'ok', checks: { queue: 'ok' } }])
  calls = 0
  wrong = ['no broker', 'no disk']
  t.same(await ask(['queue', 'throws']), [[503, { status: 'failed', checks: { queue: ['no broker', 'no disk'], throws: ['broken'] } }]])
  t.same(await ask(['hangs']), [[503, { status: 'failed', checks: { hangs: ['no result within 600 ms'] } }]])
})
