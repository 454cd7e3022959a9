import Fastify from 'fastify'
import t from 'tap'
import gateway, { loadConfiguration, type Configuration } from '@floodgate/gateway'
import { drain, noticeTime } from '../../src/serve/drain.ts'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

const config = (health: object | undefined, more: Partial<Configuration> = {}) => ({
  version: 3, listen_ip: '127.0.0.1', endpoints: [], extra_config: { router: { disable_access_log: true }, ...health && { floodgate: { health } } }, ...more
}) as Configuration

t.test('addProbes: /livez and /readyz, only where they are configured, and beside /__health', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: config({}), env: {}, prefix: '/api' })
  await app.register(gateway, { config: config(undefined), env: {}, prefix: '/other' })
  for (const path of ['/api/livez', '/api/readyz']) {
    const { statusCode, body, headers } = await app.inject(path)
    t.same([statusCode, body, headers['content-type']], [200, '{"status":"ok"}', 'application/json; charset=utf-8'])
  }
  t.equal((await app.inject('/api/__health')).statusCode, 200)
  t.equal((await app.inject('/other/readyz')).statusCode, 404)
  t.equal((await app.inject({ url: '/api/readyz', method: 'POST' })).statusCode, 404)
})

t.test('addProbes: an endpoint at one of their paths stops the start', async (t) => {
  const app = Fastify()
  const endpoints = [{ endpoint: '/readyz', backend: [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }] }]
  await t.rejects(async () => { await app.register(gateway, { config: config({}, { endpoints }), env: {} }) }, { message: /endpoints\[0\]\.endpoint: GET \/readyz is served by extra_config\.floodgate\.health/ })
})

t.test('addProbes: a notice that is not a duration stops the start', async (t) => {
  await t.rejects(async () => { await Fastify().register(gateway, { config: config({ notice: 'soon' }), env: {} }) }, { message: /floodgate\.health\.notice: is not a duration: write one such as "5s"/ })
})

t.test('drain: /readyz answers 503 while requests are still accepted, for as long as is configured, reloads or not', async (t) => {
  const load = () => loadConfiguration(config({ notice: '1s' }), { env: {} })
  const server = await createReloadableServer(await load(), {})
  const url = await server.listen(0)
  const candidate = await server.prepare(await load())
  candidate.swap()
  const status = async (path: string) => (await fetch(url + path, { headers: { connection: 'close' } })).status
  t.equal(await status('/readyz'), 200, 'the configuration before has closed')
  t.equal(noticeTime(server.loaded.model), 1000)
  t.equal(noticeTime({ extra: {} }), 300)
  const drained = drain(server, 1000, { notice: 1000 })
  t.equal(await status('/readyz'), 503)
  t.equal(await status('/livez'), 200)
  await drained
  await t.rejects(fetch(`${url}/livez`))
})
