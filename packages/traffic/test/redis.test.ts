import Fastify, { type FastifyInstance } from 'fastify'
import type { Endpoint, Feature, FeatureContext } from '@floodgate/core'
import { missingRedis, startRedis, startSilentRedis } from '@floodgate/testing'
import { features } from '@floodgate/traffic'
import t, { type Test } from 'tap'
import { poolOptions, clusterOptions, readAddress } from '../src/redis/options.ts'

const feature = (namespace: string): Promise<Partial<Feature>> => features.find((feature) => feature.namespace === namespace)!.load!()
const router = await feature('qos/ratelimit/router/redis')
const missing = missingRedis()
const options = missing === null ? {} : { skip: missing }

interface World { pool?: object, more?: object[], routes?: Record<string, object> }

/** One gateway's worth of limits: an app with a route for each of some settings; `log` tells what was logged. */
async function start (t: Test, port: number, { pool = {}, more = [], routes = {} }: World = {}) {
  const app = Fastify() as unknown as FastifyInstance
  t.teardown(() => app.close())
  const lines: string[] = []
  const problems: string[] = []
  const write = (line: unknown) => { lines.push(typeof line === 'string' ? line : JSON.stringify(line)) }
  const redis = { connection_pools: [{ name: 'main', address: `127.0.0.1:${port}`, ...pool }, ...more] }
  const context = {
    model: { name: 'shop', extra: { redis }, endpoints: [] },
    scope: app,
    log: { warn: write, info: write },
    problem: (place: unknown[], message: string) => { problems.push(`${place.join('.')}: ${message}`) },
    onClose: (close: () => void) => { app.addHook('onClose', async () => { close() }) }
  } as unknown as FeatureContext
  await router.setup!(context)
  for (const [path, settings] of Object.entries(routes)) {
    const hooks = router.route!({ connection_name: 'main', ...settings }, { path, method: 'GET', place: ['endpoints', 0] } as unknown as Endpoint, context)
    app.get(path, { ...(hooks?.preHandler && { preHandler: hooks.preHandler }) }, async () => 'passed')
  }
  await app.ready()
  const ask = async (url: string, headers = {}) => (await app.inject({ url, headers })).statusCode
  return {
    app,
    lines,
    problems,
    ask,
    all: (times: number, url: string, headers = {}) => Promise.all(Array.from({ length: times }, () => ask(url, headers)))
  }
}

const passed = (statuses: number[]) => statuses.filter((status) => status === 200).length

t.test('qos/ratelimit/router/redis: two gateways share their limits', options, async (t) => {
  const redis = await startRedis(t)
  const routes = {
    '/all/{id}': { max_rate: 5, capacity: 5, every: '1h' },
    '/client': { client_max_rate: 2, client_capacity: 2, every: '1h', strategy: 'header', key: 'x' }
  }
  const [one, two] = [await start(t, redis.port, { routes }), await start(t, redis.port, { routes })]
  t.equal(passed((await Promise.all([one.all(20, '/all/{id}'), two.all(20, '/all/{id}')])).flat()), 5)
  t.same([await one.ask('/client', { x: 'a' }), await two.ask('/client', { x: 'a' }), await one.ask('/client', { x: 'a' }), await one.ask('/client', { x: 'b' }), await two.ask('/client')], [200, 200, 429, 200, 429])
  t.same([one.lines, one.problems], [[], []])
})

t.test('redis: a server that says nothing is away after a moment', async (t) => {
  const gateway = await start(t, await startSilentRedis(t), { routes: { '/x': { max_rate: 1000, on_failure_allow: true } } })
  const began = performance.now()
  t.equal(await gateway.ask('/x'), 200)
  t.ok(performance.now() - began < 1500)
})

t.test('redis: tells neither user nor password, and starts without Redis', options, async (t) => {
  const redis = await startRedis(t, ['--requirepass', 'right-secret'])
  const limited = { routes: { '/x': { max_rate: 1, every: '1h' } } }
  const right = await start(t, redis.port, { ...limited, pool: { password: 'right-secret' } })
  t.same(await right.all(1, '/x'), [200])
  const wrong = await start(t, redis.port, { ...limited, pool: { user_name: 'someone', password: 'wrong-secret' } })
  t.same(await wrong.all(2, '/x'), [503, 503])
  t.match(wrong.lines, [/main is away/])
  t.notMatch([...right.lines, ...wrong.lines].join(), /secret|someone/)
  await redis.kill()
  const without = await start(t, redis.port, limited)
  t.same(await without.all(1, '/x'), [503])
})

t.test('redis: a connection that is not there stops the start', async (t) => {
  const gateway = await start(t, 1, { routes: { '/x': { max_rate: 1, connection_name: 'other' } } })
  t.match(gateway.problems, [/connection_name: there is no Redis connection "other": use "main"/])
  const pool = { tls: { ca_certs: ['/nowhere.pem'] } }
  t.match((await start(t, 1, { pool })).problems, [/connection_pools\.0/])
  t.match((await start(t, 1, { routes: { '/x': { max_rate: 1, connection_name: '' } } })).problems, [/connection_name: names no Redis connection: use "main"/])
  t.match((await start(t, 1, { pool: { address: 'redis:x' } })).problems, [/connection_pools\.0: "redis:x" is no address: write it as "host:6379"/])
  t.match((await start(t, 1, { more: [{ name: 'main', address: 'b:1' }] })).problems, [/connection_pools\.1\.name: there is a Redis connection "main" already/])
})

t.test('redis: addresses and options', async (t) => {
  for (const wrong of ['', ':1', 'a:b', 'a:0', 'a:70000', 'a:1:2', 'user@a:1']) t.throws(() => readAddress(wrong), /no address/, wrong)
  t.same(['a:1', '[::1]:2', 'c', 'redis://d:4'].map(readAddress), [{ host: 'a', port: 1 }, { host: '::1', port: 2 }, { host: 'c', port: 6379 }, { host: 'd', port: 4 }])
  const pool = poolOptions({ name: 'a', address: 'h:1', db: 2, client_name: 'me', dial_timeout: '5s' })
  t.match(pool, { host: 'h', port: 1, db: 2, connectionName: 'me', connectTimeout: 1000, enableOfflineQueue: false })
  t.same([1, 20].map((attempt) => pool.retryStrategy!(attempt)), [16, 512])
  t.match(clusterOptions({ name: 'c', addresses: ['h:1'], password: 'p', max_redirects: 5 }), { maxRedirections: 5, redisOptions: { password: 'p' } })
})
