import { Redis } from 'iovalkey'
import { Call, CoreRequest, type Backend, type BackendResponse, type FeatureContext, type Headers } from '@floodgate/core'
import { missingRedis, startRedis, startSilentRedis } from '@floodgate/testing'
import { features } from '@floodgate/traffic'
import t, { type Test } from 'tap'
import { createKeep } from '../support/create-keep.ts'

const cacheFeature = await features.find(({ namespace }) => namespace === 'qos/http-cache')!.load!()
const missing = missingRedis()
const options = { timeout: 60_000, ...(missing !== null && { skip: missing }) }
const minute = { 'cache-control': 'max-age=60' }

interface World { own?: object, encoding?: string, name?: string, position?: number, path?: string }

/** A gateway's cached exchange of one backend, which counts what it is asked and gives `answer`. */
async function start (t: Test, port: number, { own = {}, encoding = 'json', name = 'shop', position = 0, path = '/x' }: World = {}) {
  const closers: (() => void | Promise<void>)[] = []
  t.teardown(async () => { for (const close of closers) await close() })
  const problems: string[] = []
  const lines: string[] = []
  const cache = { floodgate: { connection_name: 'main', timeout: '10s', ...own } }
  const endpointAt = (i: number, path: string, backends: object[] = []) => ({ method: 'GET', path, place: ['endpoints', i], backends })
  const backend = {
    method: 'GET', urlPattern: path, hosts: ['http://api'], encoding, extra: { 'qos/http-cache': cache }, place: ['endpoints', position, 'backend', 0]
  } as unknown as Backend
  const context = {
    model: { name, extra: { redis: { connection_pools: [{ name: 'main', address: `127.0.0.1:${port}` }] } }, endpoints: [...Array.from({ length: position }, (_, i) => endpointAt(i, `/before/${i}`)), endpointAt(position, path, [backend])] },
    scope: {},
    log: { warn: (line: string) => { lines.push(line) }, info: (line: string) => { lines.push(line) } },
    problem: (place: unknown[], message: string) => { problems.push(`${place.join('.')}: ${message}`) },
    warning () {},
    keep: createKeep((close) => { closers.push(close) }),
    checkReady () {}
  } as unknown as FeatureContext
  await cacheFeature.setup!(context)
  let asked = 0
  const world = { problems, lines, ask, answer: { headers: minute } as Partial<BackendResponse>, get asked () { return asked } }
  const exchange = cacheFeature.exchange!(cache, async () => {
    asked++
    return { status: 200, body: Buffer.from(`answer ${asked} of the backend`), ...world.answer, headers: { ...world.answer.headers } }
  }, backend, context)

  async function ask (headers: Headers = {}, target = '/x', method = 'GET') {
    const request = new CoreRequest({} as CoreRequest['incoming'], new Call(0), method, {}, headers, null, null)
    request.origin = 'http://api'
    request.target = target
    const { status, body, headers: sent } = await exchange(request)
    return { status, headers: sent, body: body === null ? null : String(body) }
  }
  return world
}

/** Resolves when Redis holds this many answers: they are written after they were given. */
async function holds (t: Test, port: number, count: number) {
  const redis = new Redis({ port, host: '127.0.0.1' })
  while (await redis.dbsize() !== count) await new Promise(setImmediate)
  redis.disconnect()
}

t.test('qos/http-cache in Redis: gateways of one name share answers, with their age', options, async (t) => {
  const { port } = await startRedis(t)
  const [one, two, other] = [await start(t, port, { encoding: 'no-op' }), await start(t, port, { encoding: 'no-op' }), await start(t, port, { encoding: 'no-op', name: 'other' })]
  one.answer = { headers: { ...minute, age: '9', 'x-list': ['a', 'b'] }, status: 404 }
  t.equal((await one.ask()).body, 'answer 1 of the backend')
  await holds(t, port, 1)
  const { headers: { age, ...headers }, ...answer } = await two.ask()
  t.same(answer, { status: 404, body: 'answer 1 of the backend' })
  t.same(headers, { ...minute, 'x-list': ['a', 'b'] })
  t.ok(Number(age) >= 9)
  t.equal(two.asked, 0)
  await other.ask()
  t.equal(other.asked, 1)
  t.same([...one.problems, ...one.lines], [])
})

t.test('qos/http-cache in Redis: answers of clients with credentials, and of other requests, stay apart', options, async (t) => {
  const { port } = await startRedis(t)
  const [one, two] = [await start(t, port), await start(t, port)]
  one.answer = { headers: { ...minute, vary: 'x-lang' } }
  await one.ask({ 'x-lang': 'de' })
  await holds(t, port, 1)
  await two.ask({ 'x-lang': 'en' })
  await two.ask({ 'x-lang': 'de', authorization: 'me' })
  await two.ask({ 'x-lang': 'de' }, '/y')
  t.equal(two.asked, 3)
})

t.test('qos/http-cache in Redis: keeps each as long as it is of use, and what is not too large', options, async (t) => {
  const { port } = await startRedis(t)
  const world = await start(t, port, { own: { max_entry_bytes: 100 } })
  const redis = new Redis({ port, host: '127.0.0.1' })
  t.teardown(() => { redis.disconnect() })
  world.answer = { headers: minute, body: Buffer.alloc(101) }
  await world.ask({}, '/large')
  world.answer = { headers: {} }
  await world.ask({}, '/none')
  world.answer = { headers: { ...minute, age: '20' } }
  await world.ask({}, '/kept')
  await holds(t, port, 1)
  const [key] = await redis.keys('*')
  t.match(key, /^floodgate:cache:shop:[\w-]{43}:[\w-]{43}$/)
  const life = await redis.pttl(key!)
  t.ok(life > 0 && life <= 40_000, `${life} ms`)
  await redis.set(key!, 'not an answer')
  await world.ask({}, '/kept')
  t.equal(world.asked, 4, 'what cannot be read is none')
  await world.ask({}, '/kept', 'PUT')
  await holds(t, port, 0)
})

t.test('qos/http-cache in Redis: asks the backend while Redis is away, and keeps again when it is back', options, async (t) => {
  const redis = await startRedis(t)
  const world = await start(t, redis.port)
  await world.ask()
  await holds(t, redis.port, 1)
  await world.ask()
  t.equal(world.asked, 1)
  await redis.kill()
  t.same([(await world.ask()).status, (await world.ask()).status, (await world.ask({}, '/x', 'PUT')).status], [200, 200, 200])
  t.equal(world.asked, 4)
  await redis.start()
  for (let before = -1; before !== world.asked;) {
    before = world.asked
    await world.ask()
    await new Promise(setImmediate)
  }
  t.match(world.lines, [/main is unavailable.*caches call their backends/, /main is available again/])
})

t.test('qos/http-cache in Redis: waits no longer than its timeout', async (t) => {
  const world = await start(t, await startSilentRedis(t), { own: { timeout: '10ms' } })
  t.equal((await world.ask()).status, 200)
})

t.test('qos/http-cache in Redis: a connection that is not there stops the start', async (t) => {
  const world = await start(t, 10, { own: { connection_name: 'other' } })
  t.match(world.problems, [/endpoints\.0\.backend\.0\.extra_config\.qos\/http-cache\.floodgate\.connection_name: there is no Redis connection "other": use "main"/])
})

t.test('qos/http-cache in Redis: writes that fail are told of while reads go on', options, async (t) => {
  const { port } = await startRedis(t, ['--maxmemory-policy', 'noeviction'])
  const world = await start(t, port)
  const redis = new Redis({ port, host: '127.0.0.1' })
  t.teardown(() => { redis.disconnect() })
  await redis.config('SET', 'maxmemory', '1')
  t.equal((await world.ask()).status, 200)
  while (world.lines.length === 0) await world.ask()
  t.match(world.lines, [/^redis: main fails SET: OOM; .*caches call their backends/])
  await redis.config('SET', 'maxmemory', '0')
  await world.ask()
  await holds(t, port, 1)
  while (world.lines.length === 1) await new Promise(setImmediate)
  t.match(world.lines.slice(1), [/^redis: main answers SET again/])
})

t.test('qos/http-cache in Redis: a backend finds its responses wherever it stands, and no other one does', options, async (t) => {
  const { port } = await startRedis(t)
  const [before, moved, other] = [await start(t, port), await start(t, port, { position: 2 }), await start(t, port, { path: '/y' })]
  await before.ask()
  await holds(t, port, 1)
  await moved.ask()
  t.equal(moved.asked, 0, 'other endpoints were added before it')
  await other.ask()
  t.equal(other.asked, 1, 'another endpoint at its place')
})
