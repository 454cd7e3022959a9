// Part C of what was found by attacking: bodies that fill the memory, and bodies that a host's hook has read.
import { once } from 'node:events'
import { createGunzip, gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import t from 'tap'
import gateway from '@floodgate/gateway'
import { ask, attackable, pass, upstream } from './attacked.ts'

const timeout = 300_000

t.test("C5: a body that a host's hook replaced goes out as it is now, and one that was consumed is heard of at once", { timeout }, async (t) => {
  const up = await upstream(t)
  const app = Fastify()
  t.teardown(() => app.close())
  // As body-parser does.
  app.addHook('onRequest', async (request) => {
    if (request.headers['x-consume'] !== undefined) await once(request.raw.resume(), 'end')
  })
  // As @fastify/compress does.
  app.addHook('preParsing', async (request, _, payload) => {
    if (request.headers['content-encoding'] !== 'gzip') return payload
    return payload.pipe(createGunzip())
  })
  const more = { input_headers: ['*'] }
  await app.register(gateway, { config: { version: 3, timeout: '20s', endpoints: [pass('/up', up.host, { method: 'POST', ...more }), { endpoint: '/dec', method: 'POST', ...more, backend: [{ host: [up.host], url_pattern: '/dec', method: 'POST' }] }] as never } })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  for (const endpoint of ['/up', '/dec']) {
    up.seen.length = 0
    const text = 'a text that is longer than its compressed form, '.repeat(40)
    const body = gzipSync(text)
    t.equal((await ask(address + endpoint, { method: 'POST', headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain', 'content-length': body.length }, body })).status, 200, endpoint)
    t.equal(up.seen[0]?.body, text, endpoint)
    t.equal(up.seen[0]?.headers['content-encoding'], undefined, endpoint)
    const { status } = await ask(address + endpoint, { method: 'POST', headers: { 'x-consume': '1', 'content-type': 'text/plain', 'content-length': 1 }, body: 'x', within: 10_000 })
    t.not(status, 0, `${endpoint}: heard of before the deadline`)
  }
})

t.test('C10: a body that is held has a bound, one that streams has none', { timeout }, async (t) => {
  const up = await upstream(t, (_, body) => ({ bytes: body.length }))
  const running = await attackable(t, {
    timeout: '30s',
    endpoints: [
      { endpoint: '/two', method: 'POST', backend: [{ host: [up.host], url_pattern: '/a', method: 'POST', group: 'a' }, { host: [up.host], url_pattern: '/b', method: 'POST', group: 'b' }] },
      pass('/stream', up.host, { method: 'POST' })
    ]
  })
  const large = Buffer.alloc(10 << 20, 'x')
  t.equal((await ask(`${running.url}/two`, { method: 'POST', body: large })).status, 413)
  t.equal((await ask(`${running.url}/two`, { method: 'POST', body: large, headers: { 'transfer-encoding': 'chunked' } })).status, 413, 'chunked')
  t.same(JSON.parse((await ask(`${running.url}/two`, { method: 'POST', body: large.subarray(0, 1 << 20) })).body), { a: { bytes: 1 << 20 }, b: { bytes: 1 << 20 } })
  t.same(JSON.parse((await ask(`${running.url}/stream`, { method: 'POST', body: large })).body), { bytes: large.length })
})
