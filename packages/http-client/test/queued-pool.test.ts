import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { startForwardProxy, startOrigin } from '@floodgate/testing'
import { call, startCall, startClient, startClients, makeSettings } from './support/clients.ts'

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
  t.match(await late, { error: { code: 'FG_ERR_HTTP_CLIENT_DEADLINE', stage: 'queue', message: /the call was at: queue/ } })
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
  t.strictSame(failures.map(({ error }) => error?.code), Array(3).fill('FG_ERR_HTTP_CLIENT_DIAL'))
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
  for (const { error } of await Promise.all(calls)) t.equal(error?.code, 'FG_ERR_HTTP_CLIENT_CLOSED')
})
