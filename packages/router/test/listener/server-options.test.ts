import t from 'tap'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import { once } from 'node:events'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Service } from '@floodgate/core'
import type { ServerTls } from '@floodgate/settings'
import { createListener, registerRoutes, serverOptions } from '@floodgate/router'
import { createAuthority, type Issued, readAll, type Teardown, writeFiles } from '@floodgate/testing'
import { ask, service, describingRoute } from '../support/routing.ts'

const ca = createAuthority('ca')
const clients = createAuthority('clients')

async function start (t: Teardown, parts: Partial<Service>): Promise<{ app: FastifyInstance, port: number, url: string }> {
  const model = service(['GET /x', 'POST /x', 'GET /x/{id}'], parts)
  const app = Fastify(serverOptions(model)) as unknown as FastifyInstance
  t.teardown(() => app.close())
  registerRoutes(app, model, describingRoute)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, url, port: Number(new URL(url).port) }
}

function pairOf (t: Teardown, ...issued: Issued[]): ServerTls['keys'] {
  return issued.map(({ cert, key }) => {
    const files = writeFiles(t, { 'cert.pem': cert, 'key.pem': key })
    return { publicKey: files['cert.pem'], privateKey: files['key.pem'] }
  })
}

function tlsSettings (parts: Partial<ServerTls>): ServerTls {
  return { keys: [], minVersion: 'TLS13', maxVersion: 'TLS13', cipherSuites: [], curvePreferences: [], enableMtls: false, caCerts: [], disableSystemCaPool: false, ...parts }
}

async function connect (port: number, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert, ...options })
  await once(socket, 'secureConnect')
  return socket
}

t.test('serverOptions: long header blocks and parameters pass, too long ones are answered 431', async (t) => {
  const { url } = await start(t, { maxHeaderBytes: 64 * 1024 })
  const long = 'x'.repeat(50_000)
  t.same((await ask(url, `/x/${long}`)).body.params, { id: long })
  t.equal((await ask(url, '/x', { headers: { 'x-long': long } })).status, 200)
  const { status, text, headers } = await ask(url, '/x', { headers: { 'x-long': 'x'.repeat(70_000) } })
  t.match({ status, text }, { status: 431, text: '431 Request Header Fields Too Large' })
  t.equal(headers['content-type'], 'text/plain; charset=utf-8')
})

t.test('serverOptions: what is no request is answered 400', async (t) => {
  const { port } = await start(t, {})
  const socket = net.connect(port, '127.0.0.1').end('nonsense\r\n\r\n')
  t.match((await readAll(socket)).toString(), /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n400 Bad Request$/)
})

t.test('serverOptions: read_timeout and read_header_timeout cut slow requests', async (t) => {
  const body = await start(t, { readTimeout: 300, readHeaderTimeout: 300 })
  const slow = net.connect(body.port, '127.0.0.1')
  slow.write('POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc')
  const began = Date.now()
  await readAll(slow)
  t.ok(Date.now() - began >= 250)
  const headers = await start(t, { readHeaderTimeout: 300 })
  const silent = net.connect(headers.port, '127.0.0.1')
  silent.write('GET /x HTTP/1.1\r\nHost:')
  t.match((await readAll(silent)).toString(), /^HTTP\/1\.1 408 /)
})

t.test('serverOptions: idle_timeout closes connections that wait', async (t) => {
  const { port } = await start(t, { idleTimeout: 200 })
  const socket = net.connect(port, '127.0.0.1')
  socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n')
  t.match((await readAll(socket)).toString(), /^HTTP\/1\.1 200 OK/, 'and it ends')
})

t.test('serverOptions: write_timeout cuts connections on which nothing moves', async (t) => {
  const model = service(['GET /never'], { writeTimeout: 300 })
  const app = Fastify(serverOptions(model)) as unknown as FastifyInstance
  t.teardown(() => app.close())
  registerRoutes(app, model, () => ({ handler: (_request, reply) => { reply.hijack() } }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await t.rejects(ask(url, '/never'), { code: 'ECONNRESET' })
})

t.test('serverOptions: requests on open connections are served during a shutdown', async (t) => {
  const model = service(['GET /x'])
  const app = Fastify(serverOptions(model)) as unknown as FastifyInstance
  const late = defer()
  let calls = 0
  registerRoutes(app, model, () => ({
    handler: async () => {
      if (++calls === 2) late.resolve()
      return `served ${calls}`
    }
  }))
  const socket = new net.Socket()
  // Runs when the app counts as closing, and before its server stops.
  app.addHook('preClose', async () => {
    socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n')
    await late.promise
  })
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  socket.connect(Number(port), '127.0.0.1')
  socket.write('GET /x HTTP/1.1\r\nHost: h\r\n\r\n')
  let text = ''
  socket.on('data', (chunk) => { text += chunk })
  while (!text.includes('served 1')) await once(socket, 'data')
  const ended = once(socket, 'close')
  await app.close()
  await ended
  t.match(text, /served 2$/)
  t.match(text, /connection: close/i)
})

t.test('serverOptions: tls speaks HTTP/2 and HTTP/1', async (t) => {
  const { app, port, url } = await start(t, { tls: tlsSettings({ keys: pairOf(t, ca.issue({ cn: 'localhost' })) }), maxHeaderBytes: 64 * 1024 })
  t.match(url, /^https:/)
  const session = http2.connect(`https://localhost:${port}`, { ca: ca.cert, lookup: (_name, _options, done) => { done(null, [{ address: '127.0.0.1', family: 4 }]) } })
  const stream = session.request({ ':path': '/x/a%2Fb/../7', ':method': 'POST' })
  stream.end('body')
  const [headers] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
  t.equal(headers[':status'], 404)
  stream.resume()
  const second = session.request({ ':path': '/x/7' })
  t.match(JSON.parse((await readAll(second)).toString()), { params: { id: '7' } })
  const [answer] = await once(https.get({ port, host: '127.0.0.1', path: '/x/8', ca: ca.cert, servername: 'localhost', headers: { 'x-long': 'x'.repeat(30_000) } }), 'response') as [http.IncomingMessage]
  t.match(JSON.parse(String(await readAll(answer))), { params: { id: '8' } })
  // Both connections are open and idle now: closing must not wait for them.
  const gone = once(session, 'close')
  await app.close()
  await gone
})

t.test('serverOptions: tls keeps to the versions and suites it names', async (t) => {
  const keys = pairOf(t, ca.issue({ cn: 'localhost' }))
  const newest = await start(t, { tls: tlsSettings({ keys }) })
  const first = await connect(newest.port)
  t.equal(first.getProtocol(), 'TLSv1.3')
  first.destroy()
  await t.rejects(connect(newest.port, { maxVersion: 'TLSv1.2' }))
  const older = await start(t, { tls: tlsSettings({ keys, minVersion: 'TLS12', maxVersion: 'TLS12', cipherSuites: [0xc02c], curvePreferences: [24] }) })
  const socket = await connect(older.port)
  t.equal(socket.getProtocol(), 'TLSv1.2')
  t.equal(socket.getCipher().name, 'ECDHE-ECDSA-AES256-GCM-SHA384')
  t.match(socket.getEphemeralKeyInfo(), { name: 'secp384r1' })
  socket.destroy()
  await t.rejects(connect(older.port, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' }))
})

async function shown (port: number, servername: string, options: tls.ConnectionOptions = {}): Promise<string> {
  const socket = await connect(port, { servername, rejectUnauthorized: false, ...options })
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return String(CN)
}

t.test('serverOptions: of several keys the one with the asked name is shown', async (t) => {
  const keys = pairOf(t, ca.issue({ cn: 'one', san: ['one.test'] }), ca.issue({ cn: 'two', san: ['two.test', '*.wild.test'] }), ca.issue({ cn: 'late', san: ['two.test', 'late.test'] }))
  const { port } = await start(t, { tls: tlsSettings({ keys }) })
  for (const [name, cn] of [['one.test', 'one'], ['two.test', 'two'], ['a.wild.test', 'two'], ['late.test', 'late'], ['other.test', 'one'], ['', 'one']] as const) {
    t.equal(await shown(port, name), cn, name)
  }
})

t.test('serverOptions: keys of two kinds for the same names serve clients of both', async (t) => {
  const keys = pairOf(t, ca.issue({ cn: 'ecdsa' }), ca.issue({ cn: 'rsa', key: 'rsa' }))
  const { port } = await start(t, { tls: tlsSettings({ keys, minVersion: 'TLS12', maxVersion: 'TLS12' }) })
  t.equal(await shown(port, 'localhost', { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }), 'ecdsa')
  t.equal(await shown(port, 'localhost', { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }), 'rsa')
})

t.test('serverOptions: enable_mtls asks clients for a certificate of ca_certs', async (t) => {
  const { 'ca.pem': caFile } = writeFiles(t, { 'ca.pem': clients.cert })
  const { port } = await start(t, { tls: tlsSettings({ keys: pairOf(t, ca.issue({ cn: 'localhost' })), enableMtls: true, caCerts: [caFile], disableSystemCaPool: true }) })
  const get = async (issued?: Issued): Promise<number> => {
    const [response] = await once(https.get({ port, host: '127.0.0.1', path: '/x', ca: ca.cert, servername: 'localhost', agent: false, ...issued }), 'response') as [http.IncomingMessage]
    return response.resume().statusCode!
  }
  t.equal(await get(clients.issue({ cn: 'client' })), 200)
  await t.rejects(get())
  await t.rejects(get(ca.issue({ cn: 'stranger' })))
})

t.test('createListener: refuses certificates and keys that cannot be used', async (t) => {
  const good = ca.issue({ cn: 'localhost' })
  const listen = (keys: ServerTls['keys']): http.Server => createListener(service([], { tls: tlsSettings({ keys }) }), () => {})
  t.throws(() => listen([{ publicKey: '/nowhere/cert.pem', privateKey: '/nowhere/key.pem' }]), { code: 'FG_ERR_CONFIG_SERVER_TLS', message: /\/nowhere\/cert\.pem/ })
  t.throws(() => listen(pairOf(t, { cert: good.cert, key: ca.issue({ cn: 'other' }).key })), { code: 'FG_ERR_CONFIG_SERVER_TLS' })
  t.throws(() => listen(pairOf(t, good, { cert: 'nonsense', key: good.key })), { code: 'FG_ERR_CONFIG_SERVER_TLS' })
  t.throws(() => listen(pairOf(t, good, ca.issue({ cn: 'other', san: ['other.test'], key: 'rsa' }))), { code: 'FG_ERR_CONFIG_SERVER_TLS', message: /one type/ })
})

t.test('serverOptions: use_h2c speaks HTTP/2 beside HTTP/1 without TLS', async (t) => {
  const { app, port, url } = await start(t, { useH2c: true })
  t.match((await ask(url, '/x/1')).body, { params: { id: '1' } })
  t.match((await ask(url, '/x', { method: 'POST', body: 'x'.repeat(200_000) })).body.body.length, 200_000)
  const session = http2.connect(url)
  t.match(JSON.parse((await readAll(session.request({ ':path': '/x/2' }))).toString()), { params: { id: '2' } })
  const split = net.connect(port, '127.0.0.1')
  for (const piece of ['G', 'ET /x/3 HT', 'TP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n']) {
    split.write(piece)
    await new Promise(setImmediate)
  }
  t.match((await readAll(split)).toString(), /"id":"3"/)
  const silent = net.connect(port, '127.0.0.1')
  await once(silent, 'connect')
  const gone = Promise.all([once(session, 'close'), once(silent, 'close')])
  await app.close()
  await gone
})

t.test('serverOptions: use_h2c gives up on connections that say nothing', async (t) => {
  const { port } = await start(t, { useH2c: true, readHeaderTimeout: 200 })
  const socket = net.connect(port, '127.0.0.1')
  socket.write('PRI')
  await once(socket, 'close')
})

t.test('serverOptions: use_h2c ends a connection of HTTP/2 whose client has ended its side', async (t) => {
  const { port } = await start(t, { useH2c: true })
  const socket = net.connect(port, '127.0.0.1')
  const settings = [0, 0, 0, 4, 0, 0, 0, 0, 0]
  socket.resume().end(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from(settings)]))
  await once(socket, 'close')
})

function defer (): { promise: Promise<void>, resolve: () => void } {
  let resolve!: () => void
  const promise = new Promise<void>((_resolve) => { resolve = _resolve })
  return { promise, resolve }
}
