// Part A of what was found by attacking: what ended the process.
import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import gateway, { type EndpointOverrides } from '@floodgate/gateway'
import { createAuthority, freePort, startOrigin, trackSockets, writeFiles } from '@floodgate/testing'
import { ask, attackable, pass, reachable, upstream, wire } from './attacked.ts'

const timeout = 300_000

t.test('A1: a client that breaks off a pipelined upload, or resets one over HTTP/2, ends no process', { timeout }, async (t) => {
  const { host } = await upstream(t)
  const running = await attackable(t, { use_h2c: true, endpoints: [pass('/slow', host), pass('/ok', host), pass('/up', host, { method: 'POST' }), { ...pass('/dec', host, { method: 'POST' }), output_encoding: 'json', backend: [{ host: [host], url_pattern: '/dec', method: 'POST' }] }] })
  for (const target of ['POST /up', 'POST /dec', 'GET /ok']) {
    const socket = net.connect(running.port, '127.0.0.1')
    socket.write(`GET /slow HTTP/1.1\r\nHost: a\r\n\r\n${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc`)
    await wait(50) // the gateway has read it, or not: both must do
    socket.resetAndDestroy()
  }
  const session = http2.connect(running.url)
  session.on('error', () => {})
  const stream = session.request({ ':method': 'POST', ':path': '/up' })
  stream.on('error', () => {})
  stream.write('abc')
  stream.close(http2.constants.NGHTTP2_CANCEL)
  await once(stream, 'close')
  session.destroy()
  t.equal((await ask(`${running.url}/ok`)).status, 200)
  t.equal(running.exit(), null, running.log())
})

t.test("A2: the revoker's port survives any bytes", { timeout }, async (t) => {
  const { host } = await upstream(t)
  const port = await freePort()
  const running = await attackable(t, { extra_config: { 'auth/revoker': { token_keys: ['jti'], TTL: 60, N: 10, port } }, endpoints: [pass('/ok', host)] })
  while (!await reachable(port)) await wait(20) // it opens after the gateway's own
  for (const line of ['GET // HTTP/1.1', 'GET http:// HTTP/1.1', 'GET /add/%zz HTTP/1.1', 'POST /add// HTTP/1.1', 'CONNECT a:b HTTP/1.1', 'OPTIONS * HTTP/1.1', 'GET /x HTTP/9.9', '\0']) await wire(port, `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`, { end: true })
  t.equal((await ask(`${running.url}/ok`)).status, 200)
  t.equal(running.exit(), null, running.log())
})

t.test('A3: a reset of the connection below TLS, within uploads of a client with a certificate, ends no process', { timeout }, async (t) => {
  const authority = createAuthority('authority')
  const own = authority.issue({ cn: 'gateway' })
  const { 'ca.pem': ca, 'own.pem': certificate, 'own.key': key } = writeFiles(t, { 'ca.pem': authority.cert, 'own.pem': own.cert, 'own.key': own.key })
  // The client reads the handshake of such a backend itself: TLS runs over a stream. A write of it that fails when that stream is
  // closed emits `close` before `error`.
  const backend = tls.createServer({ ...authority.issue({ cn: 'backend', san: ['127.0.0.1'] }), requestCert: true, rejectUnauthorized: false }, (socket) => {
    const { _parent: below } = socket as tls.TLSSocket & { _parent: net.Socket }
    socket.on('error', () => {}).on('data', () => {
      const body = Buffer.alloc(40_000)
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`)
      socket.write(body.subarray(0, body.length / 2))
      setTimeout(() => { below.resetAndDestroy() }, Math.random() * 5)
    })
  })
  const sockets = trackSockets(backend)
  await once(backend.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    backend.close()
    for (const socket of sockets) socket.destroy()
  })
  const host = `https://127.0.0.1:${(backend.address() as net.AddressInfo).port}`
  const running = await attackable(t, { endpoints: [pass('/cut', host, { method: 'POST', timeout: '2s', backend: [{ host: [host], url_pattern: '/', method: 'POST', encoding: 'no-op', extra_config: { 'backend/http/client': { client_tls: { ca_certs: [ca], client_certs: [{ certificate, private_key: key }] } } } }] })] })
  for (let i = 0; i < 5 && running.exit() === null; i++) await Promise.all(Array.from({ length: 40 }, () => ask(`${running.url}/cut`, { method: 'POST', body: Buffer.alloc(100_000) })))
  t.equal(running.exit(), null, running.log().slice(-3000))
})

const foreign: Record<string, EndpointOverrides> = {
  'onResponse gives null': { onResponse: () => null as never },
  'onResponse gives a number': { onResponse: () => 42 as never },
  'onResponse throws': { onResponse: () => { throw new Error('of the host') } },
  'onResponse never ends': { onResponse: () => new Promise(() => {}) },
  'rewriteHeaders gives nothing': { rewriteHeaders: () => undefined as never },
  'rewriteRequestHeaders gives nothing': { rewriteRequestHeaders: () => undefined as never },
  'getUpstream gives nonsense': { getUpstream: () => 'nowhere' },
  'getUpstream throws': { getUpstream: () => { throw new Error('of the host') } }
}
for (const [name, overrides] of Object.entries(foreign)) {
  t.test(`A4: ${name}: 500 in time, and the host goes on`, { timeout }, async (t) => {
    const origin = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}') })
    const rejections: unknown[] = []
    const note = (err: unknown) => { rejections.push(err) }
    process.on('unhandledRejection', note)
    t.teardown(() => process.off('unhandledRejection', note))
    const app = Fastify()
    t.teardown(() => app.close())
    app.get('/host', async () => 'here')
    await app.register(gateway, {
      config: { version: 3, timeout: '1s', endpoints: [pass('/raw', origin.url), { endpoint: '/dec', backend: [{ host: [origin.url], url_pattern: '/' }] }] as never },
      overrides: { 'GET /raw': overrides, 'GET /dec': overrides }
    })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    for (const endpoint of ['/raw', '/dec']) {
      const { status } = await ask(address + endpoint, { within: 5000 })
      t.equal(status, 500, endpoint)
    }
    t.equal((await ask(`${address}/host`)).body, 'here')
    t.strictSame(rejections, [])
  })
}
