import http, { type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { call, freePort } from '@floodgate/testing'

const token = 'a-token-of-this-test'
const headers = { authorization: `Bearer ${token}` }
const statusOf = async (url: string): Promise<number> => (await call(url, { headers })).status

function configOf (floodgate: object): Configuration {
  return { version: 3, extra_config: { floodgate }, endpoints: [] } as unknown as Configuration
}

async function startGateway (t: Test, floodgate: object) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: configOf(floodgate), env: {}, reloadable: true })
  await app.ready()
  return app.floodgate.get()
}

async function occupy (t: Test): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  t.teardown(() => { server.close() })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

t.test('ports: a reload keeps the port and changes the address', async (t) => {
  const [status, metrics] = [await freePort(), await freePort()]
  const entry = await startGateway(t, { status: { port: status }, metrics: { port: metrics } })
  for (const address of ['0.0.0.0', '127.0.0.1', 'localhost', '127.0.0.2']) {
    const { changed, problems } = await entry.reload(configOf({ status: { port: status, address, token }, metrics: { port: metrics, listen_ip: address } }))
    t.strictSame([changed === null, problems], [false, []], address)
    const host = address === '127.0.0.2' ? address : '127.0.0.1'
    t.strictSame([entry.statusUrl, entry.metricsUrl], [`http://${address}:${status}/`, `http://${address}:${metrics}/metrics`])
    t.equal(await statusOf(`http://${host}:${status}/status.json`), 200, `status at ${address}`)
    t.equal(await statusOf(`http://${host}:${metrics}/metrics`), 200, `metrics at ${address}`)
  }
  await t.rejects(statusOf(`http://127.0.0.1:${status}/`), 'the address before is closed')
})

t.test('ports: a reload exchanges them', async (t) => {
  const [one, other] = [await freePort(), await freePort()]
  const entry = await startGateway(t, { status: { port: one }, metrics: { port: other } })
  const { changed } = await entry.reload(configOf({ status: { port: other }, metrics: { port: one } }))
  t.not(changed, null)
  t.equal(await statusOf(`http://127.0.0.1:${other}/status.json`), 200)
  t.equal(await statusOf(`http://127.0.0.1:${one}/metrics`), 200)
  await entry.reload(configOf({ metrics: { port: other } }))
  t.strictSame([entry.statusUrl, await statusOf(`http://127.0.0.1:${other}/metrics`)], [null, 200], 'one takes the port of the one that ends')
})

t.test('ports: a configuration that is not applied leaves the ports, and who uses them, as they were', async (t) => {
  const [status, taken] = [await freePort(), await occupy(t)]
  const entry = await startGateway(t, { status: { port: status }, metrics: { port: 0 } })
  const { metricsUrl } = entry
  const request = http.get(`http://127.0.0.1:${status}/events`, { agent: false })
  t.teardown(() => { request.destroy() })
  const [stream] = await once(request, 'response') as [IncomingMessage]
  await once(stream, 'data')
  // The status page could be opened; the metrics cannot.
  const refused = await entry.reload(configOf({ status: { port: Number(new URL(metricsUrl!).port) }, metrics: { port: status, listen_ip: '192.0.2.1' } }))
  t.match(refused, { changed: null, problems: [{ message: /metrics cannot be served on 192\.0\.2\.1:\d+: this machine does not have this address/ }] })
  const inUse = await entry.reload(configOf({ status: { port: taken }, metrics: { port: status } }))
  t.match(inUse, { changed: null, problems: [{ message: new RegExp(`status page cannot be served on 127\\.0\\.0\\.1:${taken}: the port is already in use`) }] })
  const both = await entry.reload(configOf({ status: { port: status }, metrics: { port: status } }))
  t.match(both, { changed: null, problems: [{ message: /already in use/ }] })
  t.equal(await statusOf(`http://127.0.0.1:${status}/status.json`), 200)
  t.equal(await statusOf(metricsUrl!), 200)
  t.equal(entry.metricsUrl, metricsUrl)
  await once(stream, 'data')
  t.pass('the viewer is still connected')
})
