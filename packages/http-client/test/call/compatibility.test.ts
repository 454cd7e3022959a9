import http from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import t from 'tap'
import { Agent, fetch as undiciFetch, interceptors, pipeline, request, RetryAgent, type Dispatcher } from 'undici'
import { clientErrorReasons, ClientError } from '@floodgate/http-client'
import { createAuthority, listen, startForwardProxy, startOrigin, writeFiles } from '@floodgate/testing'
import { call, startClient } from '../support/clients.ts'
import { startRaw } from '../support/raw.ts'

const ca = createAuthority('ca')
const files = writeFiles(t, { 'ca.pem': ca.cert })
const trusting = { caCerts: [files['ca.pem']], disableSystemCaPool: true }

t.test('dispatch: headersTimeout and bodyTimeout of a request', async (t) => {
  const origin = await startOrigin(t, (req, res) => {
    if (req.url === '/silent') return
    res.writeHead(200, { 'content-length': 4 }).write('ab')
    if (req.url === '/slow') setTimeout(() => { res.end('cd') }, 30)
  })
  const { dispatcher } = startClient(t)
  t.match((await call(dispatcher, origin.url, '/silent', { headersTimeout: 20 })).error, { reason: 'FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT', code: 'UND_ERR_HEADERS_TIMEOUT' })
  t.match((await call(dispatcher, origin.url, '/stuck', { bodyTimeout: 20 })).error, { reason: 'FG_ERR_HTTP_CLIENT_BODY_TIMEOUT', code: 'UND_ERR_BODY_TIMEOUT' })
  t.match(await call(dispatcher, origin.url, '/slow', { headersTimeout: 5000, bodyTimeout: 5000 }), { body: 'abcd', error: null })
  await t.rejects(request(`${origin.url}/silent`, { dispatcher, headersTimeout: 20 }), { code: 'UND_ERR_HEADERS_TIMEOUT' })
})

t.test('dispatch: a Host of the caller\'s is sent, and follows redirects that name no host', async (t) => {
  const seen: unknown[] = []
  const origin = await startOrigin(t, (req, res) => {
    seen.push(req.headers.host)
    if (req.url === '/relative') res.writeHead(302, { location: '/final' })
    if (req.url === '/absolute') res.writeHead(302, { location: `${origin.url}/final` })
    res.end()
  })
  const { dispatcher } = startClient(t)
  const headers = { host: 'other.test' }
  await call(dispatcher, origin.url, '/relative', { headers })
  await call(dispatcher, origin.url, '/absolute', { headers })
  t.strictSame(seen, ['other.test', 'other.test', 'other.test', new URL(origin.url).host])
})

t.test('dispatch: a servername is what the certificate has to name, unless the settings name another', async (t) => {
  const names: unknown[] = []
  const origin = await startOrigin(t, (req, res) => {
    names.push((req.socket as TLSSocket).servername)
    if (req.url === '/relative') res.writeHead(302, { location: '/final' })
    res.end()
  }, ca.issue({ cn: 'a', san: ['a.test', 'b.test'] }))
  const { dispatcher } = startClient(t, { tls: trusting })
  for (const servername of ['a.test', 'b.test', 'a.test']) t.match(await call(dispatcher, origin.url, '/relative', { servername }), { status: 200, error: null })
  t.strictSame(names, ['a.test', 'a.test', 'b.test', 'b.test', 'a.test', 'a.test'], 'on the same origin, redirects too')
  t.equal(origin.accepted, 2, 'a connection for each name')
  for (const servername of ['c.test', null]) t.match((await call(dispatcher, origin.url, '/', { servername })).error, { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' })
  t.match(await call(startClient(t, { tls: trusting, own: { servername: 'b.test' } }).dispatcher, origin.url, '/', { servername: 'c.test' }), { status: 200, error: null })
})

t.test('dispatch: a handler may refuse the socket of an upgrade', async (t) => {
  const { port } = await startRaw(t, (socket) => { socket.on('error', () => {}).on('data', () => { socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n') }) })
  const { dispatcher } = startClient(t)
  const reason = new Error('not that one')
  const [error, socket] = await new Promise<[Error, Duplex]>((resolve) => {
    let given: Duplex
    dispatcher.dispatch({ origin: `http://127.0.0.1:${port}`, path: '/', method: 'GET', upgrade: 'own' }, {
      onRequestStart () {},
      onRequestUpgrade (controller, _status, _headers, socket) { given = socket; controller.abort(reason) },
      onResponseError (_controller, error) { resolve([error, given]) }
    })
  })
  t.equal(error, reason)
  t.ok(socket.destroyed)
})

t.test('withoutRedirects: redirects are the caller\'s', async (t) => {
  const origin = await startOrigin(t, (req, res) => {
    if (req.url === '/moved') res.writeHead(302, { location: '/final' })
    res.end(req.url)
  })
  const { withoutRedirects: dispatcher } = startClient(t)
  for (const get of [fetch, undiciFetch] as (typeof fetch)[]) {
    t.equal((await get(`${origin.url}/moved`, { dispatcher, redirect: 'manual' } as never)).status, 302)
    await t.rejects(get(`${origin.url}/moved`, { dispatcher, redirect: 'error' } as never))
    const followed = await get(`${origin.url}/moved`, { dispatcher } as never)
    t.strictSame([followed.url, followed.redirected, await followed.text()], [`${origin.url}/final`, true, '/final'])
  }
  t.equal((await request(`${origin.url}/moved`, { dispatcher })).statusCode, 302)
})

t.test('ClientError: what must not be repeated has a code that nobody repeats', async (t) => {
  const repeated = new Set(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'ENETDOWN', 'ENETUNREACH', 'EHOSTDOWN', 'EHOSTUNREACH', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_INFO', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
  const causes = [undefined, ...[...repeated, 'ERR_SSL_X', 'CERT_HAS_EXPIRED'].map((code) => Object.assign(new Error('x'), { code }))]
  for (const reason of clientErrorReasons) {
    for (const cause of causes) {
      const { code } = new ClientError(reason, 'x', { cause })
      if (/DEADLINE|ABORTED|UPLOAD|REDIRECT|LOCATION|PINNED|CERTIFICATE|CLOSED|REQUEST$|PROXY_(?:AUTH|REFUSED|TLS)/.test(reason)) t.notOk(repeated.has(code), `${reason} ${code}`)
      if (/DNS|DIAL|PROXY|TLS$|CERTIFICATE|PINNED/.test(reason)) t.notOk(/^UND_ERR_(?:SOCKET|INFO)$/.test(code), `${reason} ${code}`)
    }
  }
})

t.test('RetryAgent: repeats what was lost, and nothing else', async (t) => {
  let requests = 0
  const origin = await startOrigin(t, (req, res) => {
    requests++
    if (req.url === '/lost' && requests < 3) req.socket.destroy()
    else if (req.url !== '/silent') res.end('final')
  })
  const { dispatcher } = startClient(t)
  const agent = new RetryAgent(dispatcher, { minTimeout: 1, maxTimeout: 1 })
  t.equal(await (await request(`${origin.url}/lost`, { dispatcher: agent })).body.text(), 'final')
  t.equal(requests, 3)
  requests = 0
  await t.rejects(agent.request({ origin: origin.url, path: '/silent', method: 'GET', timeout: 20 } as Dispatcher.RequestOptions), { message: /no complete response/ })
  t.equal(requests, 1)
})

t.test('dispatcher: pipeline, decompress and other interceptors', async (t) => {
  const origin = await startOrigin(t, (req, res) => { req.pipe(res) })
  const { dispatcher } = startClient(t)
  const through = pipeline(origin.url, { dispatcher, method: 'POST' }, ({ body }) => body)
  through.end('piped')
  let text = ''
  for await (const chunk of through) text += String(chunk)
  t.equal(text, 'piped')
  const composed = dispatcher.compose(interceptors.responseError(), interceptors.redirect({ maxRedirections: 2 }), interceptors.retry())
  t.equal((await request(origin.url, { dispatcher: composed })).statusCode, 200)
})

t.test('connector: undici\'s own Agent dials with our TLS, proxies and pins', async (t) => {
  const origin = await startOrigin(t, (req, res) => { res.end(req.url) }, ca.issue({ cn: 'server' }))
  const plain = await startOrigin(t, (req, res) => { res.end(req.url) })
  const proxy = await startForwardProxy(t)
  for (const client of [startClient(t, { tls: trusting }), startClient(t, { tls: trusting, proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port, username: null, password: null } })]) {
    const agent = new Agent({ connect: client.connector as never })
    t.teardown(() => agent.destroy())
    for (const url of [origin.url, plain.url]) t.equal(await (await request(`${url}/x`, { dispatcher: agent })).body.text(), '/x')
  }
  t.equal(proxy.seen.length, 2, 'by CONNECT, http too')
  const pinned = new Agent({ connect: startClient(t, { tls: trusting, own: { pins: [Buffer.alloc(32).toString('base64')] } }).connector as never })
  t.teardown(() => pinned.destroy())
  await t.rejects(request(origin.url, { dispatcher: pinned }), { code: 'CERT_KEY_NOT_PINNED' })
})

t.test('connector: no failure makes an Agent of undici dial again by itself', async (t) => {
  let dials = 0
  const hangup = await startRaw(t, (socket) => { dials++; socket.destroy() })
  const reset = await startRaw(t, (socket) => { dials++; socket.resetAndDestroy() })
  const noTls = await startRaw(t, (socket) => { dials++; socket.on('error', () => {}).end('no TLS\r\n') })
  const closed = net.createServer()
  const closedPort = await listen(closed)
  closed.close()
  const refusing = http.createServer().on('connect', (_req, socket) => { dials++; socket.end('HTTP/1.1 403 Forbidden\r\n\r\n') })
  const refusingPort = await listen(refusing)
  t.teardown(() => { refusing.close() })
  const untrusted = await startOrigin(t, () => {}, createAuthority('other').issue({ cn: 'x' }))
  untrusted.server.on('connection', () => { dials++ })
  const proxied = { proxy: { protocol: 'http' as const, host: '127.0.0.1', port: refusingPort, username: null, password: null } }
  for (const [url, settings] of [
    [`https://127.0.0.1:${hangup.port}`, {}], [`https://127.0.0.1:${reset.port}`, {}], [`https://127.0.0.1:${noTls.port}`, {}],
    [`http://127.0.0.1:${closedPort}`, {}], ['http://name.invalid', {}], [untrusted.url, { tls: trusting }], ['http://a.test', proxied], ['https://a.test', proxied]
  ] as const) {
    dials = 0
    const agent = new Agent({ connect: startClient(t, settings).connector as never })
    const error = await request(url, { dispatcher: agent }).then(() => null, (failure: ClientError) => failure)
    t.match(error, { reason: /^FG_ERR_HTTP_CLIENT_/ }, url)
    for (let i = 0; i < 20; i++) await turn()
    t.ok(dials <= 2, `${url}: ${dials} dials`)
    await agent.destroy()
  }
})
