import net from 'node:net'
import { once } from 'node:events'
import Fastify from 'fastify'
import t from 'tap'
import { request, Agent } from 'undici'
import gateway from '@floodgate/gateway'
import { createAuthority, startOrigin, writeFiles } from '@floodgate/testing'

t.test('a reset of the connection below TLS fails requests, and nothing else', { timeout: 120_000 }, async (t) => {
  const authority = createAuthority('ca')
  const { ca } = writeFiles(t, { ca: authority.cert })
  const origin = await startOrigin(t, (_, response) => { response.end('{}') }, authority.issue({ cn: 'origin' }))
  // Stands between the gateway and the origin, and resets what runs through it.
  const through = new Set<net.Socket>()
  const tunnel = net.createServer((socket) => {
    const onwards = net.connect(origin.port, '127.0.0.1')
    through.add(socket)
    socket.on('error', () => {}).on('close', () => { through.delete(socket); onwards.destroy() }).pipe(onwards)
    onwards.on('error', () => {}).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(tunnel, 'listening')
  t.teardown(() => { tunnel.close() })
  const app = Fastify({ forceCloseConnections: true })
  await app.register(gateway, { config: { version: 3, timeout: '60s', client_tls: { ca_certs: [ca!] }, endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [`https://localhost:${(tunnel.address() as net.AddressInfo).port}`], url_pattern: '/', extra_config: { 'backend/http/client': { client_tls: { allow_insecure_connections: true } } } }] }] } as never })
  t.teardown(() => app.close())
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/a`
  const agent = new Agent({ connections: 20 })
  t.teardown(() => agent.destroy())
  let failed = 0
  let fine = 0
  for (let round = 0; round < 60; round++) {
    const answers = Array.from({ length: 20 }, async () => {
      const { statusCode, body } = await request(url, { dispatcher: agent })
      await body.dump()
      if (statusCode === 200) fine++
      else failed++
    })
    setImmediate(() => { for (const socket of through) socket.resetAndDestroy() })
    await Promise.all(answers)
  }
  t.equal(failed + fine, 1200, `${failed} of them failed`)
  const { statusCode, body } = await request(url, { dispatcher: agent })
  await body.dump()
  t.equal(statusCode, 200)
})
