import { once } from 'node:events'
import t from 'tap'
import { freePort, startOrigin } from '@floodgate/testing'
import { readSpans } from './read-otlp.ts'
import { startReloadable } from './start-reloadable.ts'

t.test('opentelemetry: after a reload its exporters go on, through the same client', async (t) => {
  const names: string[] = []
  const collector = await startOrigin(t, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      names.push(...readSpans(Buffer.concat(chunks)).map(({ name }) => name))
      response.end()
      if (names.length >= 512) collector.server.emit('spans')
    })
  })
  const config = (endpoint: string) => ({
    extra_config: {
      'telemetry/opentelemetry': {
        layers: { proxy: { disable_traces: true }, backend: { traces: { disable_stage: true } } },
        exporters: {
          otlp: [{
            name: 'col',
            host: '127.0.0.1',
            port: collector.port,
            use_http: true,
            disable_metrics: true,
            floodgate: { client: { floodgate: { dialer_timeout: '7s' } } }
          }]
        }
      }
    },
    endpoints: [{ endpoint, backend: [{ host: [collector.url], url_pattern: '/' }] }]
  })
  const { ask, reload } = await startReloadable(t, config('/first'))
  await reload(config('/second'))
  // As many as one request to a collector has: the last of them are sent at once.
  const sent = once(collector.server, 'spans')
  for (let i = 0; i < 512; i++) await ask('/unknown')
  await sent
  t.ok(names.every((name) => name === '/unknown'))
})

t.test('opentelemetry: no counter goes back at a reload that changes its settings, and what is gone from the configuration ends', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const port = await freePort()
  const config = (endpoints: string[], more: object) => ({
    extra_config: { 'telemetry/opentelemetry': { exporters: { prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1' }] }, ...more } },
    endpoints: endpoints.map((endpoint) => ({ endpoint, backend: [{ host: [origin.url], url_pattern: '/' }] }))
  })
  const { ask, reload } = await startReloadable(t, config(['/a', '/b'], {}))
  const count = async () => {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text(), () => '')
    return Object.fromEntries(Array.from(text.matchAll(/^http_server_duration_count\{.*http_route="(.*?)".* (\d+)$/gm), ([, route, value]) => [route, Number(value)]))
  }
  const until = async (wanted: object) => {
    let seen = await count()
    while (JSON.stringify(seen) !== JSON.stringify(wanted)) seen = await count()
    t.strictSame(seen, wanted)
  }
  await ask('/a', '/a', '/b')
  await until({ '/a': 2, '/b': 1 })
  await reload(config(['/a', '/c'], { service_name: 'other', histograms: { time_buckets: [1, 2] } }))
  await until({ '/a': 2 })
  await ask('/a', '/c')
  await until({ '/a': 3, '/c': 1 })
})

t.test('opentelemetry: series with static attributes that a reload changes end', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const port = await freePort()
  const config = (value: string) => ({
    extra_config: {
      'telemetry/opentelemetry': {
        exporters: { prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1' }] },
        layers: { global: { metrics_static_attributes: [{ key: 'team', value }] } }
      }
    },
    endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  })
  const { ask, reload } = await startReloadable(t, config('one'))
  const until = async (wanted: string[]) => {
    const read = async () => {
      const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text(), () => '')
      return Array.from(text.matchAll(/^http_server_duration_count\{.*team="(.*?)".* (\d+)$/gm), ([, team, count]) => `${team} ${count}`)
    }
    let seen = await read()
    while (JSON.stringify(seen) !== JSON.stringify(wanted)) seen = await read()
    t.same(seen, wanted)
  }
  await ask('/a')
  await until(['one 1'])
  await reload(config('two'))
  await until([])
  await ask('/a')
  await until(['two 1'])
})
