import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { createClients, defaultTransport } from '@floodgate/http-client'
import { startOrigin } from '@floodgate/testing'
import { createTransport } from '../../../src/opentelemetry/export/post.ts'

const settings = { tls: null, followRedirects: false, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport }
const request = { path: '/v1/traces', headers: {}, body: Buffer.from('x'), timeout: 60_000 }

t.test('createTransport: what still runs ends when it closes, so that the gateway does not wait for it', async (t) => {
  const server = createServer((socket) => { socket.on('error', () => {}).resume() }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients = createClients({ env: {} })
  t.teardown(async () => {
    await clients.close()
    server.close()
  })
  const transport = createTransport(clients.acquire(settings))
  const connected = once(server, 'connection')
  const sent = transport.send({ ...request, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const failed = t.rejects(sent, { message: 'it had not answered when the exporter closed' })
  await connected
  await transport.close()
  await failed
  const late = transport.send({ ...request, timeout: 2_000, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await t.rejects(late, { message: 'it had not answered when the exporter closed' }, 'nothing is sent any more')
})

t.test('createTransport: of an answer without an end the status counts', async (t) => {
  const { url: origin } = await startOrigin(t, (_request, response) => {
    response.on('error', () => {})
    const write = (): void => { while (!response.destroyed && response.write(Buffer.alloc(65_536))); }
    response.on('drain', write)
    write()
  })
  const clients = createClients({ env: {} })
  t.teardown(() => clients.close())
  t.match(await createTransport(clients.acquire(settings)).send({ ...request, origin }), { status: 200, body: null })
})
