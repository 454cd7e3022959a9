import { once } from 'node:events'
import v8 from 'node:v8'
import vm from 'node:vm'
import Fastify from 'fastify'
import t from 'tap'
import { Pool } from 'undici'
import gateway from '@floodgate/gateway'
import { createAuthority, startOrigin, writeFiles } from '@floodgate/testing'

t.test('10,000 requests over 20 endpoints with 3 distinct settings: 3 dispatchers, few sockets, flat heap, and nothing left after close', { timeout: 120_000 }, async (t) => {
  v8.setFlagsFromString('--expose-gc')
  const collectGarbage = vm.runInNewContext('gc') as () => void
  const authority = createAuthority('resilience')
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const answer = (_: unknown, res: import('node:http').ServerResponse) => { res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}') }
  const plain = await startOrigin(t, answer)
  const secure = await startOrigin(t, answer, authority.issue({ cn: 'secure' }))
  const settings = [
    { host: [plain.url] },
    { host: [plain.url], extra_config: { 'backend/http/client': { no_redirect: true } } },
    { host: [secure.url], extra_config: { 'backend/http/client': { client_tls: { ca_certs: [files['ca.pem']] } } } }
  ]
  const endpoints = Array.from({ length: 20 }, (_, i) => ({
    endpoint: `/e${i}`,
    ...(i % 2 === 0 ? { output_encoding: 'no-op' } : {}),
    timeout: '20s',
    backend: [{ url_pattern: '/', ...settings[i % 3] }]
  }))
  const app = Fastify()
  await app.register(gateway, { config: { version: 3, endpoints } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = new Pool(`http://127.0.0.1:${(app.server.address() as { port: number }).port}`, { connections: 32 })
  const run = async (count: number) => {
    let sent = 0
    await Promise.all(Array.from({ length: 32 }, async () => {
      while (sent < count) {
        const { statusCode, body } = await client.request({ method: 'GET', path: `/e${sent++ % 20}` })
        if (statusCode !== 200) throw new Error(`status ${statusCode}`)
        await body.dump()
      }
    }))
  }
  await run(2000)
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  await run(10_000)
  collectGarbage()
  const grown = process.memoryUsage().heapUsed - before
  t.ok(grown < 4 << 20, `heap grew by ${grown} bytes`)
  t.equal(app.floodgate.get().stats().length, 3, 'dispatchers')
  t.ok(plain.accepted <= 64, `${plain.accepted} sockets to the plain origin for two settings`)
  t.ok(secure.accepted <= 32, `${secure.accepted} sockets to the secure origin`)

  await client.close()
  await app.close()
  const open = [...plain.sockets, ...secure.sockets].filter((socket) => !socket.destroyed)
  await Promise.all(open.map((socket) => once(socket, 'close')))
  t.equal(plain.sockets.size + secure.sockets.size, 0, 'no socket left')
})
