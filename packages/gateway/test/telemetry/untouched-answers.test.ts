import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { freePort, startOrigin } from '@floodgate/testing'

/** What each namespace that only watches is configured with. */
const watchers: Record<string, () => Promise<Record<string, object>>> = {
  nothing: async () => ({}),
  'telemetry/opentelemetry': async () => ({
    'telemetry/opentelemetry': {
      trace_sample_rate: 1,
      exporters: {
        prometheus: [{ name: 'p', port: await freePort(), listen_ip: '127.0.0.1' }],
        otlp: [{ name: 'o', host: '127.0.0.1', port: await freePort(), use_http: true }]
      }
    }
  }),
  'telemetry/metrics': async () => ({ 'telemetry/metrics': { listen_address: `127.0.0.1:${await freePort()}` } }),
  'floodgate.metrics': async () => ({ floodgate: { metrics: { port: await freePort(), address: '127.0.0.1' } } }),
  'telemetry/logging': async () => ({ 'telemetry/logging': { level: 'INFO', backend: { custom_format: '%{statusCode} %{resp.a}' } } })
}

async function start (t: Test, watcher: string) {
  const origin = await startOrigin(t, (request, response) => {
    response.setHeader('content-type', 'application/json').end(`{ "${request.url!.slice(1)}" : 1.0,\n"list":[ 1 ] }`)
  })
  const service = await watchers[watcher]!()
  const part = (path: string) => ({ host: [origin.url], url_pattern: path })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      extra_config: service,
      endpoints: [
        { endpoint: '/one', backend: [part('/a')] },
        { endpoint: '/merged', backend: [part('/a'), { ...part('/b'), group: 'b' }] }
      ]
    }
  })
  return async (path: string): Promise<string> => (await app.inject(path)).body
}

t.test('the text of documents is sent as the backends wrote it, whatever watches', async (t) => {
  for (const watcher of Object.keys(watchers)) {
    const get = await start(t, watcher)
    t.equal(await get('/one'), '{ "a" : 1.0,\n"list":[ 1 ] }', watcher)
    t.match(await get('/merged'), /"a" : 1\.0,\n"list":\[ 1 \]/, watcher)
  }
})
