import Fastify from 'fastify'
import t from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { call, freePort, startOrigin } from '@floodgate/testing'
import { startCollector } from './start-collector.ts'

const namespace = 'telemetry/opentelemetry'

const endpoint = (path: string, host: string, override?: object) => ({
  endpoint: path,
  backend: [{ host: [host], url_pattern: path }],
  ...override && { extra_config: { [namespace]: { exporters_override: override } } }
})

t.test('exporters_override: an endpoint chooses who gets its metrics and its traces, and how many', async (t) => {
  const { url: host } = await startOrigin(t, (request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ parent: request.headers.traceparent ?? null }))
  })
  const [one, other] = [await startCollector(t), await startCollector(t)]
  const ports = [await freePort(), await freePort()]
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      extra_config: {
        [namespace]: {
          exporters: {
            prometheus: ports.map((port, i) => ({ name: `p${i}`, port, listen_ip: '127.0.0.1' })),
            otlp: [one, other].map(({ port }, i) => ({ name: `c${i}`, host: '127.0.0.1', port, use_http: true }))
          }
        }
      },
      endpoints: [
        endpoint('/all', host),
        endpoint('/some', host, { metric_exporters: ['p1', 'c0'], trace_exporters: ['c1'] }),
        endpoint('/none', host, { metric_exporters: [], trace_exporters: [] }),
        endpoint('/rare', host, { trace_sample_rate: 0 })
      ]
    },
    env: {}
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  for (const path of ['/all', '/some', '/none', '/rare']) t.equal((await call(url + path)).status, 200)
  const { body } = await call(`${url}/none`, { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } })
  t.match(JSON.parse(String(body)), { parent: /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/ }, 'the trace goes on')
  const scrape = async (port: number) => String((await call(`http://127.0.0.1:${port}/metrics`)).body)
  // A response's event `close` may come after the client has the last byte.
  while (!/http_server_duration_count\{.*"\/none".*\} 2/.test(await scrape(ports[0]!)));
  const routes = (text: string, name: string) =>
    [...new Set(Array.from(text.matchAll(new RegExp(`^${name}_count\\{.*http_route="([^"]*)"`, 'gm')), ([, route]) => route))].sort()
  const [first, second] = [await scrape(ports[0]!), await scrape(ports[1]!)]
  for (const text of [first, second]) {
    t.same(routes(text, 'http_server_duration'), ['/all', '/none', '/rare', '/some'], 'client requests are those of the service')
    t.notMatch(text, /floodgate_exporters/)
  }
  for (const name of ['krakend_proxy_duration', 'krakend_backend_duration', 'http_client_duration']) {
    t.same(routes(first, name), ['/all', '/rare'], name)
    t.same(routes(second, name), ['/all', '/rare', '/some'], name)
  }
  await app.close()
  const roots = ({ received: { spans } }: typeof one) => spans.filter(({ kind }) => kind === 'server').map(({ name }) => name)
  t.same(roots(one), ['/all'])
  t.same(roots(other), ['/all', '/some'])
  t.equal(other.received.spans.filter(({ traceId }) => traceId === other.received.spans.find(({ name }) => name === '/some')!.traceId).length, 5, 'whole traces')
  const proxies = ({ received: { metrics } }: typeof one) =>
    metrics.filter(({ name }) => name === 'krakend.proxy.duration').flatMap(({ points }) => points.map((attributes) => attributes['http.route'])).sort()
  t.same(proxies(one), ['/all', '/rare', '/some'])
  t.same(proxies(other), ['/all', '/rare'])
})

t.test('exporters_override: names that are none stop the start', async (t) => {
  const problems = async (override: object, settings: object = {}) => {
    const app = Fastify()
    t.teardown(() => app.close())
    try {
      await app.register(gateway, {
        config: {
          version: 3,
          extra_config: { [namespace]: { exporters: { prometheus: [{ name: 'p', port: 0 }], otlp: [{ name: 'c', host: 'x', ...settings }] } } },
          endpoints: [endpoint('/a', 'http://127.0.0.1:9999', override)]
        } as unknown as Configuration,
        env: {}
      })
      await app.ready()
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  t.match(await problems({ metric_exporters: ['p', 'q'] }),
    /endpoints\[0\]\.extra_config\["telemetry\/opentelemetry"\]\.exporters_override\.metric_exporters\[1\]: "q" is not the name of an exporter of metrics; write one of "c", "p"/)
  t.match(await problems({ trace_exporters: ['p'] }), /"p" is not the name of an exporter of traces; write one of "c"/)
  t.match(await problems({ trace_exporters: ['c'] }, { disable_traces: true }), /"c" is not the name of an exporter of traces; the service has none/)
  t.match(await problems({ trace_sample_rate: 2 }), /trace_sample_rate/)
  t.equal(await problems({ trace_exporters: ['c'], metric_exporters: ['c', 'p'], trace_sample_rate: 0.5 }), '')
})
