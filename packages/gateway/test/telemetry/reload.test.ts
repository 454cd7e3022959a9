import { once } from 'node:events'
import t from 'tap'
import { loadConfiguration, type Configuration } from '@floodgate/gateway'
import { freePort, startOrigin } from '@floodgate/testing'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'
import { readSpans } from './read-otlp.ts'

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
  const load = (endpoint: string) => {
    const config: Configuration = {
      version: 3,
      timeout: '60s',
      listen_ip: '127.0.0.1',
      extra_config: {
        'telemetry/logging': { level: 'CRITICAL', stdout: false },
        router: { disable_access_log: true },
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
    }
    return loadConfiguration(config, { env: {} })
  }
  const server = await createReloadableServer(await load('/first'), {})
  const url = await server.listen(0)
  const first = server.app
  const ended = new Promise<void>((resolve) => {
    const { close } = first as unknown as { close: () => Promise<void> }
    Object.assign(first, { close: () => close.call(first).finally(resolve) })
  })
  const { swap } = await server.prepare(await load('/second'))
  swap()
  await ended
  // As many as one request to a collector has: the last of them are sent at once.
  const sent = once(collector.server, 'spans')
  for (let i = 0; i < 512; i++) await (await fetch(`${url}/unknown`)).arrayBuffer()
  await sent
  t.ok(names.every((name) => name === '/unknown'))
  await server.close()
})

t.test('opentelemetry: no counter goes back at a reload that changes its settings, and what is gone from the configuration ends', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const port = await freePort()
  const load = (endpoints: string[], more: object) => {
    const config: Configuration = {
      version: 3,
      timeout: '60s',
      listen_ip: '127.0.0.1',
      extra_config: {
        'telemetry/logging': { level: 'CRITICAL', stdout: false },
        router: { disable_access_log: true },
        'telemetry/opentelemetry': { exporters: { prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1' }] }, ...more }
      },
      endpoints: endpoints.map((endpoint) => ({ endpoint, backend: [{ host: [origin.url], url_pattern: '/' }] }))
    }
    return loadConfiguration(config, { env: {} })
  }
  const server = await createReloadableServer(await load(['/a', '/b'], {}), {})
  const url = await server.listen(0)
  const count = async () => {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text(), () => '')
    return Object.fromEntries(Array.from(text.matchAll(/^http_server_duration_count\{.*http_route="(.*?)".* (\d+)$/gm), ([, route, value]) => [route, Number(value)]))
  }
  const until = async (wanted: object) => {
    let seen = await count()
    while (JSON.stringify(seen) !== JSON.stringify(wanted)) seen = await count()
    t.strictSame(seen, wanted)
  }
  const ask = async (...paths: string[]) => { for (const path of paths) await (await fetch(`${url}${path}`)).arrayBuffer() }
  await ask('/a', '/a', '/b')
  await until({ '/a': 2, '/b': 1 })
  const before = server.app
  const ended = new Promise<void>((resolve) => {
    const { close } = before as unknown as { close: () => Promise<void> }
    Object.assign(before, { close: () => close.call(before).finally(resolve) })
  })
  const { swap } = await server.prepare(await load(['/a', '/c'], { service_name: 'other', histograms: { time_buckets: [1, 2] } }))
  swap()
  await ended
  await until({ '/a': 2 })
  await ask('/a', '/c')
  await until({ '/a': 3, '/c': 1 })
  await server.close()
})

t.test('opentelemetry: series with static attributes that a reload changes end', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const port = await freePort()
  const load = (value: string) => {
    const config: Configuration = {
      version: 3,
      timeout: '60s',
      listen_ip: '127.0.0.1',
      extra_config: {
        'telemetry/logging': { level: 'CRITICAL', stdout: false },
        router: { disable_access_log: true },
        'telemetry/opentelemetry': {
          exporters: { prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1' }] },
          layers: { global: { metrics_static_attributes: [{ key: 'team', value }] } }
        }
      },
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    }
    return loadConfiguration(config, { env: {} })
  }
  const server = await createReloadableServer(await load('one'), {})
  const url = await server.listen(0)
  const until = async (wanted: string[]) => {
    const read = async () => {
      const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text(), () => '')
      return Array.from(text.matchAll(/^http_server_duration_count\{.*team="(.*?)".* (\d+)$/gm), ([, team, count]) => `${team} ${count}`)
    }
    let seen = await read()
    while (JSON.stringify(seen) !== JSON.stringify(wanted)) seen = await read()
    t.same(seen, wanted)
  }
  await (await fetch(`${url}/a`)).arrayBuffer()
  await until(['one 1'])
  const { swap } = await server.prepare(await load('two'))
  swap()
  await until([])
  await (await fetch(`${url}/a`)).arrayBuffer()
  await until(['two 1'])
  await server.close()
})
