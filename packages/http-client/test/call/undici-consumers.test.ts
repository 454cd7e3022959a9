// In a process of its own: the global dispatcher is set.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { fastifyReplyFrom, type FastifyReplyFromHooks } from '@fastify/reply-from'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import type { Dispatcher } from 'undici'
import type { Client } from '@floodgate/http-client'
import { createAuthority, listen, readAll, startOrigin, writeFiles } from '@floodgate/testing'
import { startClient } from '../support/clients.ts'
import { baseVersion, loadUndiciVersions, type Undici } from '../support/undici-versions.ts'

const ca = createAuthority('ca')
const files = writeFiles(t, { 'ca.pem': ca.cert })
const trusting = { caCerts: [files['ca.pem']], disableSystemCaPool: true }

/** Answers by path, counts requests by path, and speaks WebSocket where it is asked to. */
async function startBackend (t: Test): Promise<{ url: string, port: number, count: (path: string) => number }> {
  const seen = new Map<string, number>()
  const server = http.createServer(async (req, res) => {
    const { pathname } = new URL(req.url!, 'http://a')
    const nth = (seen.get(pathname) ?? 0) + 1
    seen.set(pathname, nth)
    switch (pathname) {
      case '/echo': {
        const body = await readAll(req)
        res.writeHead(200, { 'x-host': req.headers.host, 'set-cookie': ['a=1', 'b=2'] }).end(`${req.method} ${req.url} ${body}`)
        return
      }
      case '/moved': res.writeHead(302, { location: '/echo' }).end('moved'); return
      case '/gzip': res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unzipped')); return
      case '/cached': res.writeHead(200, { 'cache-control': 'max-age=60' }).end(`answer ${nth}`); return
      case '/busy':
        if (nth === 1) res.writeHead(503).end()
        else res.end('at last')
        return
      case '/lost':
        if (nth === 1) req.socket.destroy()
        else res.end('found')
        return
      case '/cut': {
        const from = Number(/^bytes=(\d+)-/.exec(req.headers.range ?? '')?.[1] ?? 0)
        const whole = 'abcdefghij'
        res.writeHead(from === 0 ? 200 : 206, { etag: '"x"', 'content-length': whole.length - from, ...from > 0 && { 'content-range': `bytes ${from}-9/10` } })
        if (from > 0) res.end(whole.slice(from))
        else res.write(whole.slice(0, 4), () => { setImmediate(() => { req.socket.destroy() }) })
        return
      }
      case '/missing': res.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here'); return
      case '/none': res.writeHead(204).end(); return
      case '/silent': return
      case '/stuck': res.writeHead(200, { 'content-length': 4 }).write('ab'); return
      case '/events': res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n'); return
      default: res.end(pathname)
    }
  })
  server.on('upgrade', (req, socket) => {
    socket.on('error', () => {})
    const key = req.headers['sec-websocket-key']
    if (req.headers.upgrade !== 'websocket' || key === undefined) {
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${req.headers.upgrade}\r\n\r\n`)
      socket.pipe(socket)
      return
    }
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
    socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]))
    socket.once('data', () => { socket.end() })
  })
  server.on('connect', (req, socket) => {
    socket.on('error', () => {}).write(`HTTP/1.1 200 OK\r\n\r\n${req.url} `)
    socket.pipe(socket)
  })
  const port = await listen(server)
  t.teardown(() => { server.close(); server.closeAllConnections() })
  return { url: `http://127.0.0.1:${port}`, port, count: (path) => seen.get(path) ?? 0 }
}

/** What a consumer is given. */
interface Case {
  /** The first 7: some of its interceptors fail over handlers of the current protocol, its own dispatchers' too. */
  readonly isFirst: boolean
  readonly undici: Undici
  readonly client: Client
  readonly url: string
  readonly port: number
  count (path: string): number
}

type Consumer = (given: Case, t: Test) => Promise<void>

async function readAnswer ({ statusCode, body }: { statusCode: number, body: AsyncIterable<Uint8Array> }): Promise<[number, string]> {
  return [statusCode, await text(body)]
}

/** The types of one version do for all. */
function over (dispatcher: unknown, ...interceptors: unknown[]): Dispatcher {
  return (dispatcher as Dispatcher).compose(...interceptors as Dispatcher.DispatcherComposeInterceptor[])
}

function collect (chunks: Buffer[]): Writable {
  return new Writable({ write (chunk, _encoding, done) { chunks.push(chunk); done() } })
}

const consumers: Record<string, Consumer> = {
  async request ({ undici, client: { dispatcher }, url }, t) {
    const bodies = ['x', Buffer.from('x'), new Uint8Array([120]), Readable.from(['x'], { objectMode: false })]
    for (const body of bodies) t.strictSame(await readAnswer(await undici.request(`${url}/echo`, { dispatcher, method: 'POST', body })), [200, 'POST /echo x'])
    t.strictSame(await readAnswer(await undici.request(`${url}/echo`, { dispatcher, query: { a: 1 }, headers: { host: 'other.test' } })), [200, 'GET /echo?a=1 '])
    const raw = await undici.request(`${url}/echo`, { dispatcher, headers: ['x-a', '1'], responseHeaders: 'raw' })
    await raw.body.dump()
    t.ok(Array.isArray(raw.headers))
    const { headers, trailers, body } = await undici.request(`${url}/echo`, { dispatcher, method: 'HEAD' })
    await body.dump()
    t.strictSame(headers['set-cookie'], ['a=1', 'b=2'])
    t.strictSame({ ...trailers }, {})
    const hosted = await undici.request(`${url}/echo`, { dispatcher, headers: { host: 'other.test' } })
    await hosted.body.dump()
    t.equal(hosted.headers['x-host'], 'other.test')
  },

  async 'request: what fails' ({ undici, client: { dispatcher }, url }, t) {
    await t.rejects(undici.request(`${url}/silent`, { dispatcher, headersTimeout: 20 }), { code: 'UND_ERR_HEADERS_TIMEOUT' })
    const stuck = await undici.request(`${url}/stuck`, { dispatcher, bodyTimeout: 20 })
    await t.rejects(text(stuck.body), { code: 'UND_ERR_BODY_TIMEOUT' })
    await t.rejects(undici.request(`${url}/lost`, { dispatcher, method: 'POST', body: 'x' }), { code: 'UND_ERR_SOCKET' })
    await t.rejects(undici.request('http://127.0.0.1:1/', { dispatcher }), { code: 'ECONNREFUSED' })
    const aborting = new AbortController()
    const aborted = undici.request(`${url}/silent`, { dispatcher, signal: aborting.signal })
    aborting.abort()
    await t.rejects(aborted, { name: 'AbortError' })
    const ending = new AbortController()
    const begun = await undici.request(`${url}/stuck`, { dispatcher, signal: ending.signal })
    ending.abort()
    await t.rejects(text(begun.body), { name: 'AbortError' })
    await t.rejects(undici.request(`${url}/echo`, { dispatcher, headers: { 'x y': '1' } }))
  },

  async stream ({ undici, client: { dispatcher }, url }, t) {
    const chunks: Buffer[] = []
    const { trailers } = await undici.stream(`${url}/echo`, { dispatcher, method: 'POST', body: 'x' }, ({ statusCode }) => {
      t.equal(statusCode, 200)
      return collect(chunks)
    })
    t.strictSame({ ...trailers }, {})
    t.equal(Buffer.concat(chunks).toString(), 'POST /echo x')
  },

  async pipeline ({ undici, client: { dispatcher }, url }, t) {
    const through = undici.pipeline(`${url}/echo`, { dispatcher, method: 'POST' }, ({ body }) => body)
    through.end('x')
    t.equal(await text(through), 'POST /echo x')
  },

  async upgrade ({ undici, client: { dispatcher }, url }, t) {
    const { socket, headers } = await undici.upgrade(`${url}/x`, { dispatcher, protocol: 'own' })
    t.equal(headers['upgrade'], 'own')
    socket.end('echoed')
    t.equal(await text(socket), 'echoed')
    await t.rejects(undici.upgrade(`${url}/none`, { dispatcher: over(dispatcher, (dispatch: Dispatcher['dispatch']) => (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => dispatch({ ...options, upgrade: null }, handler)) }), /bad upgrade/)
  },

  async connect ({ undici, client: { dispatcher }, url }, t) {
    const { statusCode, socket } = await undici.connect(`${url}/`, { dispatcher, path: 'a.test:1' } as never)
    t.equal(statusCode, 200)
    socket.end('echoed')
    t.match(await text(socket), / echoed$/)
  },

  async WebSocket ({ undici, client: { withoutRedirects: dispatcher }, port }, t) {
    const socket = new undici.WebSocket(`ws://127.0.0.1:${port}/`, { dispatcher })
    const [event] = await once(socket, 'message') as [MessageEvent]
    t.equal(event.data, 'hello')
    const closed = once(socket, 'close')
    socket.close()
    await closed
  },

  async EventSource ({ undici, client: { withoutRedirects: dispatcher }, url }, t) {
    const source = new undici.EventSource(`${url}/events`, { dispatcher, node: { dispatcher } } as never)
    const [event] = await once(source, 'message') as [MessageEvent]
    t.equal(event.data, 'first')
    source.close()
  },

  async RetryAgent ({ undici, client: { dispatcher }, url, count }, t) {
    const agent = new undici.RetryAgent(dispatcher, { minTimeout: 1, maxTimeout: 1 })
    for (const [path, answer] of [['/busy', 'at last'], ['/lost', 'found']] as const) {
      t.strictSame(await readAnswer(await undici.request(url + path, { dispatcher: agent })), [200, answer], path)
      t.equal(count(path), 2, path)
    }
    t.strictSame(await readAnswer(await undici.request(`${url}/cut`, { dispatcher: agent })), [200, 'abcdefghij'], 'goes on where it was cut')
    const before = count('/silent')
    await t.rejects(agent.request({ origin: url, path: '/silent', method: 'GET', timeout: 20 } as Dispatcher.RequestOptions), { message: /no complete response/ })
    t.equal(count('/silent'), before + 1, 'a deadline is the end')
  },

  async 'Agent with a factory' ({ undici, client: { dispatcher }, url }, t) {
    const agent = new undici.Agent({ factory: () => dispatcher })
    t.strictSame(await readAnswer(await undici.request(`${url}/echo`, { dispatcher: agent })), [200, 'GET /echo '])
    await agent.close()
    t.strictSame(await readAnswer(await undici.request(`${url}/echo`, { dispatcher })), [200, 'GET /echo '], 'closes nobody else\'s connections')
  },

  async 'connector: Agent, Pool, Client' ({ undici, client, url }, t) {
    const connect = client.connector as never
    for (const dispatcher of [new undici.Agent({ connect }), new undici.Pool(url, { connect }), new undici.Client(url, { connect })]) {
      t.strictSame(await readAnswer(await undici.request(`${url}/echo`, { dispatcher })), [200, 'GET /echo '])
      await dispatcher.close()
    }
  },

  async fetch ({ undici, client: { withoutRedirects: dispatcher }, url }, t) {
    for (const get of [undici.fetch, fetch] as (typeof fetch)[]) {
      const init = { dispatcher } as unknown as RequestInit
      t.equal(await (await get(`${url}/echo`, { ...init, method: 'POST', body: 'x' })).text(), 'POST /echo x')
      t.equal(await (await get(`${url}/echo`, { ...init, method: 'PUT', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit)).text(), 'PUT /echo x')
      t.equal(await (await get(`${url}/gzip`, init)).text(), 'unzipped')
      t.equal((await get(`${url}/none`, init)).status, 204)
      t.equal((await get(`${url}/echo`, { ...init, method: 'HEAD' })).headers.getSetCookie().length, 2)
      t.equal((await get(`${url}/missing`, init)).statusText, 'Not Found')
      t.equal((await get(`${url}/moved`, { ...init, redirect: 'manual' })).status, 302)
      await t.rejects(get(`${url}/moved`, { ...init, redirect: 'error' }))
      const followed = await get(`${url}/moved`, init)
      t.strictSame([followed.url, followed.redirected, await followed.text()], [`${url}/echo`, true, 'GET /echo '])
      await t.rejects(get(`${url}/silent`, { ...init, signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
      const ending = new AbortController()
      const stuck = await get(`${url}/stuck`, { ...init, signal: ending.signal })
      ending.abort()
      await t.rejects(stuck.text(), { name: 'AbortError' })
    }
  },

  async 'the global dispatcher' ({ undici, client: { withoutRedirects }, url }, t) {
    const before = undici.getGlobalDispatcher()
    undici.setGlobalDispatcher(withoutRedirects as never)
    try {
      t.strictSame(await readAnswer(await undici.request(`${url}/echo`)), [200, 'GET /echo '])
      t.equal(await (await undici.fetch(`${url}/echo`)).text(), 'GET /echo ')
      t.equal(await (await fetch(`${url}/moved`)).text(), 'GET /echo ', 'the fetch of Node')
    } finally {
      undici.setGlobalDispatcher(before)
    }
  },

  async 'interceptor retry' ({ undici, client: { dispatcher }, url, count }, t) {
    const composed = over(dispatcher, undici.interceptors.retry({ minTimeout: 1, maxTimeout: 1 }))
    for (const [path, answer] of [['/busy', 'at last'], ['/lost', 'found'], ['/cut', 'abcdefghij']] as const) {
      t.strictSame(await readAnswer(await undici.request(url + path, { dispatcher: composed })), [200, answer], path)
      t.equal(count(path), 2, path)
    }
  },

  async 'interceptor responseError' ({ undici, client: { dispatcher }, url }, t) {
    await t.rejects(undici.request(`${url}/missing`, { dispatcher: over(dispatcher, undici.interceptors.responseError()) }), { statusCode: 404 } as never)
  },

  async 'interceptor redirect' ({ undici, client: { withoutRedirects }, url }, t) {
    const composed = over(withoutRedirects, undici.interceptors.redirect({ maxRedirections: 2 }))
    t.strictSame(await readAnswer(await undici.request(`${url}/moved`, { dispatcher: composed })), [200, 'GET /echo '])
  },

  async 'interceptor dump' ({ undici, client: { dispatcher }, url }, t) {
    const { body } = await undici.request(`${url}/echo`, { dispatcher: over(dispatcher, undici.interceptors.dump()) })
    t.equal(await text(body), '')
  },

  async 'interceptor dns' ({ undici, isFirst, client: { dispatcher }, port }, t) {
    const looked: string[] = []
    const dns = undici.interceptors.dns({ lookup: ((origin: URL, _options: unknown, done: (error: null, addresses: object[]) => void) => { looked.push(origin.hostname); done(null, [{ address: '127.0.0.1', family: 4, ttl: 60_000 }]) }) as never })
    const { headers, body } = await undici.request(`http://name.test:${port}/echo`, { dispatcher: over(dispatcher, dns) })
    t.equal(await text(body), 'GET /echo ')
    t.equal(headers['x-host'], isFirst ? 'name.test' : `name.test:${port}`)
    t.strictSame(looked, ['name.test'])
  },

  async 'interceptor cache' ({ undici, client: { dispatcher }, url, count }, t) {
    const composed = over(dispatcher, undici.interceptors.cache())
    for (let i = 0; i < 2; i++) t.strictSame(await readAnswer(await undici.request(`${url}/cached`, { dispatcher: composed })), [200, 'answer 1'])
    t.equal(count('/cached'), 1)
  },

  async 'interceptors decompress and deduplicate' ({ undici, client: { dispatcher }, url }, t) {
    // Not in the first 7.
    const { decompress, deduplicate } = undici.interceptors as Partial<typeof undici.interceptors>
    if (decompress !== undefined) t.strictSame(await readAnswer(await undici.request(`${url}/gzip`, { dispatcher: over(dispatcher, decompress()) })), [200, 'unzipped'])
    if (deduplicate === undefined) return
    const composed = over(dispatcher, deduplicate())
    const both = await Promise.all([1, 2].map(async () => await readAnswer(await undici.request(`${url}/echo`, { dispatcher: composed }))))
    t.strictSame(both, [[200, 'GET /echo '], [200, 'GET /echo ']])
  },

  async 'interceptors in a row, and around each hop' ({ undici, isFirst, client, url }, t) {
    const { redirect, responseError, retry, dump } = undici.interceptors
    t.strictSame(await readAnswer(await undici.request(`${url}/moved`, { dispatcher: over(client.withoutRedirects, ...isFirst ? [] : [responseError()], redirect({ maxRedirections: 2 }), retry()) })), [200, 'GET /echo '])
    const hops: string[] = []
    const noting = (dispatch: Dispatcher['dispatch']): Dispatcher['dispatch'] => (options, handler) => { hops.push(options.path); return dispatch(options, handler) }
    const around = client.intercept(noting, retry() as never, ...isFirst ? [] : [dump() as never])
    t.equal((await undici.request(`${url}/moved`, { dispatcher: around })).statusCode, 200)
    t.strictSame(hops, ['/moved', '/echo'])
  },

  async 'reply-from' ({ client: { withoutRedirects }, url }, t) {
    const app = fastify()
    t.teardown(() => app.close())
    await app.register(fastifyReplyFrom, { base: url, undici: withoutRedirects })
    app.all('/*', (request, reply) => {
      const timeout = request.url === '/silent' ? { timeout: 20 } : {}
      return reply.from(request.url, { ...timeout, rewriteRequestHeaders: (_request, headers) => ({ ...headers, host: 'other.test' }) } as FastifyReplyFromHooks)
    })
    const echo = await app.inject({ method: 'POST', url: '/echo?a=1', payload: 'x', headers: { 'content-type': 'text/plain' } })
    t.match(echo, { statusCode: 200, body: 'POST /echo?a=1 x', headers: { 'x-host': 'other.test' } })
    t.equal((await app.inject('/moved')).statusCode, 302)
    t.equal((await app.inject('/silent')).statusCode, 504)
    t.equal((await app.inject('/none')).statusCode, 204)
  }
}

for (const [version, undici] of await loadUndiciVersions()) {
  const isFirst = version === 'undici 7.0.0'
  // `compose` is that of the base class, and 8 does not compose what speaks the older protocol, over its own Agent neither.
  const skip = isFirst && baseVersion.startsWith('8.') && 'interceptors of 7.0 do not compose in 8'

  for (const [name, use] of Object.entries(consumers)) {
    t.test(`${name}, ${version}`, { skip: name.startsWith('interceptor') && skip }, async (t) => {
      const backend = await startBackend(t)
      await use({ undici, isFirst, client: startClient(t), ...backend }, t)
    })
  }

  t.test(`interceptor dns over TLS, ${version}`, { skip }, async (t) => {
    const origin = await startOrigin(t, (req, res) => { res.setHeader('x-host', req.headers.host!).end(req.url) }, ca.issue({ cn: 'name.test', san: ['name.test'] }))
    const { port } = origin.server.address() as AddressInfo
    const { dispatcher } = startClient(t, { tls: trusting })
    const dns = undici.interceptors.dns({ lookup: ((_origin: URL, _options: unknown, done: (error: null, addresses: object[]) => void) => { done(null, [{ address: '127.0.0.1', family: 4, ttl: 60_000 }]) }) as never })
    for (let i = 0; i < 2; i++) {
      const { headers, body } = await undici.request(`https://name.test:${port}/x`, { dispatcher: over(dispatcher, dns) })
      t.equal(await text(body), '/x')
      t.equal(headers['x-host'], isFirst ? 'name.test' : `name.test:${port}`)
    }
    t.equal(origin.accepted, 1, 'of one name, one connection')
    await t.rejects(undici.request(`https://other.test:${port}/x`, { dispatcher: over(dispatcher, dns) }), { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' } as never, 'by the name that was looked up')
  })
}
