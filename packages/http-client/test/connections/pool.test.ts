import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import https from 'node:https'
import net, { type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import type { Client } from '@floodgate/http-client'
import { createAuthority, listen, startForwardProxy, startOrigin, trackSockets, until, writeFiles, type Teardown } from '@floodgate/testing'
import { call, startCall, startClient, startClients, makeSettings } from '../support/clients.ts'

const ca = createAuthority('ca')

/** A TLS server whose handshakes wait, but for those of the first connections, until they are let in. */
async function startDoor (t: Teardown, open: number, handler: RequestListener): Promise<{ url: string, held: Socket[], admit (socket: Socket): void, holds (count: number): Promise<void> }> {
  const inner = https.createServer(ca.issue({ cn: 'server' }), handler)
  const held: Socket[] = []
  let accepted = 0
  const outer = net.createServer((socket) => {
    if (accepted++ < open) inner.emit('connection', socket)
    else outer.emit('held', held.push(socket))
  })
  const sockets = trackSockets(outer)
  const port = await listen(outer)
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    outer.close()
  })
  return {
    url: `https://127.0.0.1:${port}`,
    held,
    admit (socket) { inner.emit('connection', socket) },
    async holds (count) { while (held.length < count) await once(outer, 'held') }
  }
}

/** Lets one connection in; what is asked for `/long` waits in `answers`. */
async function startBehindDoor (t: Teardown): Promise<{ answers: ServerResponse[], door: Awaited<ReturnType<typeof startDoor>>, client: Client }> {
  const answers: ServerResponse[] = []
  const door = await startDoor(t, 1, (request, response) => {
    if (request.url === '/long') answers.push(response)
    else response.end(request.url)
  })
  return { answers, door, client: startClient(t, { tls: { caCerts: [writeFiles(t, { 'ca.pem': ca.cert })['ca.pem']] } }) }
}

t.test('pool: a call takes the connection that becomes free before its own is open; that one waits for the next', async (t) => {
  const { answers, door, client } = await startBehindDoor(t)
  const long = startCall(client.dispatcher, { origin: door.url, path: '/long' })
  while (answers.length === 0) await turn()
  const brief = call(client.dispatcher, door.url, '/brief')
  await door.holds(1)
  answers[0]!.end('long')
  t.equal((await brief).body, '/brief')
  t.match(client.stats().pools, [{ opened: 1, open: 1, idle: 1, reused: 1, failed: 0 }])
  t.equal((await long.ended).body, 'long')

  door.admit(door.held[0]!)
  while (client.stats().pools[0]!.idle < 2) await turn()
  t.strictSame((await Promise.all(['/a', '/b'].map((path) => call(client.dispatcher, door.url, path)))).map(({ body }) => body), ['/a', '/b'])
  t.match(client.stats().pools, [{ opened: 2, open: 2, idle: 2, reused: 2, failed: 0 }], 'the first request of a connection is none that was used again')
})

t.test('pool: an attempt that fails is the failure of the call it was made for, of no other', async (t) => {
  const { answers, door, client } = await startBehindDoor(t)
  const long = call(client.dispatcher, door.url, '/long')
  while (answers.length === 0) await turn()
  const first = call(client.dispatcher, door.url, '/first')
  await door.holds(1)
  const second = call(client.dispatcher, door.url, '/second')
  await door.holds(2)
  const late = call(client.dispatcher, door.url, '/late', { timeout: 30 })
  t.match(await late, { error: { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage: 'tls' } })
  door.held[0]!.destroy()
  t.match(await first, { status: 0, error: { reason: 'FG_ERR_HTTP_CLIENT_TLS' } })
  answers[0]!.end()
  t.equal((await second).body, '/second')
  t.equal((await long).status, 200)
  door.held[1]!.destroy()
  door.held[2]!.destroy()
  while (client.stats().pools[0]!.failed < 3) await turn()
  t.match(client.stats(), { calls: 0, pools: [{ opened: 1, open: 1, idle: 1 }] })
})

t.test('pool: no call gets a connection that the answer before closes', async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.setHeader('connection', 'close').end(request.url) })
  const client = startClient(t)
  const paths = Array.from({ length: 16 }, (_, i) => `/${i}`)
  t.strictSame((await Promise.all(paths.map((path) => call(client.dispatcher, origin.url, path)))).map(({ body }) => body), paths)
  t.equal(origin.accepted, 16)
  t.match(client.stats(), { origins: [{ requests: 16, retries: 0 }], pools: [{ opened: 16, reused: 0 }] })
})

t.test('pool: a connection that is lost before the request is sent costs the call nothing, not even its stream', async (t) => {
  const origin = await startOrigin(t, (request, response) => { request.pipe(response) })
  const client = startClient(t)
  await call(client.dispatcher, origin.url, '/')
  for (let round = 1; round <= 5; round++) {
    await turn()
    for (const socket of origin.sockets) socket.destroy()
    const outcome = await call(client.dispatcher, origin.url, '/', { method: 'POST', body: Readable.from([Buffer.from('all '), Buffer.from('of it')]) })
    t.match(outcome, { status: 200, body: 'all of it', error: null })
    t.equal(origin.accepted, round + 1)
  }
  t.match(client.stats(), { calls: 0, origins: [{ requests: 6, retries: 0, failures: {} }] })
})

t.test('max_connections: calls wait for a connection, in order, and each is used again', async (t) => {
  const held: { res: ServerResponse, url: string }[] = []
  const origin = await startOrigin(t, (req, res) => { held.push({ res, url: req.url! }); origin.server.emit('held') })
  const client = startClient(t, { own: { maxConnections: 2 } })
  const running = Array.from({ length: 6 }, (_, i) => call(client.dispatcher, origin.url, `/${i}`))
  for (let ended = 0; ended < 6; ended++) {
    while (held.length <= ended) await once(origin.server, 'held')
    held[ended]!.res.end(held[ended]!.url)
  }
  t.strictSame((await Promise.all(running)).map(({ body }) => body), ['/0', '/1', '/2', '/3', '/4', '/5'])
  t.strictSame(held.slice(2).map(({ url }) => url), ['/2', '/3', '/4', '/5'])
  t.equal(origin.accepted, 2)
  t.match(client.stats().pools, [{ opened: 2, open: 2, reused: 4 }])
})

t.test('max_connections: the deadline and an abort hold while a call waits; its place goes to the next', async (t) => {
  const held: ServerResponse[] = []
  const origin = await startOrigin(t, (_req, res) => { held.push(res); origin.server.emit('held') })
  const client = startClient(t, { own: { maxConnections: 1 } })
  const first = call(client.dispatcher, origin.url, '/')
  await once(origin.server, 'held')
  const aborted = startCall(client.dispatcher, { origin: origin.url, path: '/' })
  const late = call(client.dispatcher, origin.url, '/', { timeout: 30 })
  const next = call(client.dispatcher, origin.url, '/')
  aborted.abort(new Error('gone'))
  t.match(await aborted.ended, { error: { message: 'gone' } })
  t.match(await late, { error: { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage: 'queue', message: /the call was in phase queue/ } })
  held[0]!.end()
  while (held.length < 2) await once(origin.server, 'held')
  held[1]!.end('next')
  t.equal((await first).status, 200)
  t.equal((await next).body, 'next')
  t.equal(held.length, 2, 'who left is not served')
})

t.test('max_connections: connections that close, fail or serve one request only make room', async (t) => {
  let requests = 0
  const origin = await startOrigin(t, (_req, res) => {
    requests++
    if (requests === 2) res.socket!.destroy()
    else res.setHeader('connection', requests % 3 === 0 ? 'close' : 'keep-alive').end('done')
  })
  for (const disableKeepAlives of [false, true]) {
    requests = 0
    const client = startClient(t, { own: { maxConnections: 1 }, transport: { disableKeepAlives } })
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => call(client.dispatcher, origin.url, '/', { timeout: 20_000 })))
    t.equal(outcomes.filter(({ body }) => body === 'done').length, disableKeepAlives ? 8 : 9, 'a GET on a kept connection goes again')
  }
  const refused = startClient(t, { own: { maxConnections: 1 } })
  const failures = await Promise.all(Array.from({ length: 3 }, () => call(refused.dispatcher, 'http://127.0.0.1:1', '/', { timeout: 20_000 })))
  t.strictSame(failures.map(({ error }) => error?.reason), Array(3).fill('FG_ERR_HTTP_CLIENT_DIAL'))
})

t.test('max_connections: counts connections to the proxy that takes the requests, and each origin apart', async (t) => {
  const [a, b, proxy] = await Promise.all([startOrigin(t, (_req, res) => { res.end('a') }), startOrigin(t, (_req, res) => { res.end('b') }), startForwardProxy(t)])
  const direct = startClient(t, { own: { maxConnections: 1 } })
  await Promise.all([1, 2, 3].flatMap(() => [call(direct.dispatcher, a.url, '/'), call(direct.dispatcher, b.url, '/')]))
  t.strictSame([a.accepted, b.accepted], [1, 1])
  const through = startClient(t, { own: { maxConnections: 1 }, proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port, username: null, password: null } })
  await Promise.all([1, 2, 3].flatMap(() => [call(through.dispatcher, a.url, '/'), call(through.dispatcher, b.url, '/')]))
  t.equal(proxy.accepted, 1)
})

t.test('max_connections: a client that closes lets nobody wait', async (t) => {
  const origin = await startOrigin(t, () => { origin.server.emit('held') })
  const clients = startClients(t)
  const { dispatcher } = clients.acquire(makeSettings({ own: { maxConnections: 1 } }))
  const calls = [call(dispatcher, origin.url, '/'), call(dispatcher, origin.url, '/')]
  await once(origin.server, 'held')
  await clients.close({ timeout: 10 })
  for (const { error } of await Promise.all(calls)) t.equal(error?.reason, 'FG_ERR_HTTP_CLIENT_CLOSED')
})

t.test('pool: a connection that is too old takes no more requests, and closes when its request has ended', async (t) => {
  const origin = await startOrigin(t, (request, response) => { request.resume().once('end', () => { response.end('x'.repeat(100_000)) }) })
  const client = startClient(t, { own: { maxConnectionAge: 0.001 } })
  for (let i = 0; i < 3; i++) t.match(await call(client.dispatcher, origin.url, '/', { method: 'POST', body: 'y'.repeat(100_000) }), { status: 200, bytes: 100_000, error: null })
  const many = await Promise.all(Array.from({ length: 5 }, () => call(client.dispatcher, origin.url, '/')))
  t.ok(many.every(({ bytes, error }) => bytes === 100_000 && error === null))
  await until(() => client.stats().pools[0]!.open === 0)
  const { opened, aged, reused } = client.stats().pools[0]!
  t.same([reused, aged], [0, opened], 'the reason is counted')
})

t.test('pool: an idle connection closes when it is too old', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end() })
  const client = startClient(t, { own: { maxConnectionAge: 300 } })
  await call(client.dispatcher, origin.url, '/')
  await until(() => client.stats().pools[0]!.open === 0)
  t.match(client.stats().pools, [{ opened: 1, aged: 1, idle: 0 }])
  const lasting = startClient(t)
  await call(lasting.dispatcher, origin.url, '/')
  t.match(lasting.stats().pools, [{ open: 1, aged: 0, idle: 1 }])
})
