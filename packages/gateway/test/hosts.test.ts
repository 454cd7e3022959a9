import { text } from 'node:stream/consumers'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import configLoader from '@floodgate/config-loader'
import gateway from '@floodgate/gateway'
import proxy from '@floodgate/proxy'
import { freePort, startOrigin, type Teardown, until } from '@floodgate/testing'

async function startHosts (t: Teardown) {
  const dead = `http://127.0.0.1:${await freePort()}`
  const alive = await startOrigin(t, (request, response) => {
    text(request).then((body) => { response.setHeader('content-type', 'application/json').end(JSON.stringify({ method: request.method, body })) }, () => {})
  })
  return { dead, alive: alive.url }
}

async function start (t: Teardown, config: object): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, timeout: '60s', ...config } as never })
  return app
}

const endpoint = (path: string, host: readonly string[], parts: object = {}, backend: object = {}) =>
  ({ endpoint: path, input_headers: ['*'], backend: [{ url_pattern: '/', host, ...backend }], ...parts })

t.test('hosts: one of two refuses: no request fails, decoded or passed on, with or without a body', async (t) => {
  const { dead, alive } = await startHosts(t)
  const app = await start(t, {
    endpoints: [
      endpoint('/decoded', [dead, alive]),
      endpoint('/passed', [dead, alive], { output_encoding: 'no-op', method: 'POST' }),
      endpoint('/cached', [dead, alive], { output_encoding: 'no-op' }, { extra_config: { 'qos/http-cache': {} } })
    ]
  })
  for (let i = 0; i < 4; i++) {
    t.match(await app.inject('/decoded'), { statusCode: 200 })
    t.match(await app.inject('/cached'), { statusCode: 200 })
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/passed', payload: 'content', headers: { 'content-type': 'text/plain' } })
    t.equal(statusCode, 200)
    t.match(JSON.parse(body), { method: 'POST', body: 'content' })
  }
})

t.test('hosts: failover can be switched off, for a backend and for all', async (t) => {
  const { dead, alive } = await startHosts(t)
  const off = { extra_config: { 'backend/http/client': { floodgate: { failover: false } } } }
  const on = { extra_config: { 'backend/http/client': { floodgate: { failover: true } } } }
  const statuses = async (app: FastifyInstance, url: string) => [(await app.inject(url)).statusCode, (await app.inject(url)).statusCode].sort()
  const own = await start(t, { endpoints: [endpoint('/off', [dead, alive], {}, off), endpoint('/on', [dead, alive])] })
  t.same(await statuses(own, '/off'), [200, 500])
  t.same(await statuses(own, '/on'), [200, 200])
  const root = await start(t, {
    extra_config: { floodgate: { failover: false } },
    endpoints: [endpoint('/off', [dead, alive]), endpoint('/on', [dead, alive], {}, on)]
  })
  t.same(await statuses(root, '/off'), [200, 500])
  t.same(await statuses(root, '/on'), [200, 200])
})

t.test('hosts: @floodgate/proxy goes to another host too', async (t) => {
  const { dead, alive } = await startHosts(t)
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(configLoader, { config: { version: 3, timeout: '60s', endpoints: [endpoint('/passed', [dead, alive], { output_encoding: 'no-op', method: 'POST' })] } as never })
  await app.register(proxy)
  for (let i = 0; i < 4; i++) {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/passed', payload: 'content', headers: { 'content-type': 'text/plain' } })
    t.equal(statusCode, 200)
    t.match(JSON.parse(body), { body: 'content' })
  }
})

t.test('hosts: ejection, repetition and health checks of the root apply to every backend, and app.floodgate tells of them', async (t) => {
  const { dead, alive } = await startHosts(t)
  let failing = true
  const other = await startOrigin(t, (_, response) => { response.writeHead(failing ? 503 : 200, { 'content-type': 'application/json' }).end('{}') })
  const app = await start(t, {
    extra_config: { floodgate: { eject: { consecutive: 2, for: '1m', statuses: [503] }, retry: { budget: 1, backoff: '1ms' }, failover: false } },
    endpoints: [
      endpoint('/a', [dead, alive]),
      endpoint('/b', [other.url, alive]),
      endpoint('/checked', [other.url, alive], {}, { extra_config: { 'backend/http/client': { floodgate: { health: { path: '/', interval: '100ms' } } } } })
    ]
  })
  for (let i = 0; i < 4; i++) for (const url of ['/a', '/b']) t.match(await app.inject(url), { statusCode: 200 })
  const floodgate = app.floodgate.get()
  const out = (origin: string, by: string) => floodgate.hosts().find((host) => host.origin === origin && host.out?.by === by)
  t.match(out(dead, 'failures')?.out?.reason, /2 failures in a row, the last one: cannot connect/)
  t.match(out(other.url, 'failures')?.out, { reason: /status 503/, until: /Z$/ })
  await until(() => out(other.url, 'health') !== undefined)
  t.equal(out(alive, 'health'), undefined)
  failing = false
  await until(() => out(other.url, 'health') === undefined)
  floodgate.restore(dead)
  t.equal(out(dead, 'failures'), undefined)
  floodgate.eject(alive, 'deploy')
  t.match(out(alive, 'operator'), { out: { reason: 'deploy' } })
  t.throws(() => { floodgate.eject('http://unknown') }, { code: 'FG_ERR_GATEWAY_UNKNOWN_HOST' })
})

t.test('hosts: weights share requests out, and checks of the root (`host_health`) take hosts out of them', async (t) => {
  const served: string[] = []
  let failing = false
  const named = (name: string) => startOrigin(t, (request, response) => {
    const isCheck = request.url === '/health'
    if (!isCheck) served.push(name)
    response.writeHead(isCheck && failing && name !== 'spare' ? 503 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  const [heavy, light, spare] = [await named('heavy'), await named('light'), await named('spare')]
  const app = await start(t, {
    extra_config: { floodgate: { health: {}, host_health: { path: '/health', interval: '100ms' }, weights: { [heavy.url]: 3, [spare.url]: 0 } } },
    endpoints: [endpoint('/a', [heavy.url, light.url, spare.url])]
  })
  t.match(await app.inject('/readyz'), { statusCode: 200 }, 'health of the root stays what it is')
  for (let i = 0; i < 40; i++) await app.inject('/a')
  t.same([served.filter((name) => name === 'heavy').length, served.filter((name) => name === 'light').length], [30, 10])
  failing = true
  await until(() => app.floodgate.get().hosts().filter(({ out }) => out !== null).length === 2)
  served.length = 0
  for (let i = 0; i < 5; i++) t.match(await app.inject('/a'), { statusCode: 200 })
  t.same(served, Array.from({ length: 5 }, () => 'spare'))
})

t.test('hosts: dns-a: each address of a name is a host, and shows in all views', async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.setHeader('content-type', 'application/json').end(JSON.stringify({ host: request.headers.host })) })
  const url = `http://localhost:${origin.port}`
  const app = await start(t, {
    extra_config: { floodgate: { eject: { consecutive: 1, max_percent: 100 } } },
    endpoints: [endpoint('/a', [url], {}, { sd: 'dns-a' }), endpoint('/passed', [url], { output_encoding: 'no-op' }, { sd: 'dns-a' })]
  })
  for (const path of ['/a', '/passed', '/a', '/passed']) t.match(await app.inject(path), { statusCode: 200, body: JSON.stringify({ host: url.slice(7) }) })
  const floodgate = app.floodgate.get()
  t.match(floodgate.hosts().find(({ address }) => address === '127.0.0.1'), { origin: url, out: null })
  t.ok(floodgate.hosts().every(({ address, out }) => address === '127.0.0.1' || out !== null), 'where nothing listens')
  floodgate.eject(`http://127.0.0.1:${origin.port}`, 'deploy')
  t.match(floodgate.hosts().find(({ address }) => address === '127.0.0.1')?.out, { by: 'operator' })
})

t.test('hosts: wrong values are errors with their place, of a backend and of the root', async (t) => {
  const config = {
    extra_config: { floodgate: { eject: { for: '0s' }, retry: { attempts: 11 }, host_health: { path: '/', interval: '1ms' } } },
    endpoints: [endpoint('/a', ['http://a', 'http://b'], {}, { extra_config: { 'backend/http/client': { floodgate: { health: { path: 'x' }, eject: { consecutive: 0 } } } } })]
  }
  await t.rejects(start(t, config), {
    code: 'FG_ERR_CONFIG_INVALID',
    message: /(?=[^]*floodgate\.eject\.for: must not be shorter than 1 ms)(?=[^]*floodgate\.retry\.attempts)(?=[^]*floodgate\.host_health\.interval)(?=[^]*http\/client"\]\.floodgate\.eject\.consecutive)[^]*floodgate\.health\.path/
  })
})
