import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { configLoader } from '@floodgate/config-loader'
import proxy, { replyFromBackend, type EndpointOverrides } from '@floodgate/proxy'
import { call, listen, startOrigin, trackSockets } from '@floodgate/testing'

/** A backend that answers 503, hangs up, or says nothing, and counts what it is asked. */
async function startBackend (t: Test) {
  let asked = 0
  const waiting: (() => void)[] = []
  const origin = await startOrigin(t, (req, res) => {
    asked++
    for (const resolve of waiting.splice(0)) resolve()
    if (req.url === '/busy') res.writeHead(503, { 'retry-after': '1' }).end('busy')
    else if (req.url === '/once' && asked > 1) res.end('at last')
    else if (req.url === '/once') res.writeHead(503).end('busy')
    else if (req.url === '/hangup') req.socket.destroy()
  })
  return { url: origin.url, asked: () => asked, connections: () => origin.accepted, nextAsked: () => new Promise<void>((resolve) => { waiting.push(resolve) }) }
}

async function start (t: Test, backend: string, overrides: EndpointOverrides = {}, timeout = '60s') {
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  const endpoints = ['/busy', '/once', '/hangup', '/silent'].flatMap((endpoint) => ['GET', 'POST'].map((method) => ({ endpoint, method, timeout, output_encoding: 'no-op', backend: [{ host: [backend], url_pattern: endpoint, method }] })))
  await app.register(configLoader, { config: { version: 3, timeout: '60s', endpoints }, env: {} })
  await app.register(proxy, { overrides: Object.fromEntries(endpoints.map(({ endpoint, method }) => [`${method} ${endpoint}`, overrides])) })
  await app.register(async (scope) => {
    await scope.register(replyFromBackend, { endpoint: 'GET /busy' })
    scope.get('/own/*', (request, reply) => reply.from(request.url.slice(4)))
    scope.get('/again/*', (request, reply) => reply.from(request.url.slice(6), { retryDelay: ({ attempt }) => attempt < 2 ? 5 : null }))
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

t.test('retry: nothing is repeated by itself: no 503, no connection that broke, whatever is said of counts', async (t) => {
  for (const overrides of [{}, { retriesCount: 5 }, { maxRetriesOn503: 5 }]) {
    const backend = await startBackend(t)
    const url = await start(t, backend.url, overrides)
    t.equal((await call(`${url}/busy`)).status, 503)
    t.equal(backend.asked(), 1, 'a 503')
    t.equal((await call(`${url}/own/busy`)).status, 503)
    t.equal(backend.asked(), 2, 'a 503 of reply.from() in a handler')
    t.equal((await call(`${url}/hangup`, { method: 'POST', body: 'x' })).status, 500)
    t.equal(backend.asked(), 3, 'a connection that broke')
  }
})

t.test("retry: a route's own retryDelay asks for it, and reply-from's default is there to be asked", async (t) => {
  const asked: unknown[] = []
  const backend = await startBackend(t)
  const url = await start(t, backend.url, {
    retryDelay ({ err, res, attempt, retriesCount, getDefaultDelay }) {
      asked.push([err === null || err === undefined, res?.statusCode, attempt, retriesCount])
      return (res?.statusCode === 503 || err != null) && attempt < 3 ? Math.min(5, getDefaultDelay({ method: 'GET' }, res, err, attempt) ?? 5) : null
    },
    retriesCount: 2
  })
  const answer = await call(`${url}/once`)
  t.equal(String(answer.body), 'at last')
  t.equal(backend.asked(), 2)
  t.same(asked, [[true, 503, 0, 2], [true, 200, 1, 2]])
  t.equal((await call(`${url}/busy`)).status, 503)
  t.equal(backend.asked(), 2 + 4)
  t.equal((await call(`${url}/again/busy`)).status, 503)
  t.equal(backend.asked(), 2 + 4 + 3, 'in a handler')
})

t.test('retry: what was sent as a stream is not sent again', async (t) => {
  const backend = await startBackend(t)
  const url = await start(t, backend.url, { retryDelay: () => 5 })
  t.equal((await call(`${url}/busy`, { method: 'POST', body: Readable.from([Buffer.alloc(100_000)]) })).status, 503)
  t.equal(backend.asked(), 1)
})

t.test('retry: never after the deadline, which is answered when it passes', async (t) => {
  for (const delay of [1, 1_000]) {
    const backend = await startBackend(t)
    const url = await start(t, backend.url, { retryDelay: () => delay }, '300ms')
    t.equal((await call(`${url}/busy`)).status, 500, 'while it waits to repeat, or repeats')
    const asked = backend.asked()
    t.equal(delay === 1 ? asked > 1 : asked === 1, true)
    t.equal((await call(`${url}/own/busy`)).status, 503)
    // One attempt may have been on its way when the deadline passed.
    t.ok(backend.asked() <= asked + (delay === 1 ? 2 : 1), 'nothing was sent after it')
  }
})

t.test('retry: never after the client has left', async (t) => {
  const backend = await startBackend(t)
  const asks = backend.nextAsked()
  let waits!: () => void
  const waiting = new Promise<void>((resolve) => { waits = resolve })
  const url = await start(t, backend.url, { retryDelay: () => { waits(); return 20 } }, '30s')
  const request = http.get(`${url}/busy`, { agent: false })
  request.on('error', () => {})
  const left = new Promise((resolve) => { request.once('close', resolve) })
  await asks
  await waiting
  request.destroy()
  await left
  const asked = backend.asked()
  // Longer than the timer of an attempt that was due when the gateway heard of it, and of the one after that.
  for (let i = 0; i < 3; i++) await new Promise((resolve) => { setTimeout(resolve, 25) })
  t.ok(backend.asked() <= asked + 1, `${backend.asked() - asked} more`)
})

t.test('call: hooks run in the context of their own request, over a connection that another one opened', async (t) => {
  const context = new AsyncLocalStorage<string>()
  const backend = await startBackend(t)
  const seen: unknown[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  app.addHook('onRequest', (request, _reply, done) => { context.run(String(request.headers['x-id']), done) })
  app.addHook('onSend', async (_request, _reply, payload) => { seen.push(context.getStore()); return payload })
  const endpoints = ['/busy', '/once'].map((endpoint) => ({ endpoint, output_encoding: 'no-op', backend: [{ host: [backend.url], url_pattern: endpoint }] }))
  await app.register(configLoader, { config: { version: 3, timeout: '60s', endpoints }, env: {} })
  await app.register(proxy, {
    overrides: {
      '/busy': { retryDelay: ({ attempt }) => { seen.push(context.getStore()); return attempt < 1 ? 5 : null } },
      '/once': { onResponse: (_request, reply, { stream }) => { seen.push(context.getStore()); reply.send(stream) } }
    }
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal((await call(`${url}/busy`, { headers: { 'x-id': 'first' } })).status, 503)
  t.equal(String((await call(`${url}/once`, { headers: { 'x-id': 'second' } })).body), 'at last')
  t.equal((await call(`${url}/busy`, { headers: { 'x-id': 'third' } })).status, 503)
  t.same(seen, ['first', 'first', 'first', 'second', 'second', 'third', 'third', 'third'])
  t.equal(backend.connections(), 1)
})

t.test('reply.from(): a client that leaves before the answer ends the call', async (t) => {
  const closed: Promise<unknown>[] = []
  const server = net.createServer((socket) => { closed.push(once(socket.on('error', () => {}).resume(), 'close')) })
  const sockets = trackSockets(server)
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  const port = await listen(server)
  const url = await start(t, `http://127.0.0.1:${port}`, {}, '60s')
  for (const path of ['/silent', '/own/silent']) {
    const connected = once(server, 'connection')
    const request = http.get(url + path, { agent: false })
    request.on('error', () => {})
    await connected
    request.destroy()
    await closed.at(-1)
  }
  t.equal(closed.length, 2)
})
