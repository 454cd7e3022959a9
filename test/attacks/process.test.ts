// Part A of what was found by attacking: what ended the process.
import http2 from 'node:http2'
import net from 'node:net'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import gateway, { type EndpointOverrides } from '@floodgate/gateway'
import { createAuthority, freePort, startOrigin, writeFiles } from '@floodgate/testing'
import { ask, attackable, pass, reachable, upstream, wire } from './attacked.ts'
import { startFaultyProxy, startScriptedServer } from './scripted-upstream.mjs'

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

t.test('A3: resets of the connection below TLS, by a proxy under load, end no process', { timeout }, async (t) => {
  const plans = new Map()
  const authority = createAuthority('authority')
  const { 'ca.pem': ca } = writeFiles(t, { 'ca.pem': authority.cert })
  const secure = await startScriptedServer({ plans, secure: authority.issue({ cn: 'a3', san: ['flaky.test', 'breaks.test', 'shakes.test'] }) })
  const proxy = await startFaultyProxy({ target: secure.port, plainTarget: secure.port })
  t.teardown(() => { proxy.close(); secure.close() })
  const running = await attackable(t, { endpoints: ['flaky', 'breaks', 'shakes'].map((fault) => pass(`/${fault}`, `https://${fault}.test:443`, { timeout: '2s', backend: [{ host: [`https://${fault}.test:443`], url_pattern: '/', encoding: 'no-op', extra_config: { 'backend/http/client': { proxy_address: `http://127.0.0.1:${proxy.port}`, client_tls: { ca_certs: [ca] } } } }] })) })
  let left = 2000
  await Promise.all(Array.from({ length: 40 }, async () => {
    while (left-- > 0 && running.exit() === null) await ask(`${running.url}/${['flaky', 'breaks', 'shakes'][left % 3]}`)
  }))
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
