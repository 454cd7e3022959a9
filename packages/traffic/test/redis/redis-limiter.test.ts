import Fastify, { type FastifyInstance } from 'fastify'
import type { Endpoint, Feature, FeatureContext } from '@floodgate/core'
import { missingRedis, startRedis, startSilentRedis, startRunClock } from '@floodgate/testing'
import { features } from '@floodgate/traffic'
import { Redis } from 'iovalkey'
import t, { type Test } from 'tap'
import { poolOptions, clusterOptions, readAddress } from '../../src/redis/options.ts'
import { createKeep } from '../support/create-keep.ts'

const feature = (namespace: string): Promise<Partial<Feature>> => features.find((feature) => feature.namespace === namespace)!.load!()
const router = await feature('qos/ratelimit/router/redis')
const missing = missingRedis()
const options = missing === null ? {} : { skip: missing }

interface World { pool?: object, more?: object[], routes?: Record<string, object> }

/** One gateway's worth of limits: an app with a route for each of some settings; `log` tells what was logged. */
async function start (t: Test, port: number, { pool = {}, more = [], routes = {} }: World = {}) {
  const app = Fastify() as unknown as FastifyInstance
  const closers: (() => void | Promise<void>)[] = []
  t.teardown(async () => {
    await app.close()
    for (const close of closers) await close()
  })
  const lines: string[] = []
  const problems: string[] = []
  const write = (line: unknown) => { lines.push(typeof line === 'string' ? line : JSON.stringify(line)) }
  const redis = { connection_pools: [{ name: 'main', address: `127.0.0.1:${port}`, ...pool }, ...more] }
  const context = {
    model: { name: 'shop', extra: { redis }, endpoints: [] },
    scope: app,
    log: { warn: write, info: write },
    problem: (place: unknown[], message: string) => { problems.push(`${place.join('.')}: ${message}`) },
    keep: createKeep((close) => { closers.push(close) }),
    checkReady () {}
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
  const ran = startRunClock(t)
  t.equal(await gateway.ask('/x'), 200)
  t.ok(ran() < 1500)
})

t.test('redis: tells neither user nor password, and starts without Redis', options, async (t) => {
  const redis = await startRedis(t, ['--requirepass', 'right-secret'])
  const limited = { routes: { '/x': { max_rate: 1, every: '1h' } } }
  const right = await start(t, redis.port, { ...limited, pool: { password: 'right-secret' } })
  t.same(await right.all(1, '/x'), [200])
  const wrong = await start(t, redis.port, { ...limited, pool: { user_name: 'someone', password: 'wrong-secret' } })
  t.same(await wrong.all(2, '/x'), [503, 503])
  t.match(wrong.lines, [/main is unavailable/])
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
  t.match((await start(t, 1, { routes: { '/x': { max_rate: 1, connection_name: '' } } })).problems, [/connection_name: does not name a Redis connection: use "main"/])
  t.match((await start(t, 1, { pool: { address: 'redis:x' } })).problems, [/connection_pools\.0\.address: "redis:x" is not a valid address: write it as "host:6379"/])
  t.match((await start(t, 1, { more: [{ name: 'main', address: 'b:1' }] })).problems, [/connection_pools\.1\.name: the name "main" is used by another/])
})

t.test('redis: addresses and options', async (t) => {
  for (const wrong of ['', ':1', 'a:b', 'a:0', 'a:70000', 'a:1:2', 'user@a:1']) t.throws(() => readAddress(wrong), /is not a valid address/, wrong)
  t.same(['a:1', '[::1]:2', 'c', 'redis://d:4'].map(readAddress), [{ host: 'a', port: 1 }, { host: '::1', port: 2 }, { host: 'c', port: 6379 }, { host: 'd', port: 4 }])
  const pool = poolOptions({ name: 'a', address: 'h:1', db: 2, client_name: 'me', dial_timeout: '5s' })
  t.match(pool, { host: 'h', port: 1, db: 2, connectionName: 'me', connectTimeout: 1000, enableOfflineQueue: false })
  t.same([1, 20].map((attempt) => pool.retryStrategy!(attempt)), [16, 512])
  t.match(clusterOptions({ name: 'c', addresses: ['h:1'], password: 'p', max_redirects: 5 }), { maxRedirections: 5, redisOptions: { password: 'p' } })
})

const limits = { '/refuses': { max_rate: 1e6, every: '1s' }, '/allows': { max_rate: 1e6, every: '1s', on_failure_allow: true } }

/** A connection to change a server with. */
function operator (t: Test, port: number): Redis {
  const redis = new Redis({ port, host: '127.0.0.1' })
  redis.on('error', () => {})
  t.teardown(() => { redis.disconnect() })
  return redis
}

t.test('redis: a server that became a replica is left for a new connection, and told of once', options, async (t) => {
  const [server, master] = [await startRedis(t), await startRedis(t)]
  const gateway = await start(t, server.port, { routes: limits })
  const redis = operator(t, server.port)
  t.same([await gateway.ask('/refuses'), await gateway.ask('/allows')], [200, 200])
  const connected = async () => Number(/total_connections_received:(\d+)/.exec(await redis.info('stats'))![1])
  // A request that is refused at once takes no turn of the event loop, and a connection needs some.
  const askLater = async (path: string) => { await new Promise(setImmediate); return gateway.ask(path) }
  const before = await connected()
  await redis.replicaof('127.0.0.1', master.port)
  t.same([await gateway.ask('/refuses'), await gateway.ask('/allows')], [503, 200])
  while (await connected() === before) await askLater('/refuses')
  t.same(new Set(await gateway.all(20, '/allows')), new Set([200]))
  t.match(gateway.lines, [/^redis: main fails limits: READONLY; limits that use it refuse or allow requests according to on_failure_allow/])
  t.equal(gateway.lines.length, 1)
  await redis.replicaof('NO', 'ONE')
  while (await askLater('/refuses') !== 200);
  t.match(gateway.lines.slice(1), [/^redis: main answers limits again \(failures: \d+\)$/])
})

t.test('redis: no memory, and values of another kind, are told of once, and their end', options, async (t) => {
  const server = await startRedis(t, ['--maxmemory-policy', 'noeviction'])
  const gateway = await start(t, server.port, { routes: limits })
  const redis = operator(t, server.port)
  await redis.config('SET', 'maxmemory', '1')
  t.same([await gateway.all(3, '/refuses'), await gateway.all(3, '/allows')], [[503, 503, 503], [200, 200, 200]])
  await redis.config('SET', 'maxmemory', '0')
  t.equal(await gateway.ask('/refuses'), 200)
  const [key] = await redis.keys('*refuses*')
  await redis.set(key!, 'x')
  t.same(await gateway.all(2, '/refuses'), [503, 503])
  await redis.del(key!)
  t.equal(await gateway.ask('/refuses'), 200)
  t.match(gateway.lines, [/fails limits: OOM/, /answers limits again \(failures: 6\)/, /fails limits: WRONGTYPE/, /answers limits again \(failures: 2\)/])
  t.equal(gateway.lines.length, 4)
})
