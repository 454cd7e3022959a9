import { once } from 'node:events'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { loadConfiguration } from '@floodgate/gateway'
import { call, freePort, startOrigin } from '@floodgate/testing'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

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

t.test('stats: a reload of the settings keeps the counts and the port, or moves it', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const [port, other] = [await freePort(), await freePort()]
  const load = (listen: number, settings: object) => loadConfiguration({
    version: 3,
    timeout: '60s',
    listen_ip: '127.0.0.1',
    extra_config: {
      'telemetry/logging': { level: 'CRITICAL', stdout: false },
      router: { disable_access_log: true },
      [namespace]: { collection_time: '1h', listen_address: `127.0.0.1:${listen}`, ...settings }
    },
    endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  }, { env: {} })
  const server = await createReloadableServer(await load(port, {}), {})
  const url = await server.listen(0)
  const until = async (listen: number, wanted: number) => {
    const count = async () => {
      const stats = await fetch(`http://127.0.0.1:${listen}/__stats`).then((response) => response.json(), () => ({})) as Record<string, number>
      return stats['krakend.router.response./a.status.200.count']
    }
    let seen = await count()
    while (seen !== wanted) seen = await count()
    t.equal(seen, wanted)
  }
  const reload = async (listen: number, settings: object) => {
    const before = server.app
    const ended = new Promise<void>((resolve) => {
      const { close } = before as unknown as { close: () => Promise<void> }
      Object.assign(before, { close: () => close.call(before).finally(resolve) })
    })
    const { swap } = await server.prepare(await load(listen, settings))
    swap()
    await ended
  }
  await (await fetch(`${url}/a`)).arrayBuffer()
  await until(port, 1)
  await reload(port, { collection_time: '2h' })
  await (await fetch(`${url}/a`)).arrayBuffer()
  await until(port, 2)
  await reload(other, {})
  await (await fetch(`${url}/a`)).arrayBuffer()
  await until(other, 3)
  await t.rejects(call(`http://127.0.0.1:${port}/__stats`), { code: 'ECONNREFUSED' })
  await server.close()
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
