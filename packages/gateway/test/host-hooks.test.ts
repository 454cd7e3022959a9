import type { AddressInfo } from 'node:net'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'

async function start (t: Test, endpoints: object[], before: (app: FastifyInstance) => Promise<void>): Promise<string> {
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await before(app)
  await app.register(gateway, { config: { version: 3, endpoints } as unknown as Configuration })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

t.test('@fastify/cors in the host: its Vary and the backend\'s are both told, and its origins count', async (t) => {
  const origin = await startOrigin(t, (_req, res) => { res.writeHead(200, { 'content-type': 'application/json', vary: 'Accept-Language', 'access-control-allow-origin': '*' }).end('{}') })
  const url = await start(t, [
    { endpoint: '/raw', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] },
    { endpoint: '/json', backend: [{ host: [origin.url], url_pattern: '/' }] }
  ], async (app) => { await app.register(cors, { origin: ['https://a.test'], credentials: true }) })
  const raw = await fetch(`${url}/raw`, { headers: { origin: 'https://a.test' } })
  t.same([raw.headers.get('vary'), raw.headers.get('access-control-allow-origin'), raw.headers.get('access-control-allow-credentials')], ['Origin, Accept-Language', 'https://a.test', 'true'])
  const json = await fetch(`${url}/json`, { headers: { origin: 'https://a.test' } })
  t.same([json.headers.get('vary'), json.headers.get('access-control-allow-origin')], ['Origin', 'https://a.test'])
})

t.test('gateway: responses to inject() do not say that a connection closes', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}') })
  const app = Fastify()
  t.teardown(() => app.close())
  const backend = [{ host: [origin.url], url_pattern: '/' }]
  await app.register(gateway, { config: { version: 3, endpoints: [{ endpoint: '/decoded', backend }, { endpoint: '/raw', output_encoding: 'no-op', backend }] } })
  for (const url of ['/decoded', '/raw']) t.not((await app.inject({ url })).headers.connection, 'close', url)
})
