// Part C of what was found by attacking: what lost requests, or mixed them up.
import net from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import gateway from '@floodgate/gateway'
import { ask, attackable, holds, pass, statuses, upstream, wire } from './attacked.ts'

const timeout = 300_000

t.test('C1: what one request adds to an empty answer is in no other one', { timeout }, async (t) => {
  const { host } = await upstream(t, ({ url }) => url === '/null' ? { data: null } : { a: 1 })
  const proxy = (data: object) => ({ proxy: { static: { strategy: 'always', data } } })
  const running = await attackable(t, {
    endpoints: [
      { endpoint: '/with', extra_config: proxy({ currency: 'EUR' }), backend: [{ host: [host], url_pattern: '/null', target: 'data' }] },
      { endpoint: '/gone', extra_config: proxy({ st: 1 }), backend: [{ host: [host], url_pattern: '/gone', target: 'data' }] },
      { endpoint: '/without', backend: [{ host: [host], url_pattern: '/null', target: 'data' }] },
      { endpoint: '/two', backend: [{ host: [host], url_pattern: '/null', target: 'data' }, { host: [host], url_pattern: '/null', target: 'data' }] }
    ]
  })
  for (let i = 0; i < 3; i++) {
    t.same(JSON.parse((await ask(`${running.url}/with`)).body), { currency: 'EUR' })
    t.same(JSON.parse((await ask(`${running.url}/gone`)).body), { st: 1 })
    t.same(JSON.parse((await ask(`${running.url}/without`)).body), {})
    t.same(JSON.parse((await ask(`${running.url}/two`)).body), {})
  }
})

t.test('C3: one request of a connection at a time, and none of them when the client has left', { timeout }, async (t) => {
  const up = await upstream(t)
  const running = await attackable(t, { timeout: '60s', endpoints: [pass('/slow', up.host), pass('/never', up.host), pass('/ok', up.host)] })
  const answers = statuses(await wire(running.port, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3) + 'GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))
  t.strictSame(answers, [200, 200, 200, 200])
  t.equal(up.most, 1, 'calls at a time')
  const socket = net.connect(running.port, '127.0.0.1')
  socket.write('GET /never HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(300))
  t.ok(await holds(() => up.running > 0))
  socket.destroy()
  t.ok(await holds(() => up.running === 0, 3000), 'the call has ended with its client')
  t.equal((await ask(`${running.url}/ok`)).status, 200)
  t.equal(up.seen.filter(({ url }) => url === '/never').length, 1, 'what waited was not called for')
})

t.test('C4: an answer that comes while the client uploads arrives', { timeout }, async (t) => {
  const up = await upstream(t)
  const users = { nobody: '$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' }
  const running = await attackable(t, { endpoints: [pass('/guarded', up.host, { method: 'POST', extra_config: { 'auth/basic': { users } } })] })
  const body = Buffer.alloc(20 << 20, 'x')
  const seen: number[] = []
  for (let i = 0; i < 10; i++) seen.push((await ask(`${running.url}/guarded`, { method: 'POST', body })).status)
  for (let i = 0; i < 5; i++) seen.push((await ask(`${running.url}/nowhere`, { method: 'POST', body })).status)
  t.strictSame(seen, [...Array(10).fill(401), ...Array(5).fill(404)])
})

t.test("C6: the host's Vary and the backend's are both there", { timeout }, async (t) => {
  const varied = Fastify()
  t.teardown(() => varied.close())
  varied.get('/v', async (_, reply) => reply.header('vary', 'Accept-Language').send({ a: 1 }))
  const backend = await varied.listen({ port: 0, host: '127.0.0.1' })
  const app = Fastify()
  t.teardown(() => app.close())
  app.addHook('onRequest', async (_, reply) => { reply.header('vary', 'Origin') })
  await app.register(gateway, { config: { version: 3, endpoints: [pass('/v', backend)] as never } })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const { headers } = await ask(`${address}/v`)
  t.match(headers.vary, /Origin/i)
  t.match(headers.vary, /Accept-Language/i)
})
