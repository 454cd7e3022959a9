// In a process of its own: it counts the sockets of the process.
import { once } from 'node:events'
import fs from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { createClients, type Interceptor } from '@floodgate/http-client'
import { createAuthority, startOrigin, writeFiles, startRunClock } from '@floodgate/testing'
import { call, makeSettings, startCall, startClient, startClients } from '../support/clients.ts'
import { gather } from '../support/gathering.ts'

const ca = createAuthority('ca')
const server = ca.issue({ cn: 'server' })

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const proxy = { protocol: 'http', host: 'proxy', port: 1, username: 'user', password: 'secret' } as const

t.test('acquire: one client per distinct settings', async (t) => {
  const clients = startClients(t)
  const settings = makeSettings()
  const one = clients.acquire(settings)
  t.equal(clients.acquire(makeSettings()), one)
  t.equal(clients.acquire({ ...settings, transport: Object.fromEntries(Object.entries(settings.transport).reverse()) as unknown as typeof settings.transport }), one, 'in any order')
  const others = [
    makeSettings({ followRedirects: false }),
    makeSettings({ sendBodyOnRedirect: true }),
    makeSettings({ transport: { dialerTimeout: 1 } }),
    makeSettings({ tls: {} }),
    makeSettings({ tls: { allowInsecureConnections: true } }),
    makeSettings({ proxy }),
    makeSettings({ proxy: { ...proxy, password: 'other' } }),
    makeSettings({ proxy: { ...proxy, password: null } })
  ]
  const keys = new Set([one, ...others.map((other) => clients.acquire(other))].map(({ key }) => key))
  t.equal(keys.size, 9)
  for (const key of keys) t.match(key, /^[0-9a-f]{16}$/)
  t.equal(clients.stats().length, 9)
  t.notMatch(JSON.stringify(clients.stats()), /secret/)
})

t.test('release: the last one closes', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end('final') })
  const clients = startClients(t)
  const client = clients.acquire(makeSettings())
  clients.acquire(makeSettings())
  await call(client.dispatcher, origin.url, '/')
  const [socket] = origin.sockets
  await clients.release(client)
  t.match(await call(client.dispatcher, origin.url, '/'), { status: 200 }, 'another still has it')
  const closed = once(socket!, 'close')
  await clients.release(client)
  await closed
  t.match(await call(client.dispatcher, origin.url, '/'), { error: { reason: 'FG_ERR_HTTP_CLIENT_CLOSED', stage: 'request' } })
  await clients.release(client)
  t.not(clients.acquire(makeSettings()), client, 'who comes later gets a new one')
})

t.test('close: waits for calls, and leaves no socket', async (t) => {
  let finish: () => void = () => {}
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/slow') { response.write('sl'); finish = () => { response.end('ow') } } else response.end('final')
  })
  const clients = createClients({ env: {} })
  const { dispatcher } = clients.acquire(makeSettings())
  await Promise.all([1, 2, 3].map(() => call(dispatcher, origin.url, '/')))
  const slow = startCall(dispatcher, { origin: origin.url, path: '/slow' })
  await slow.answered
  const closed = clients.close()
  t.throws(() => clients.acquire(makeSettings()), { message: 'the registry of clients is closed: create a new one' })
  t.match(await call(dispatcher, origin.url, '/'), { error: { reason: 'FG_ERR_HTTP_CLIENT_CLOSED' } }, 'takes no new call')
  finish()
  t.match(await slow.ended, { body: 'slow', error: null })
  await closed
  await clients.close()
  t.strictSame(process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length, origin.sockets.size, 'those of the server are left')
})

t.test('close: ends after its timeout what does not end', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.write('x') })
  const clients = createClients({ env: {} })
  const slow = startCall(clients.acquire(makeSettings()).dispatcher, { origin: origin.url, path: '/' })
  await slow.answered
  const ran = startRunClock(t)
  await clients.close({ timeout: 30 })
  t.ok(ran() < 300)
  t.match(await slow.ended, { body: 'x', error: { reason: 'FG_ERR_HTTP_CLIENT_CLOSED' } })
})

t.test('renew: new calls go over new connections, those that run end as they began', async (t) => {
  const files = writeFiles(t, { 'ca.pem': ca.cert })
  let finish: () => void = () => {}
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/slow') { response.write('sl'); finish = () => { response.end('ow') } } else response.end('final')
  }, server)
  const client = startClient(t, { tls: { caCerts: [files['ca.pem']], disableSystemCaPool: true } })
  const slow = startCall(client.dispatcher, { origin: origin.url, path: '/slow' })
  await slow.answered
  client.renew()
  t.match(await call(client.dispatcher, origin.url, '/'), { status: 200 })
  t.equal(origin.accepted, 2)
  t.match(client.stats(), { rotation: { renewed: 1 }, calls: 1, pools: [{ opened: 2, open: 2 }] })
  const [old] = origin.sockets
  finish()
  t.match(await slow.ended, { body: 'slow', error: null })
  await once(old!, 'close')
  t.match(client.stats(), { calls: 0, origins: [{ origin: origin.url, requests: 2 }], pools: [{ opened: 2, open: 1 }] }, 'what the old one counted is kept')

  fs.writeFileSync(files['ca.pem'], createAuthority('other').cert)
  t.match(await call(client.dispatcher, origin.url, '/'), { status: 200 }, 'a file is read when it is renewed only')
  client.renew()
  t.match(await call(client.dispatcher, origin.url, '/'), { error: { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' } })
  fs.writeFileSync(files['ca.pem'], ca.cert)
  client.renew()
  t.match(await call(client.dispatcher, origin.url, '/'), { status: 200 })
  fs.rmSync(files['ca.pem'])
  t.throws(() => { client.renew() }, { code: 'FG_ERR_TLS_UNUSABLE_FILES' })
  t.match(await call(client.dispatcher, origin.url, '/'), { status: 200 }, 'a renewal that fails changes nothing')
  t.match(client.stats().rotation, { renewed: 3, failed: 1, lastError: /ca\.pem does not exist/ })
})

t.test('intercept: around every hop', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/final' }).end()
    else response.end(`${request.headers['x-added']}`)
  })
  const client = startClient(t)
  t.equal(client.intercept(), client.dispatcher, 'none cost nothing')
  const paths: string[] = []
  const note = (name: string): Interceptor => (dispatch) => function note (options, handler) {
    paths.push(`${name} ${options.path}`)
    return dispatch({ ...options, headers: { 'x-added': name } }, handler)
  }
  const dispatcher = client.intercept(note('inner'), note('outer'))
  t.match(await call(dispatcher, origin.url, '/moved', { timeout: 1000 }), { status: 200, body: 'inner' })
  t.strictSame(paths, ['outer /moved', 'inner /moved', 'outer /final', 'inner /final'])
  t.match(await call(client.dispatcher, origin.url, '/final'), { body: 'undefined' })
  t.equal(origin.accepted, 1, 'over the same connections')
  const aborted = startCall(dispatcher, { origin: origin.url, path: '/moved' })
  aborted.abort()
  t.match(await aborted.ended, { error: { reason: 'FG_ERR_HTTP_CLIENT_ABORTED' } })
  t.equal(client.stats().calls, 0)
})

t.test('pools: one connection for one call after another, as many as there are calls at once', async (t) => {
  const gathering = gather(1)
  const origin = await startOrigin(t, gathering.answer)
  const client = startClient(t)
  for (let i = 0; i < 100; i++) await call(client.dispatcher, origin.url, '/')
  t.equal(origin.accepted, 1)
  gathering.size = 64
  const statuses = await Promise.all(Array.from({ length: 64 }, async () => {
    for (let i = 0; i < 7; i++) await call(client.dispatcher, origin.url, '/')
    return (await call(client.dispatcher, origin.url, '/')).status
  }))
  t.ok(statuses.every((status) => status === 200))
  t.equal(origin.accepted, 64)
  t.match(client.stats().pools, [{ opened: 64, open: 64, idle: 64, reused: 612 - 64, failed: 0 }])
  gathering.size = 1

  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 1000; i++) await call(client.dispatcher, origin.url, '/')
  collectGarbage()
  t.ok(process.memoryUsage().heapUsed - before < 1_000_000, 'the heap stays flat')
  t.equal(origin.accepted, 64)
})

t.test('pools: how many stay idle, and how long', async (t) => {
  const gathering = gather(8)
  const origin = await startOrigin(t, gathering.answer)
  const other = await startOrigin(t, gather(8).answer)
  const burst = (client: ReturnType<typeof startClient>, { url } = origin): Promise<unknown> => Promise.all(Array.from({ length: 8 }, () => call(client.dispatcher, url, '/')))
  const settled = async (client: ReturnType<typeof startClient>, open: number): Promise<void> => {
    while (client.stats().pools.reduce((sum, pool) => sum + pool.open, 0) !== open) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const perHost = startClient(t, { transport: { maxIdleConnectionsPerHost: 3 } })
  await burst(perHost)
  await settled(perHost, 3)
  t.match(perHost.stats().pools, [{ opened: 8, open: 3, idle: 3 }], 'max_idle_connections_per_host')
  await burst(perHost)
  t.match(perHost.stats().pools, [{ opened: 13 }])

  const inAll = startClient(t, { transport: { maxIdleConnections: 4, maxIdleConnectionsPerHost: 3 } })
  await burst(inAll)
  await burst(inAll, other)
  await settled(inAll, 4)
  t.strictSame(inAll.stats().pools.map(({ idle }) => idle), [3, 1], 'max_idle_connections')
  await burst(inAll)
  await settled(inAll, 4)

  const brief = startClient(t, { transport: { idleConnectionTimeout: 30 } })
  await burst(brief)
  await settled(brief, 0)
  t.match(brief.stats().pools, [{ opened: 8, open: 0, idle: 0 }], 'idle_connection_timeout')
  gathering.size = 1
  t.match(await call(brief.dispatcher, origin.url, '/'), { status: 200 })

  const accepted = origin.accepted
  const single = startClient(t, { transport: { disableKeepAlives: true } })
  for (let i = 0; i < 3; i++) t.match(await call(single.dispatcher, origin.url, '/'), { status: 200, headers: { connection: 'close' } })
  t.equal(origin.accepted - accepted, 3, 'disable_keep_alives')
})

t.test('pools: a server that closes after each answer, or says when it will', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/close') response.setHeader('connection', 'close')
    if (request.url === '/soon') response.setHeader('keep-alive', 'timeout=1')
    response.end('final')
  })
  const client = startClient(t)
  for (let i = 0; i < 3; i++) t.match(await call(client.dispatcher, origin.url, '/close'), { status: 200 })
  t.equal(origin.accepted, 3)
  for (let i = 0; i < 3; i++) t.match(await call(client.dispatcher, origin.url, '/soon'), { status: 200 })
  t.equal(origin.accepted, 4)
  t.match(client.stats().pools, [{ opened: 4 }])
})

t.test('generation: forgets origins that redirects led to, and keeps their counts', async (t) => {
  const client = startClient(t, { proxy: { protocol: 'http', host: '127.0.0.1', port: (await startOrigin(t, (_, response) => { response.end() })).port, username: null, password: null } })
  for (let i = 0; i < 1100; i++) await call(client.dispatcher, `http://host-${i}.test`, '/')
  const { origins, pools } = client.stats()
  t.ok(origins.length <= 1001 + 256)
  t.equal(origins.reduce((sum, { requests }) => sum + requests, 0), 1100)
  t.match(pools, [{ opened: 1, reused: 1099 }])
})
