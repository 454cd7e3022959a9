import { generateKeyPairSync } from 'node:crypto'
import path from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { loadConfiguration } from '@floodgate/gateway'
import { createAuthority, freePort, missingRedis, startOrigin, startRedis } from '@floodgate/testing'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

async function start (t: Test, config: object): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, timeout: '60s', ...config } as never, env: {} })
  return app
}

/** Asks until the status comes. */
async function becomes (status: number, ask: () => Promise<{ status: number, body: string }>): Promise<unknown> {
  for (;;) {
    const answer = await ask()
    if (answer.status === status) return JSON.parse(answer.body)
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
}

const probe = (app: FastifyInstance) => async () => {
  const { statusCode, body } = await app.inject('/readyz')
  return { status: statusCode, body }
}

t.test('/readyz, hosts: not ready while all hosts of a backend are out, and it names the backend', async (t) => {
  let isWell = true
  const origin = await startOrigin(t, (_request, response) => { response.writeHead(isWell ? 200 : 500).end('{}') })
  const other = await startOrigin(t, (_request, response) => { response.end('{}') })
  const backend = (...host: string[]) => ({ host, url_pattern: '/' })
  const app = await start(t, {
    extra_config: { floodgate: { health: { checks: ['hosts'] }, host_health: { path: '/up', interval: '100ms' } } },
    endpoints: [
      { endpoint: '/two', backend: [backend(origin.url, other.url)] },
      { endpoint: '/one', method: 'POST', backend: [backend(origin.url)] },
      { endpoint: '/merged', backend: [backend(other.url), backend(origin.url)] }
    ]
  })
  t.same(await becomes(200, probe(app)), { status: 'ok', checks: { hosts: 'ok' } })
  isWell = false
  t.same(await becomes(503, probe(app)), { status: 'failed', checks: { hosts: ['POST /one: its host is out', 'GET /merged, backend[1]: its host is out'] } })
  app.floodgate.get().eject(other.url, 'deploy')
  isWell = true
  await becomes(503, async () => {
    const answer = await probe(app)()
    return { ...answer, status: answer.body.includes('GET /merged, backend[0]') && !answer.body.includes('/one') ? answer.status : 0 }
  })
  app.floodgate.get().restore(other.url)
  t.same(await becomes(200, probe(app)), { status: 'ok', checks: { hosts: 'ok' } })
})

t.test('/readyz, hosts: an ejection that is over does not keep the gateway from getting the request that tries the host', async (t) => {
  const dead = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`]
  const app = await start(t, {
    extra_config: { floodgate: { health: { checks: ['hosts'] }, eject: { consecutive: 1, for: '1500ms', max_percent: 100 } } },
    endpoints: [{ endpoint: '/a', backend: [{ host: dead, url_pattern: '/' }] }]
  })
  await app.inject('/a')
  t.same(await becomes(503, probe(app)), { status: 'failed', checks: { hosts: ['GET /a: all 2 hosts are out'] } })
  t.same(await becomes(200, probe(app)), { status: 'ok', checks: { hosts: 'ok' } })
})

t.test('/readyz, redis: not ready while a Redis that is in use does not answer', { skip: missingRedis() ?? false }, async (t) => {
  const redis = await startRedis(t, ['--requirepass', 'swordfish'])
  const limit = (name: string) => ({ 'qos/ratelimit/service/redis': { connection_name: name, max_rate: 100, every: '1s', on_failure_allow: true } })
  const app = await start(t, {
    endpoints: [],
    extra_config: {
      redis: { connection_pools: [{ name: 'limits', address: `127.0.0.1:${redis.port}`, password: 'swordfish' }] },
      ...limit('limits'),
      floodgate: { health: { checks: ['redis'] } }
    }
  })
  t.same(await becomes(200, probe(app)), { status: 'ok', checks: { redis: 'ok' } })
  await redis.kill()
  t.same(await becomes(503, probe(app)), { status: 'failed', checks: { redis: ['limits: no answer'] } })
  await redis.start()
  t.same(await becomes(200, probe(app)), { status: 'ok', checks: { redis: 'ok' } })
})

t.test('/readyz, certificates: not ready when one of the listener, or a client certificate, has expired or expires soon', async (t) => {
  const ca = createAuthority('ca')
  const [soon, fine, expired] = [ca.issue({ cn: 'soon', days: 2 }), ca.issue({ cn: 'fine', days: 400 }), ca.issue({ cn: 'expired', days: -1 })]
  const dir = t.testdir({ 'soon.pem': soon.cert, 'soon.key': soon.key, 'fine.pem': fine.cert, 'fine.key': fine.key, 'expired.pem': expired.cert, 'expired.key': expired.key })
  const file = (name: string) => path.join(dir, name)
  const ready = async (listener: string, client: string, health: object) => {
    const server = await createReloadableServer(await loadConfiguration({
      version: 3,
      timeout: '60s',
      listen_ip: '127.0.0.1',
      tls: { keys: [{ public_key: file(`${listener}.pem`), private_key: file(`${listener}.key`) }] },
      endpoints: [{
        endpoint: '/a',
        backend: [{
          host: ['https://127.0.0.1:9999'],
          url_pattern: '/',
          extra_config: { 'backend/http/client': { client_tls: { client_certs: [{ certificate: file(`${client}.pem`), private_key: file(`${client}.key`) }] } } }
        }]
      }],
      extra_config: { floodgate: { health: { checks: ['certificates'], ...health } } }
    }, { env: {} }), { silent: true })
    try {
      const { statusCode, body } = await server.app.inject('/readyz')
      return [statusCode, JSON.parse(body).checks.certificates]
    } finally {
      await server.close()
    }
  }
  t.same(await ready('fine', 'soon', {}), [200, 'ok'])
  t.match(await ready('soon', 'fine', { expires_within: '72h' }), [503, [/soon\.pem expires on \d{4}-/]])
  t.match(await ready('fine', 'expired', {}), [503, [/expired\.pem expired on \d{4}-/]])
  t.match(await ready('expired', 'soon', { expires_within: '72h' }), [503, [/expired\.pem expired on/, /soon\.pem expires on/]])
})

t.test('/readyz, jwks: not ready until a key set was fetched, and ready with it when its server is gone', async (t) => {
  let answers = false
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', use: 'sig', alg: 'RS256' }] })
  const origin = await startOrigin(t, (_request, response) => {
    if (answers) response.setHeader('content-type', 'application/json').end(keys)
    else response.writeHead(503).end()
  })
  const app = await start(t, {
    endpoints: [{
      endpoint: '/a',
      backend: [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }],
      extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: `${origin.url.replace('://', '://user:swordfish@')}/keys`, disable_jwk_security: true, cache: true } }
    }],
    extra_config: { floodgate: { health: { checks: ['jwks'] } } }
  })
  const body = JSON.stringify(await becomes(503, probe(app)))
  t.match(body, /no keys were fetched from http/)
  t.notMatch(body, /swordfish/)
  answers = true
  t.same(await becomes(200, probe(app)), { status: 'ok', checks: { jwks: 'ok' } })
  answers = false
  t.match(await probe(app)(), { status: 200 })
})

t.test('/readyz: a check that throws or gives anything fails, and is asked again', async (t) => {
  const nothing: unknown = null
  const answers: (() => unknown)[] = [
    () => { throw nothing },
    () => Promise.reject(nothing),
    () => 10n,
    () => [Symbol('gone'), 7],
    () => Object.create(null)
  ]
  const namespace = 'company/checked'
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    env: {},
    config: { version: 3, extra_config: { floodgate: { health: { checks: answers.map((_, i) => `own${i}`) } }, [namespace]: {} }, endpoints: [] } as never,
    features: [{
      namespace,
      schemas: { service: { type: 'object' } },
      setup ({ checkReady }) { answers.forEach((answer, i) => { checkReady(`own${i}`, answer as never) }) }
    }]
  })
  for (let i = 0; i < 2; i++) {
    t.same(await becomes(503, probe(app)), {
      status: 'failed',
      checks: { own0: ['thrown: null'], own1: ['thrown: null'], own2: ['10'], own3: ['Symbol(gone)', '7'], own4: ['Cannot convert object to primitive value'] }
    })
    await new Promise((resolve) => { setTimeout(resolve, 1010) })
  }
})
