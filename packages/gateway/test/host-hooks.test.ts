import { AsyncLocalStorage } from 'node:async_hooks'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { call, startOrigin } from '@floodgate/testing'

async function start (t: Test, endpoints: object[], before: (app: FastifyInstance) => Promise<void>): Promise<string> {
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await before(app)
  await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints } as unknown as Configuration })
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
  await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints: [{ endpoint: '/decoded', backend }, { endpoint: '/raw', output_encoding: 'no-op', backend }] } })
  for (const url of ['/decoded', '/raw']) t.not((await app.inject({ url })).headers.connection, 'close', url)
})

t.test('AsyncLocalStorage of the host: hooks and log lines have the context of their own request, over connections that others opened', async (t) => {
  const context = new AsyncLocalStorage<string>()
  const origin = await startOrigin(t, (req, res) => {
    const json = { 'content-type': 'application/json' }
    if (req.url === '/cut') { req.socket.destroy(); return }
    if (req.url === '/gzip') { res.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')); return }
    if (req.url === '/none') { res.writeHead(204).end(); return }
    res.writeHead(200, json)
    if (req.url !== '/slow') { res.end('{"a":1}'); return }
    res.write('{"a":')
    setImmediate(() => { res.end('1}') })
  })
  const seen: [string, unknown][] = []
  const log: { id?: string, level: number }[] = []
  const app = Fastify({
    forceCloseConnections: true,
    logger: { level: 'error', mixin: () => ({ id: context.getStore() }), stream: { write (line: string) { log.push(JSON.parse(line) as never) } } }
  })
  t.teardown(() => app.close())
  let answered = (): void => {}
  app.addHook('onRequest', (request, _reply, done) => { context.run(String(request.headers['x-id']), done) })
  app.addHook('onSend', async (request, _reply, payload) => { seen.push([String(request.headers['x-id']), context.getStore()]); return payload })
  app.addHook('onResponse', async (request) => { seen.push([String(request.headers['x-id']), context.getStore()]); answered() })
  const paths = ['/json', '/slow', '/gzip', '/none', '/cut']
  const endpoints = [
    ...paths.map((path) => ({ endpoint: `/raw${path}`, output_encoding: 'no-op', backend: [{ url_pattern: path }] })),
    ...paths.map((path) => ({ endpoint: `/decoded${path}`, backend: [{ url_pattern: path }] })),
    { endpoint: '/merged', backend: [{ url_pattern: '/json', group: 'one' }, { url_pattern: '/slow', group: 'two' }] }
  ]
  await app.register(gateway, { config: { version: 3, timeout: '60s', host: [origin.url], endpoints } as unknown as Configuration })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  for (let round = 0; round < 2; round++) {
    for (const { endpoint } of endpoints) {
      const done = new Promise<void>((resolve) => { answered = resolve })
      await call(url + endpoint, { headers: { 'x-id': `${round} ${endpoint}` } })
      await done
    }
  }
  t.equal(seen.length, 2 * 2 * endpoints.length)
  for (const [id, store] of seen) t.equal(store, id)
  const failed = ['/raw/cut', '/decoded/none', '/decoded/cut']
  t.same(log.map(({ id }) => id), ['0', '1'].flatMap((round) => failed.map((endpoint) => `${round} ${endpoint}`)))
})
