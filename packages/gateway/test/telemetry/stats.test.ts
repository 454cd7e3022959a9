import { once } from 'node:events'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, freePort, startOrigin } from '@floodgate/testing'
import { startReloadable } from './start-reloadable.ts'

const namespace = 'telemetry/metrics'

async function start (t: Test, settings: object = {}) {
  const port = await freePort()
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/stream') {
      response.write('ab')
      response.end('cde')
    } else if (request.url === '/broken') {
      response.writeHead(503).end()
    } else {
      response.setHeader('content-type', 'application/json')
      response.end('{"a":1}')
    }
  })
  const backend = (urlPattern: string, more: object = {}) => ({ host: [origin.url], url_pattern: urlPattern, ...more })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      timeout: '60s',
      extra_config: { [namespace]: { collection_time: '1h', listen_address: `127.0.0.1:${port}`, ...settings } },
      endpoints: [
        { endpoint: '/users/{id}', backend: [backend('/users/{id}?key=geheim')] },
        { endpoint: '/stream', output_encoding: 'no-op', backend: [backend('/stream', { encoding: 'no-op' })] },
        { endpoint: '/both', backend: [backend('/users/1'), backend('/broken')] },
        { endpoint: '/broken', backend: [backend('/broken')] }
      ]
    }
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const read = async () => JSON.parse(String((await call(`http://127.0.0.1:${port}/__stats`)).body)) as Record<string, number>
  return { get: (path: string) => call(`${address}${path}`), read, port }
}

t.test('stats: requests, answers of endpoints and of backends', async (t) => {
  const { get, read } = await start(t)
  const before = await read()
  t.equal(before['krakend.router.connected'], 0)
  t.equal(before['krakend.router.response./users/:id.status'], 0)
  for (const complete of [true, false]) {
    for (const error of [true, false]) {
      t.equal(before[`krakend.proxy.requests.layer.pipe.name./users/:id.complete.${complete}.error.${error}`], 0)
      t.equal(before[`krakend.proxy.requests.layer.backend.name./users/{{.Id}}.complete.${complete}.error.${error}`], 0)
    }
  }
  for (const path of ['/users/1', '/users/2', '/stream', '/both', '/broken', '/unknown']) await get(path)
  const stats = await read()
  t.match(stats, {
    'krakend.router.connected': 5,
    'krakend.router.disconnected': 5,
    'krakend.router.connected-total': 0,
    'krakend.router.response./users/:id.status.200.count': 2,
    'krakend.router.response./users/:id.size.count': 2,
    'krakend.router.response./users/:id.size.max': 7,
    'krakend.router.response./stream.size.max': 5,
    'krakend.router.response./broken.status.500.count': 1,
    'krakend.proxy.requests.layer.pipe.name./users/:id.complete.true.error.false': 2,
    'krakend.proxy.requests.layer.pipe.name./both.complete.false.error.true': 1,
    'krakend.proxy.requests.layer.pipe.name./broken.complete.false.error.true': 1,
    'krakend.proxy.requests.layer.backend.name./users/{{.Id}}.complete.true.error.false': 2,
    'krakend.proxy.requests.layer.backend.name./broken.complete.false.error.true': 2,
    'krakend.proxy.latency.layer.backend.name./users/{{.Id}}.complete.true.error.false.count': 2,
    'krakend.service.runtime.MemStats.Alloc': Number
  })
  t.ok(stats['krakend.router.response./users/:id.time.min']! > 10_000, 'nanoseconds')
  t.notOk(Object.keys(stats).some((name) => name.includes('unknown')))
  t.notOk(Object.keys(stats).some((name) => name.includes('geheim')), 'no query of a backend')
})

t.test('stats: layers that are switched off, and the end of a period', async (t) => {
  const { get, read } = await start(t, { router_disabled: true, proxy_disabled: true, collection_time: '100ms' })
  await get('/stream')
  const stats = await read()
  const of = (prefix: string) => Object.keys(stats).filter((name) => name.startsWith(prefix))
  t.same(of('krakend.router.'), [])
  t.same(of('krakend.proxy.requests.layer.pipe'), [])
  t.equal(of('krakend.proxy.requests.layer.backend').length, 16)
  const latency = 'krakend.proxy.latency.layer.backend.name./stream.complete.true.error.false.count'
  const requests = 'krakend.proxy.requests.layer.backend.name./stream.complete.true.error.false'
  let later = await read()
  while (later[latency] !== 0) later = await read()
  t.equal(later[requests], 1, 'distributions start again, counters go on')
})

t.test('stats: at the end of a period the requests are added to the total', async (t) => {
  const { get, read } = await start(t, { collection_time: '100ms' })
  await get('/stream')
  let stats = await read()
  while (stats['krakend.router.connected-total'] !== 1) stats = await read()
  t.equal(stats['krakend.router.connected'], 0)
})

t.test('stats: without a port nothing listens, with a wrong one nothing starts', async (t) => {
  const { get, port } = await start(t, { endpoint_disabled: true })
  t.equal((await get('/users/1')).status, 200)
  await t.rejects(call(`http://127.0.0.1:${port}/__stats`), { code: 'ECONNREFUSED' })
  const app = Fastify()
  await t.rejects(
    async () => await app.register(gateway, { config: { version: 3, extra_config: { [namespace]: { listen_address: '8090' } }, endpoints: [] } }).ready(),
    /listen_address: must be an address with a port, such as ":8090" or "127\.0\.0\.1:8090", not "8090"/
  )
  await app.close()
})

t.test('stats: a reload ends the counts of what it removes, and keeps the others', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const port = await freePort()
  const config = (endpoints: string[], settings: object) => ({
    extra_config: { [namespace]: { collection_time: '1h', listen_address: `127.0.0.1:${port}`, ...settings } },
    endpoints: endpoints.map((endpoint) => ({ endpoint, backend: [{ host: [origin.url], url_pattern: `${endpoint}/x` }] }))
  })
  const { reload, ask } = await startReloadable(t, config(['/a', '/a.status', '/b/{id}'], {}))
  const names = async (): Promise<string[]> => {
    const stats = JSON.parse(String((await call(`http://127.0.0.1:${port}/__stats`)).body)) as Record<string, number>
    const seen = Object.entries(stats).filter(([name]) => /response\..*count$|requests\.layer.*complete\.true\.error\.false$/.test(name) && !/size|time/.test(name))
    return seen.map(([name, value]) => `${name.replace(/^krakend\.(?:router|proxy)\./, '').replace('.complete.true.error.false', '')} ${value}`).sort()
  }
  const of = (route: string, path: string, count: number) => [
    `requests.layer.backend.name.${path}/x ${count}`, `requests.layer.pipe.name.${route} ${count}`, `response.${route}.status.200.count ${count}`
  ]
  await ask('/a', '/a.status', '/b/1', '/b/2')
  t.same(await names(), [...of('/a', '/a', 1), ...of('/a.status', '/a.status', 1), ...of('/b/:id', '/b/{{.Id}}', 2)].sort())
  await reload(config(['/a', '/c'], {}))
  t.same(await names(), [...of('/a', '/a', 1), ...of('/c', '/c', 0).slice(0, 2)].sort())
  await ask('/a', '/c')
  t.same(await names(), [...of('/a', '/a', 2), ...of('/c', '/c', 1)].sort())
  await reload(config(['/a', '/b/{id}'], { router_disabled: true, backend_disabled: true }))
  t.same(await names(), ['requests.layer.pipe.name./a 2', 'requests.layer.pipe.name./b/:id 0'], 'layers that are switched off end, what comes back begins again')
})

t.test('stats: a reload of the settings keeps the counts and the port, or moves it', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const [port, other] = [await freePort(), await freePort()]
  const config = (listen: number, settings: object) => ({
    extra_config: { [namespace]: { collection_time: '1h', listen_address: `127.0.0.1:${listen}`, ...settings } },
    endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  })
  const { ask, reload } = await startReloadable(t, config(port, {}))
  const until = async (listen: number, wanted: number) => {
    const count = async () => {
      const stats = await fetch(`http://127.0.0.1:${listen}/__stats`).then((response) => response.json(), () => ({})) as Record<string, number>
      return stats['krakend.router.response./a.status.200.count']
    }
    let seen = await count()
    while (seen !== wanted) seen = await count()
    t.equal(seen, wanted)
  }
  await ask('/a')
  await until(port, 1)
  await reload(config(port, { collection_time: '2h' }))
  await ask('/a')
  await until(port, 2)
  await reload(config(other, {}))
  await ask('/a')
  await until(other, 3)
  await t.rejects(call(`http://127.0.0.1:${port}/__stats`), { code: 'ECONNREFUSED' })
})

t.test('stats: a reload of the same configuration opens the port that was in use', async (t) => {
  const other = await startOrigin(t, () => {})
  const { port } = new URL(other.url)
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: { version: 3, extra_config: { [namespace]: { listen_address: `127.0.0.1:${port}` } }, endpoints: [] },
    reloadable: true
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  other.server.close()
  await once(other.server, 'close')
  await app.floodgate.get().reload({ version: 3, extra_config: { [namespace]: { listen_address: `127.0.0.1:${port}` } }, endpoints: [] })
  let status = 0
  while (status === 0) status = await call(`http://127.0.0.1:${port}/__stats`).then(({ status }) => status, () => 0)
  t.equal(status, 200)
})
