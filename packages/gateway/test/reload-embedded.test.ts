import http from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, isLong, startOrigin } from '@floodgate/testing'

const client = { client_tls: { min_version: 'TLS12' } }
const pass = (path: string, mark: string, more = {}) => ({
  endpoint: path,
  output_encoding: 'no-op',
  ...more,
  backend: [{ url_pattern: `/${mark}`, extra_config: { 'backend/http/client': client } }]
})
const limit = { 'qos/ratelimit/router': { max_rate: 1, every: '1h' } }

/** Every endpoint says which configuration it belongs to; one stays, one comes and goes, one is changed, one is limited. */
function configure (host: string, i: number) {
  return {
    version: 3,
    timeout: '60s',
    host: [host],
    endpoints: [
      ...(i % 2 === 0 ? [pass('/even', `${i}`)] : []),
      pass('/changed', `${i}`),
      pass('/same', 'same'),
      pass('/limited', 'limited', { extra_config: limit }),
      { endpoint: '/decoded', backend: [{ url_pattern: '/json', mapping: { at: `at_${i}` } }] }
    ]
  } as never
}

async function start (t: Test) {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/json') response.setHeader('content-type', 'application/json').end('{"at":1}')
    else response.end(request.url!.slice(1))
  })
  const app = Fastify({ forceCloseConnections: true }) as FastifyInstance
  t.teardown(() => app.close())
  app.addHook('onRequest', async (_request, reply) => { reply.header('x-host', 'onRequest') })
  app.addHook('onSend', async (_request, reply, payload) => { reply.header('x-sent', 'onSend'); return payload })
  await app.register(gateway, { config: configure(origin.url, 0), prefix: '/api', env: {}, reloadable: true })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  t.teardown(() => { agent.destroy() })
  const get = async (path: string) => {
    const answer = await call(url + path, { agent })
    return { ...answer, body: answer.body.toString() }
  }
  return { origin, app, get }
}

t.test('reload under load: no request fails, none is of two configurations, connections and limits stay', async (t) => {
  const { origin, app, get } = await start(t)
  const reloads = isLong ? 100 : 10
  let revision = 0
  const load = { stopped: false, count: 0 }
  const wrong: unknown[] = []
  const expect = (path: string, ok: boolean, answer: unknown): void => { if (!ok) wrong.push([path, answer]) }
  /** What was told before a request began is what it is answered by, or something newer. */
  const isCurrent = (mark: number, before: number): boolean => mark >= before && mark <= revision + 1

  await get('/api/limited')
  const workers = Array.from({ length: 8 }, async () => {
    while (!load.stopped) {
      const before = revision
      const [changed, same, even, decoded, limited] = [await get('/api/changed'), await get('/api/same'), await get('/api/even'), await get('/api/decoded'), await get('/api/limited')]
      load.count += 5
      expect('changed', changed.status === 200 && isCurrent(Number(changed.body), before), changed)
      expect('same', same.status === 200 && same.body === 'same', same)
      expect('even', even.status === 200 ? Number(even.body) % 2 === 0 && isCurrent(Number(even.body), before) : even.status === 404, even)
      const mark = Number(Object.keys(JSON.parse(decoded.body) as object)[0]!.slice(3))
      expect('decoded', decoded.status === 200 && isCurrent(mark, before), decoded)
      expect('limited', limited.status === 503 || limited.status === 429, limited)
      for (const { headers } of [changed, same, even, decoded, limited]) expect('headers', headers['x-host'] === 'onRequest' && headers['x-sent'] === 'onSend', headers)
    }
  })
  await get('/api/same')
  for (let i = 1; i <= reloads; i++) {
    const result = await app.floodgate.get().reload(configure(origin.url, i))
    revision = i
    t.match(result, { revision: /^[0-9a-f]{64}$/, changed: { altered: ['GET /changed', 'GET /decoded'], clients: { added: 0, removed: 0 } }, problems: [] })
    const target = load.count + 40
    while (load.count < target) await new Promise((resolve) => setImmediate(resolve))
    if (i % 3 !== 0) continue
    t.match(await app.floodgate.get().reload({ version: 3, endpoints: [{ endpoint: '/broken' }] }), { changed: null, revision: result.revision })
  }
  load.stopped = true
  await Promise.all(workers)
  t.same(wrong, [])
  t.ok(load.count > reloads * 40, `${load.count} requests`)
  t.ok(origin.accepted <= 16, `${origin.accepted} connections for 8 requests at a time of two client settings`)
})

t.test('200 reloads leave nothing behind', { skip: !isLong && 'a long form' }, async (t) => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const { origin, app, get } = await start(t)
  const run = async (reloads: number): Promise<number> => {
    for (let i = 1; i <= reloads; i++) {
      await app.floodgate.get().reload(configure(origin.url, i))
      await get('/api/changed')
    }
    gc()
    return process.memoryUsage().heapUsed
  }
  const before = await run(50)
  const after = await run(200)
  t.ok(after - before < 2_000_000, `${before} bytes, then ${after}`)
})
