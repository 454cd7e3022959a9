import dns from 'node:dns'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { createClients, diagnose, probeOrigin } from '@floodgate/http-client'
import type { ProxySettings } from '@floodgate/settings'
import { createAuthority, listen, startForwardProxy, startOrigin, startSocksProxy, writeFiles, startRunClock } from '@floodgate/testing'
import { call, makeSettings, startCall, startClient, startClients, type Outcome } from '../support/clients.ts'

const ca = createAuthority('ca')
const other = createAuthority('other')
const server = ca.issue({ cn: 'server' })
const elsewhere = ca.issue({ cn: 'elsewhere.test', san: ['elsewhere.test'] })
const expired = ca.issue({ cn: 'expired', days: -1 })
const client = ca.issue({ cn: 'client', san: [] })
const files = writeFiles(t, { ca: ca.cert, other: other.cert, 'client.pem': client.cert, 'client.key': client.key })
const tls = { caCerts: [files.ca], disableSystemCaPool: true }

function proxyAt (protocol: ProxySettings['protocol'], { port }: { port: number }, username: string | null = null, password: string | null = null): ProxySettings {
  return { protocol, host: '127.0.0.1', port, username, password }
}

/** Listens, and does with a connection what it is told. */
async function startRaw (t: Test, onConnection: (socket: net.Socket) => void): Promise<{ port: number, server: net.Server, accepted: () => number }> {
  let accepted = 0
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    accepted++
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => { sockets.delete(socket) })
    onConnection(socket)
  })
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  return { port: await listen(server), server, accepted: () => accepted }
}

function fails (t: Test, { error }: Outcome, code: string, stage: string, cause: string | null, title: string): void {
  t.match(error, { reason: code, stage }, title)
  t.match(diagnose(error), { code, stage, cause, sentence: /^[A-Z0-9].*\.$/ }, title)
}

t.test('dispatch: names what went wrong on the way', async (t) => {
  const { dispatcher } = startClient(t, { tls })
  const closed = await startRaw(t, () => {})
  closed.server.close()
  const untrusted = await startOrigin(t, (_, response) => { response.end() }, other.issue({ cn: 'x' }))
  const wrongName = await startOrigin(t, (_, response) => { response.end() }, elsewhere)
  const old = await startOrigin(t, (_, response) => { response.end() }, expired)
  const plain = await startOrigin(t, (_, response) => { response.end() })
  const version = await startOrigin(t, (_, response) => { response.end() }, { ...server, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })
  const hangup = await startRaw(t, (socket) => { socket.destroy() })

  fails(t, await call(dispatcher, `http://127.0.0.1:${closed.port}`, '/'), 'FG_ERR_HTTP_CLIENT_DIAL', 'dial', 'ECONNREFUSED', 'nobody listens')
  fails(t, await call(dispatcher, `http://localhost:${closed.port}`, '/'), 'FG_ERR_HTTP_CLIENT_DIAL', 'dial', 'ECONNREFUSED', 'nobody listens at any address')
  fails(t, await call(dispatcher, 'http://name.invalid', '/'), 'FG_ERR_HTTP_CLIENT_DNS', 'dns', 'ENOTFOUND', 'no such name')
  fails(t, await call(dispatcher, untrusted.url, '/'), 'FG_ERR_HTTP_CLIENT_CERTIFICATE', 'tls', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'not trusted')
  fails(t, await call(dispatcher, wrongName.url, '/'), 'FG_ERR_HTTP_CLIENT_CERTIFICATE', 'tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'another name')
  fails(t, await call(dispatcher, old.url, '/'), 'FG_ERR_HTTP_CLIENT_CERTIFICATE', 'tls', 'CERT_HAS_EXPIRED', 'expired')
  fails(t, await call(dispatcher, version.url, '/'), 'FG_ERR_HTTP_CLIENT_TLS', 'tls', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'another version')
  fails(t, await call(dispatcher, `https://127.0.0.1:${plain.port}`, '/'), 'FG_ERR_HTTP_CLIENT_TLS', 'tls', 'ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS at all')
  fails(t, await call(dispatcher, `https://127.0.0.1:${hangup.port}`, '/'), 'FG_ERR_HTTP_CLIENT_TLS', 'tls', 'ECONNRESET', 'a hangup in the handshake')
  fails(t, await call(dispatcher, `http://127.0.0.1:${hangup.port}`, '/'), 'FG_ERR_HTTP_CLIENT_HANGUP', 'headers', 'UND_ERR_SOCKET', 'a hangup after the connection')
  fails(t, await call(dispatcher, 'ftp://127.0.0.1', '/'), 'FG_ERR_HTTP_CLIENT_REQUEST', 'request', null, 'no origin')
  t.equal(diagnose(new Error('own')), null, 'the reason of an abort is nothing to diagnose')
})

t.test('dispatch: a certificate that is not accepted for its signature or its name constraints is told as that', async (t) => {
  const constrained = createAuthority('constrained', { permitted: ['good.test'] })
  const { constrainedFile } = writeFiles(t, { constrainedFile: constrained.cert })
  const ofItsOwn = { caCerts: [constrainedFile], disableSystemCaPool: true }
  for (const [issued, settings, words] of [
    [ca.issue({ cn: 'weak', hash: 'sha1' }), tls, /md too weak|signature/i],
    [constrained.issue({ cn: 'outside', san: ['bad.test', '127.0.0.1'] }), ofItsOwn, /permitted subtree/]
  ] as const) {
    const origin = await startOrigin(t, (_, response) => { response.end() }, { ...issued, ciphers: 'DEFAULT:@SECLEVEL=0' })
    const { error } = await call(startClient(t, { tls: settings }).dispatcher, origin.url, '/')
    t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE', stage: 'tls', message: words })
    t.match(diagnose(error), { code: 'FG_ERR_HTTP_CLIENT_CERTIFICATE', cause: String, sentence: words })
    const probe = await probeOrigin(makeSettings({ tls: settings }), origin.url, { env: {} })
    t.match(probe.verdict, { fault: 'certificate', problem: words })
  }
})

t.test('dispatch: dials once per call, whatever comes', async (t) => {
  const { dispatcher } = startClient(t, { tls })
  const hangup = await startRaw(t, (socket) => { socket.destroy() })
  for (const origin of [`http://127.0.0.1:${hangup.port}`, `https://127.0.0.1:${hangup.port}`]) await call(dispatcher, origin, '/')
  t.equal(hangup.accepted(), 2)
  const proxied = startClient(t, { tls, proxy: proxyAt('http', hangup) }).dispatcher
  fails(t, await call(proxied, 'https://api.test', '/'), 'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', 'proxy', null, 'a proxy that hangs up on CONNECT')
  t.equal(hangup.accepted(), 3)
})

t.test('dispatch: SNI is the name of the origin, whatever Host says, and none for addresses', async (t) => {
  const seen: unknown[] = []
  const origin = await startOrigin(t, (request, response) => {
    seen.push((request.socket as unknown as { servername: unknown }).servername, request.headers.host, (request.socket as unknown as { alpnProtocol: unknown }).alpnProtocol)
    response.end()
  }, server)
  const { dispatcher } = startClient(t, { tls })
  await call(dispatcher, `https://localhost:${origin.port}`, '/', { headers: { host: 'evil.test' } })
  await call(dispatcher, origin.url, '/', { headers: ['Host', 'evil.test'] })
  t.strictSame(seen, ['localhost', 'evil.test', false, false, 'evil.test', false])
})

t.test('dispatch: TLS sessions are resumed, by one client only', async (t) => {
  const resumed: boolean[] = []
  const origin = await startOrigin(t, (request, response) => {
    resumed.push((request.socket as unknown as { isSessionReused (): boolean }).isSessionReused())
    response.end()
  }, server)
  const clients = startClients(t)
  const transport = { disableKeepAlives: true }
  const one = clients.acquire(makeSettings({ tls, transport }))
  for (let i = 0; i < 4; i++) t.equal((await call(one.dispatcher, origin.url, '/')).error, null)
  t.strictSame(resumed.splice(0), [false, true, true, true])
  const insecure = clients.acquire(makeSettings({ tls: { allowInsecureConnections: true }, transport }))
  await call(insecure.dispatcher, origin.url, '/')
  t.strictSame(resumed.splice(0), [false])
  const untrusting = clients.acquire(makeSettings({ tls: { caCerts: [files.other], disableSystemCaPool: true }, transport }))
  t.match(await call(untrusting.dispatcher, origin.url, '/'), { error: { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' } })
  one.renew()
  await call(one.dispatcher, origin.url, '/')
  t.strictSame(resumed, [false], 'a new generation begins with none')
})

t.test('dispatch: dialer_timeout', async (t) => {
  // Its thread accepts nothing, and its backlog is soon full: from then on a dial hangs.
  const deaf = new Worker(`
    const { parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
    })`, { eval: true })
  t.teardown(() => deaf.terminate())
  const [port] = await once(deaf, 'message') as [number]
  const fillers = Array.from({ length: 8 }, () => net.connect(port, '127.0.0.1').on('error', () => {}))
  t.teardown(() => { for (const filler of fillers) filler.destroy() })
  await once(fillers[0]!, 'connect')

  const ran = startRunClock(t)
  const client = startClient(t, { transport: { dialerTimeout: 60 } })
  fails(t, await call(client.dispatcher, `http://127.0.0.1:${port}`, '/', { timeout: 5000 }), 'FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT', 'dial', null, 'a dial that hangs')
  t.ok(ran() < 1000)
  fails(t, await call(client.dispatcher, `http://127.0.0.1:${port}`, '/', { timeout: 20 }), 'FG_ERR_HTTP_CLIENT_DEADLINE', 'dial', null, 'a deadline within the dial')

  const patient = createClients({ env: {} })
  const hanging = startCall(patient.acquire(makeSettings()).dispatcher, { origin: `http://127.0.0.1:${port}`, path: '/' })
  await patient.close({ timeout: 1 })
  fails(t, await hanging.ended, 'FG_ERR_HTTP_CLIENT_CLOSED', 'request', null, 'a close ends it')
})

t.test('dispatch: an http origin through an http proxy', async (t) => {
  const proxy = await startForwardProxy(t, { auth: 'us@er:p:w/ d' })
  const hosts: unknown[] = []
  const origin = await startOrigin(t, (request, response) => {
    hosts.push(request.headers.host)
    response.end(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`)
  })
  const { dispatcher } = startClient(t, { proxy: proxyAt('http', proxy, 'us@er', 'p:w/ d') })
  const headers = { 'x-own': '1', 'proxy-authorization': 'Basic stolen', host: 'own.test' }
  t.match(await call(dispatcher, origin.url, '/a?b=1', { headers }), { status: 200, body: 'GET /a?b=1 undefined' })
  t.match(await call(dispatcher, `http://api.test:${origin.port}`, '/c', { method: 'POST', body: 'x', headers: ['X-Own', '1', 'Proxy-Authorization', 'x'] }), { status: 200, body: 'POST /c undefined' })
  t.match(await call(dispatcher, `http://localhost:${origin.port}`, '/'), { status: 200 }, 'localhost too')
  t.strictSame(hosts, ['own.test', `api.test:${origin.port}`, `localhost:${origin.port}`])
  t.match(proxy.seen, [
    { method: 'GET', target: `${origin.url}/a?b=1`, proxyAuthorization: 'Basic dXNAZXI6cDp3LyBk', headers: { 'x-own': '1' } },
    { method: 'POST', target: `http://api.test:${origin.port}/c`, proxyAuthorization: 'Basic dXNAZXI6cDp3LyBk', headers: { 'x-own': '1' } },
    { method: 'GET' }
  ])
  t.equal(proxy.accepted, 1, 'all origins share the connections to the proxy')

  const wrong = startClient(t, { proxy: proxyAt('http', proxy, 'us@er', 'wrong') }).dispatcher
  t.match(await call(wrong, origin.url, '/'), { status: 407, headers: { 'proxy-authenticate': 'Basic' } }, 'a 407 is the answer')
  t.match(await call(startClient(t, { proxy: proxyAt('http', proxy) }).dispatcher, origin.url, '/'), { status: 407 }, 'without credentials none are sent')
  t.equal(proxy.seen.at(-1)!.proxyAuthorization, null)
})

t.test('dispatch: an https origin through an http proxy', async (t) => {
  const proxy = await startForwardProxy(t, { auth: 'user:' })
  const origin = await startOrigin(t, (request, response) => { response.end(request.url) }, elsewhere)
  const { dispatcher } = startClient(t, { tls, proxy: proxyAt('http', proxy, 'user') })
  for (const path of ['/a', '/b']) t.match(await call(dispatcher, `https://elsewhere.test:${origin.port}`, path, { headers: { 'x-own': '1' } }), { status: 200, body: path })
  t.strictSame(proxy.seen.map(({ method, target, proxyAuthorization }) => ({ method, target, proxyAuthorization })), [{ method: 'CONNECT', target: `elsewhere.test:${origin.port}`, proxyAuthorization: 'Basic dXNlcjo=' }], 'one tunnel, an empty password')
  t.strictSame(Object.keys(proxy.seen[0]!.headers), ['host'], 'nothing of the request reaches the proxy')
  fails(t, await call(dispatcher, `https://other.test:${origin.port}`, '/'), 'FG_ERR_HTTP_CLIENT_CERTIFICATE', 'tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'the name is checked through the tunnel')
  fails(t, await call(startClient(t, { tls, proxy: proxyAt('http', proxy, 'user', 'secret') }).dispatcher, origin.url, '/'), 'FG_ERR_HTTP_CLIENT_PROXY_AUTH', 'proxy', null, '407')
})

t.test('dispatch: proxies that fail', async (t) => {
  const gone = await startRaw(t, () => {})
  gone.server.close()
  const refusing = await startForwardProxy(t, { status: 403 })
  const created = await startForwardProxy(t, { status: 201 })
  const odd = await startRaw(t, (socket) => { socket.on('data', () => { socket.write('220 smtp ready to serve you\r\n') }) })
  const secret = 'hush-hush'
  const reach = (protocol: ProxySettings['protocol'], proxy: { port: number }, origin = 'https://api.test'): Promise<Outcome> =>
    call(startClient(t, { tls, proxy: proxyAt(protocol, proxy, 'user', secret) }).dispatcher, origin, '/', { timeout: 5000 })
  fails(t, await reach('http', gone), 'FG_ERR_HTTP_CLIENT_PROXY_DIAL', 'proxy', 'ECONNREFUSED', 'down')
  fails(t, await reach('http', gone, 'http://api.test'), 'FG_ERR_HTTP_CLIENT_PROXY_DIAL', 'proxy', 'ECONNREFUSED', 'down, http')
  fails(t, await reach('socks5', gone), 'FG_ERR_HTTP_CLIENT_PROXY_DIAL', 'proxy', 'ECONNREFUSED', 'down, SOCKS')
  fails(t, await reach('http', refusing), 'FG_ERR_HTTP_CLIENT_PROXY_REFUSED', 'proxy', null, '403')
  fails(t, await reach('http', created), 'FG_ERR_HTTP_CLIENT_PROXY_REFUSED', 'proxy', null, '201 is no tunnel')
  fails(t, await reach('http', odd), 'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', 'proxy', null, 'no HTTP')
  fails(t, await reach('socks5', odd), 'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', 'proxy', null, 'no SOCKS')
  fails(t, await reach('socks5', refusing), 'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', 'proxy', null, 'an http proxy asked for SOCKS')
  fails(t, await reach('https', refusing), 'FG_ERR_HTTP_CLIENT_PROXY_TLS', 'proxy', 'ERR_SSL_WRONG_VERSION_NUMBER', 'an http proxy asked for TLS')
  t.match(await reach('http', refusing, 'http://api.test'), { status: 403, body: 'said by the proxy' }, 'what it answers itself is the answer')
  for (const kind of ['http', 'socks5'] as const) {
    const { error } = await reach(kind, gone)
    t.notMatch(`${error?.stack} ${JSON.stringify(error)} ${JSON.stringify(diagnose(error))}`, secret)
  }
})

t.test('dispatch: an https proxy, with the very client_tls of the origin', async (t) => {
  const proxy = await startForwardProxy(t, { tls: { ...server, ca: ca.cert, requestCert: true } })
  const secure = await startOrigin(t, (request, response) => { response.end(request.url) }, server)
  const plain = await startOrigin(t, (request, response) => { response.end(request.url) })
  const { dispatcher } = startClient(t, { tls: { ...tls, clientCerts: [{ certificate: files['client.pem'], privateKey: files['client.key'] }] }, proxy: proxyAt('https', proxy) })
  for (let i = 0; i < 2; i++) {
    t.match(await call(dispatcher, secure.url, '/tls'), { status: 200, body: '/tls' }, 'TLS in TLS')
    t.match(await call(dispatcher, plain.url, '/plain'), { status: 200, body: '/plain' }, 'absolute-form over TLS')
  }
  t.equal(proxy.accepted, 2)
  const without = startClient(t, { tls, proxy: proxyAt('https', proxy) }).dispatcher
  fails(t, await call(without, plain.url, '/'), 'FG_ERR_HTTP_CLIENT_TLS', 'tls', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'the certificate it asks for is missing')
  const untrusting = startClient(t, { tls: { caCerts: [files.other], disableSystemCaPool: true }, proxy: proxyAt('https', proxy) }).dispatcher
  fails(t, await call(untrusting, plain.url, '/'), 'FG_ERR_HTTP_CLIENT_PROXY_TLS', 'proxy', 'SELF_SIGNED_CERT_IN_CHAIN', 'a proxy that is not trusted')
})

t.test('dispatch: SOCKS5', async (t) => {
  const open = await startSocksProxy(t)
  const guarded = await startSocksProxy(t, { auth: 'user:p:w' })
  const plain = await startOrigin(t, (request, response) => { response.end(request.url) })
  const secure = await startOrigin(t, (request, response) => { response.end(request.url) }, server)
  for (const protocol of ['socks5', 'socks5h'] as const) {
    const { dispatcher } = startClient(t, { tls, proxy: proxyAt(protocol, open) })
    for (const origin of [plain.url, secure.url, `http://api.test:${plain.port}`, `https://localhost:${secure.port}`]) {
      for (const path of ['/a', '/b']) t.match(await call(dispatcher, origin, path), { status: 200, body: path }, `${protocol} ${origin}`)
    }
    t.match(open.seen.splice(0), [
      { target: `127.0.0.1:${plain.port}`, addressType: 'ipv4' },
      { target: `127.0.0.1:${secure.port}`, addressType: 'ipv4' },
      { target: `api.test:${plain.port}`, addressType: 'name' },
      { target: `localhost:${secure.port}`, addressType: 'name' }
    ])
  }
  const { dispatcher } = startClient(t, { proxy: proxyAt('socks5', guarded, 'user', 'p:w') })
  t.match(await call(dispatcher, plain.url, '/a'), { status: 200 })
  t.match(guarded.seen, [{ credentials: 'user:p:w' }])
  const wrong = (username: string | null, password: string | null): Promise<Outcome> => call(startClient(t, { proxy: proxyAt('socks5', guarded, username, password) }).dispatcher, plain.url, '/')
  for (const [username, password] of [['user', 'wrong'], [null, null], ['', 'x'], ['u'.repeat(256), 'x']] as const) fails(t, await wrong(username, password), 'FG_ERR_HTTP_CLIENT_PROXY_AUTH', 'proxy', null, `${username?.slice(0, 5)}:${password}`)
  for (const [host, packed] of [['[::1]', '0000:0000:0000:0000:0000:0000:0000:0001'], ['[2001:db8::ffff:0]', '2001:0db8:0000:0000:0000:0000:ffff:0000']] as const) {
    const clients = createClients({ env: {} })
    const before = open.seen.length
    const running = call(clients.acquire(makeSettings({ proxy: proxyAt('socks5', open) })).dispatcher, `http://${host}:1`, '/')
    while (open.seen.length === before) await new Promise(setImmediate)
    t.match(open.seen.at(-1), { addressType: 'ipv6', target: `${packed}:1` })
    await clients.close({ timeout: 1 })
    await running
  }
  fails(t, await call(startClient(t, { proxy: proxyAt('socks5', open) }).dispatcher, 'http://127.0.0.1:1', '/'), 'FG_ERR_HTTP_CLIENT_PROXY_REFUSED', 'proxy', null, 'the proxy finds nobody there')
})

t.test('dispatch: proxies of the environment', async (t) => {
  const proxy = await startForwardProxy(t)
  const own = await startForwardProxy(t)
  const plain = await startOrigin(t, (_, response) => { response.end() })
  const secure = await startOrigin(t, (_, response) => { response.end() }, elsewhere)
  const clients = startClients(t, { env: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '0.0.0.0' } })
  const { dispatcher } = clients.acquire(makeSettings({ tls }))
  for (const origin of [`http://api.test:${plain.port}`, `https://elsewhere.test:${secure.port}`, plain.url, `http://localhost:${plain.port}`, `http://0.0.0.0:${plain.port}`]) t.match(await call(dispatcher, origin, '/'), { status: 200 }, origin)
  t.strictSame(proxy.seen.map(({ method, target }) => `${method} ${target}`), [`GET http://api.test:${plain.port}/`, `CONNECT elsewhere.test:${secure.port}`])
  const chosen = clients.acquire(makeSettings({ proxy: proxyAt('http', own) })).dispatcher
  for (const origin of [plain.url, `http://0.0.0.0:${plain.port}`.replace('0.0.0.0', 'zero.test')]) await call(chosen, origin, '/')
  t.equal(own.seen.length, 2, 'a proxy of one\'s own knows no exceptions')
  t.equal(proxy.seen.length, 2)
})

t.test('dispatch: every hop goes through the proxy, with its credentials', async (t) => {
  const proxy = await startForwardProxy(t, { auth: 'u:p' })
  const secure = await startOrigin(t, (_, response) => { response.end('final') }, server)
  const plain = await startOrigin(t, (request, response) => {
    if (request.url === '/name') response.writeHead(302, { location: `http://api.test:${plain.port}/tls` }).end()
    else response.writeHead(302, { location: secure.url }).end()
  })
  const { dispatcher } = startClient(t, { tls, proxy: proxyAt('http', proxy, 'u', 'p') })
  t.match(await call(dispatcher, plain.url, '/name', { headers: { authorization: 'own' } }), { status: 200, body: 'final' })
  t.match(proxy.seen, [
    { target: `${plain.url}/name`, proxyAuthorization: 'Basic dTpw', headers: { authorization: 'own' } },
    { target: `http://api.test:${plain.port}/tls`, proxyAuthorization: 'Basic dTpw', headers: { referer: `${plain.url}/name` } },
    { method: 'CONNECT', proxyAuthorization: 'Basic dTpw' }
  ])
  t.notOk('authorization' in proxy.seen[1]!.headers)
})

t.test('close: ends what is being dialled', async (t) => {
  const hangs = await startRaw(t, () => {})
  const arrived = once(hangs.server, 'connection')
  const clients = createClients({ env: {} })
  const kinds = [{ proxy: proxyAt('http', hangs) }, { proxy: proxyAt('socks5', hangs) }, { proxy: proxyAt('https', hangs) }, {}]
  const calls = kinds.map((kind) => startCall(clients.acquire(makeSettings({ tls, ...kind })).dispatcher, { origin: `https://127.0.0.1:${hangs.port}`, path: '/' }))
  await arrived
  const deadlines = kinds.map((kind) => call(clients.acquire(makeSettings({ tls, ...kind })).dispatcher, `https://127.0.0.1:${hangs.port}`, '/', { timeout: 50 }))
  t.match(await Promise.all(deadlines), [{ error: { stage: 'proxy' } }, { error: { stage: 'proxy' } }, { error: { stage: 'proxy' } }, { error: { stage: 'tls' } }], 'the deadline says what it waited for')
  await clients.close({ timeout: 1 })
  for (const { ended } of calls) t.match(await ended, { error: { reason: 'FG_ERR_HTTP_CLIENT_CLOSED' } })
  t.equal(clients.stats().flatMap(({ pools }) => pools).reduce((sum, { open, idle }) => sum + open + idle, 0), 0)
})

t.test('dispatch: an address that is slow is not given up for one that refuses', async (t) => {
  // It accepts nothing for a while, and its backlog is soon full: the kernel asks again after one second, and after three.
  const slow = new Worker(`
    const { parentPort } = require('node:worker_threads')
    const server = require('node:http').createServer((req, res) => { res.end('slow') }).listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700))
    })`, { eval: true })
  t.teardown(() => slow.terminate())
  const [port] = await once(slow, 'message') as [number]
  const fillers = Array.from({ length: 8 }, () => net.connect(port, '127.0.0.1').on('error', () => {}))
  t.teardown(() => { for (const filler of fillers) filler.destroy() })
  await once(fillers[0]!, 'connect')
  // Only the resolver of the machine could lead one name to both.
  const { lookup } = dns
  t.teardown(() => { dns.lookup = lookup })
  dns.lookup = ((_host: string, _options: unknown, done: (error: null, found: unknown) => void) => { setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }, { address: '127.0.0.2', family: 4 }]) }) as unknown as typeof lookup
  t.match(await call(startClient(t).dispatcher, `http://two.test:${port}`, '/', { timeout: 20_000 }), { status: 200, body: 'slow', error: null })
  dns.lookup = ((_host: string, _options: unknown, done: (error: null, found: unknown) => void) => { setImmediate(done, null, [{ address: '127.0.0.2', family: 4 }, { address: '127.0.0.1', family: 4 }]) }) as unknown as typeof lookup
  t.match(await call(startClient(t).dispatcher, `http://two.test:${port}`, '/', { timeout: 20_000 }), { status: 200, body: 'slow', error: null }, 'after one that refuses comes the next')
})

t.test('dispatch: zones of IPv6 addresses', { skip: os.networkInterfaces()['lo']?.some(({ address }) => address === '::1') !== true && 'there is no ::1 on lo' }, async (t) => {
  const hosts: unknown[] = []
  const server = http.createServer((req, res) => {
    hosts.push(req.headers.host)
    if (req.url === '/moved') res.writeHead(302, { location: '/final' })
    res.end(req.url)
  })
  await new Promise<void>((resolve) => { server.listen(0, '::1', resolve) })
  t.teardown(() => { server.close() })
  const { port } = server.address() as net.AddressInfo
  t.match(await call(startClient(t).dispatcher, `http://[::1%25lo]:${port}`, '/moved'), { status: 200, body: '/final', error: null })
  t.strictSame(hosts, [`[::1]:${port}`, `[::1]:${port}`])
})
