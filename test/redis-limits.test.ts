import { EventEmitter, once } from 'node:events'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { Pool } from 'undici'
import gateway from '@floodgate/gateway'
import { missingRedis, startOrigin, startRedis, type RedisServer } from '@floodgate/testing'

const reason = missingRedis()
const options = { timeout: 120_000, ...(reason !== null && { skip: reason }) }
const rate = 100
/** Where answers take longer than this, in ms, tokens are not asked for in time: nothing can be said of too few. */
const longest = 250
/** Requests that wait for their answer at once; what is due beyond is not sent, or a busy machine would never catch up. */
const mostWaiting = 200

/** Two gateways that share a limit of 100 per second with capacity 1, and a backend that tells when requests arrived. */
async function start (t: Test, redis: RedisServer, limit: object = {}) {
  const arrivals: number[] = []
  const origin = await startOrigin(t, (_, res) => {
    arrivals.push(performance.now())
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  const config = {
    version: 3,
    name: 'limits',
    host: [origin.url],
    extra_config: { redis: { connection_pools: [{ name: 'main', address: `127.0.0.1:${redis.port}` }] } },
    endpoints: [{ endpoint: '/x', timeout: '20s', backend: [{ url_pattern: '/' }], extra_config: { 'qos/ratelimit/router/redis': { connection_name: 'main', max_rate: rate, capacity: 1, ...limit } } }]
  }
  const pools = await Promise.all([1, 2].map(async () => {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(gateway, { config })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const pool = new Pool(`http://127.0.0.1:${(app.server.address() as { port: number }).port}`, { connections: 16 })
    t.teardown(() => pool.destroy())
    return pool
  }))
  return { arrivals, load: (perSecond: number) => startLoad(t, pools, perSecond) }
}

/** Asks the gateways in turn at a steady pace, whatever they answer, until it is stopped. */
function startLoad (t: Test, pools: Pool[], perSecond: number) {
  const answers: { asked: number, status: number }[] = []
  const news = new EventEmitter()
  const running = new Set<Promise<void>>()
  const began = performance.now()
  let due = 0
  let slowest = 0
  const timer = setInterval(() => {
    for (; due < (performance.now() - began) * perSecond / 1000; due++) {
      if (running.size >= mostWaiting) continue
      const asking = ask(pools[due % pools.length]!, began + due * 1000 / perSecond)
      running.add(asking)
      asking.finally(() => { running.delete(asking) })
    }
    news.emit('tick')
  }, 1)
  t.teardown(() => { clearInterval(timer) })

  async function ask (pool: Pool, due: number): Promise<void> {
    const asked = performance.now()
    const status = await pool.request({ path: '/x', method: 'GET' }).then(async ({ statusCode, body }) => { await body.dump(); return statusCode }, () => 0)
    slowest = Math.max(slowest, performance.now() - due)
    answers.push({ asked, status })
  }
  return {
    answers,
    /** Longest time from when a request was due until it was answered, in ms; since it was told last. */
    takeSlowest (): number { const told = slowest; slowest = 0; return told },
    async until (condition: () => boolean): Promise<void> { while (!condition()) await once(news, 'tick') },
    async runFor (ms: number): Promise<void> {
      const end = performance.now() + ms
      await this.until(() => performance.now() >= end)
    },
    async stop (): Promise<void> {
      clearInterval(timer)
      await Promise.all(running)
    }
  }
}

/** Passes when enough was let through, if the machine let the load run as it should. */
function enough (t: Test, passed: number, least: number, slowest: number): void {
  t.ok(passed >= least, 'hardly fewer', slowest > longest && passed < least ? tooBusy(slowest) : {})
}

function tooBusy (slowest: number) {
  return { skip: `the machine is too busy: an answer took ${slowest.toFixed(0)} ms` }
}

t.test('qos/ratelimit/router/redis: 100 per second through two gateways at 1,000 per second for 10 s', options, async (t) => {
  const { arrivals, load } = await start(t, await startRedis(t))
  const running = load(1000)
  const began = performance.now()
  await running.runFor(10_000)
  await running.stop()
  const took = (performance.now() - began) / 1000
  t.comment(`${arrivals.length} of ${running.answers.length} passed in ${took.toFixed(2)} s`)
  t.same(running.answers.filter(({ status }) => status !== 200 && status !== 503), [], 'nothing else was answered')
  t.ok(arrivals.length <= rate * took + 2, 'never more')
  enough(t, arrivals.length, rate * 10 - 20, running.takeSlowest())
})

t.test('qos/ratelimit/router/redis: pays back what hiccups of Redis kept from clients that go on asking', options, async (t) => {
  const redis = await startRedis(t)
  const { arrivals, load } = await start(t, redis)
  const running = load(1000)
  const began = performance.now()
  for (let i = 0; i < 6; i++) {
    await running.runFor(500)
    await redis.stop(120)
  }
  await running.runFor(500)
  await running.stop()
  const took = (performance.now() - began) / 1000
  const most = rate * took
  t.comment(`${arrivals.length} of ${most.toFixed(0)} passed`)
  t.ok(arrivals.length <= most + 2, 'never more')
  // Without it a sixth would be lost.
  enough(t, arrivals.length, 0.93 * most, running.takeSlowest())
})

for (const [behaviour, allow, meanwhile] of [['closed', false, 503], ['open', true, 200]] as const) {
  t.test(`qos/ratelimit/router/redis: Redis killed and started again under load: ${behaviour} meanwhile, exact again within 2 s`, options, async (t) => {
    const redis = await startRedis(t)
    const { arrivals, load } = await start(t, redis, { on_failure_allow: allow })
    const running = load(300)
    await running.runFor(500)
    t.match(running.answers, running.answers.map(({ status }) => ({ status: status === 200 ? 200 : 503 })))
    t.ok(arrivals.length <= 55, 'limited before')

    await redis.kill()
    const away = performance.now()
    // What was asked just before was decided by Redis, or by its silence.
    const during = () => running.answers.filter(({ asked }) => asked > away + 500)
    await running.until(() => during().length > 100)
    t.same(during().filter(({ status }) => status !== meanwhile), [], `${meanwhile} while it is away`)

    await redis.start()
    await running.runFor(2000)
    running.takeSlowest()
    const before = arrivals.length
    const began = performance.now()
    await running.runFor(2000)
    const [passed, most] = [arrivals.length - before, rate * (performance.now() - began) / 1000]
    await running.stop()
    t.comment(`${passed} of ${most.toFixed(0)} passed afterwards`)
    const slowest = running.takeSlowest()
    // An open limit lets pass where Redis has no time to answer.
    t.ok(passed <= most + 5, 'never more afterwards', allow && slowest > longest && passed > most + 5 ? tooBusy(slowest) : {})
    enough(t, passed, 0.93 * most, slowest)
    t.same(running.answers.filter(({ status }) => status !== 200 && status !== 503), [], 'no request was lost')
  })
}
