import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, freePort, startOrigin } from '@floodgate/testing'
import { startCollector } from './start-collector.ts'

const namespace = 'telemetry/opentelemetry'
const attribute = (value: string) => [{ key: 'team', value }]

interface Settings { readonly service?: object, readonly exporter?: object, readonly endpoint?: object, readonly backend?: object }

/** What is reported of one request, to an endpoint with switches of its own. */
async function report (t: Test, { service = {}, exporter = {}, endpoint, backend }: Settings) {
  const origin = await startOrigin(t, (request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ parent: request.headers.traceparent ?? null }))
  })
  const collector = await startCollector(t)
  const extra = (settings: object | undefined) => settings === undefined ? {} : { extra_config: { [namespace]: settings } }
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      extra_config: { [namespace]: { exporters: { otlp: [{ name: 'c', host: '127.0.0.1', port: collector.port, use_http: true, ...exporter }] }, ...service } },
      endpoints: [{ endpoint: '/e', ...extra(endpoint), backend: [{ host: [origin.url], url_pattern: '/b', ...extra(backend) }] }]
    },
    env: {}
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { parent } = JSON.parse(String((await call(`${url}/e`)).body)) as { parent: string | null }
  await app.close()
  const { spans, metrics } = collector.received
  const stageOf = ({ kind, attributes, name }: typeof spans[number]) => name.includes('tracker') ? 'read' : kind === 'client' ? 'call' : String(attributes['krakend.stage'])
  return {
    parent,
    paths: [...new Set(collector.requests.map(({ path }) => path))].sort(),
    spans: spans.map(stageOf).sort(),
    teamsOfSpans: Object.fromEntries(spans.map((span) => [stageOf(span), span.attributes['team']])),
    metrics: [...new Set(metrics.map(({ name }) => name.replace(/^(http\.(?:client|server)|krakend\.\w+).*/, '$1')))].sort(),
    names: metrics.map(({ name }) => name),
    teamsOfMetrics: Object.fromEntries(metrics.map(({ name, points }) => [name, points[0]!['team']]))
  }
}

const allSpans = ['backend', 'call', 'global', 'proxy', 'read']
const allMetrics = ['http.client', 'http.server', 'krakend.backend', 'krakend.proxy']

t.test('layers: without settings everything is reported', async (t) => {
  const { spans, metrics, paths } = await report(t, {})
  t.same(spans, allSpans)
  t.same(metrics, allMetrics)
  t.same(paths, ['/v1/metrics', '/v1/traces'])
})

t.test('layers: an exporter without metrics, or without traces', async (t) => {
  t.match(await report(t, { exporter: { disable_metrics: true } }), { paths: ['/v1/traces'], spans: allSpans })
  const { paths, metrics, parent } = await report(t, { exporter: { disable_traces: true } })
  t.same(paths, ['/v1/metrics'])
  t.same(metrics, allMetrics)
  t.equal(parent, null, 'without exporters of traces there is no tracing')
})

t.test('layers: switches of the service, one by one', async (t) => {
  const of = async (layers: object) => {
    const { spans, metrics } = await report(t, { service: { layers } })
    return { spans, metrics }
  }
  const without = (list: string[], ...names: string[]) => list.filter((name) => !names.includes(name))
  t.same(await of({ global: { disable_metrics: true } }), { spans: allSpans, metrics: without(allMetrics, 'http.server') })
  t.same(await of({ global: { disable_traces: true } }), { spans: without(allSpans, 'global'), metrics: allMetrics })
  t.same(await of({ proxy: { disable_metrics: true } }), { spans: allSpans, metrics: without(allMetrics, 'krakend.proxy') })
  t.same(await of({ proxy: { disable_traces: true } }), { spans: without(allSpans, 'proxy'), metrics: allMetrics })
  t.same(await of({ backend: { metrics: {} } }), { spans: allSpans, metrics: without(allMetrics, 'http.client') })
  t.same(await of({ backend: { metrics: { disable_stage: true, round_trip: true } } }), { spans: allSpans, metrics: without(allMetrics, 'krakend.backend') })
  t.same(await of({ backend: { traces: {} } }), { spans: without(allSpans, 'call', 'read'), metrics: allMetrics })
  t.same(await of({ backend: { traces: { disable_stage: true, round_trip: true } } }), { spans: without(allSpans, 'backend', 'read'), metrics: allMetrics })
})

t.test('layers: details of backends', async (t) => {
  const { names } = await report(t, { service: { layers: { backend: { metrics: { round_trip: true } } } } })
  t.ok(names.includes('http.client.duration') && !names.some((name) => /read|get-conn|dns|tls/.test(name)))
  const detailed = await report(t, { service: { layers: { backend: { metrics: { round_trip: true, detailed_connection: true } } } } })
  t.ok(detailed.names.includes('http.client.request.get-conn.duration') && !detailed.names.some((name) => name.includes('read')))
  t.same((await report(t, { service: { layers: { backend: { traces: { round_trip: true } } } } })).spans, ['backend', 'call', 'global', 'proxy'])
})

t.test('layers: those of an endpoint and of a backend take the place of the service\'s', async (t) => {
  const service = {
    layers: {
      proxy: { disable_traces: true, metrics_static_attributes: attribute('service'), traces_static_attributes: attribute('service') },
      backend: { metrics: { round_trip: true, static_attributes: attribute('service') }, traces: { round_trip: true, static_attributes: attribute('service') } }
    }
  }
  const plain = await report(t, { service })
  t.same(plain.spans, ['backend', 'call', 'global'])
  t.match(plain.teamsOfMetrics, { 'krakend.proxy.duration': 'service', 'krakend.backend.duration': 'service', 'http.client.duration': 'service', 'http.server.duration': undefined })
  t.match(plain.teamsOfSpans, { backend: 'service', call: 'service', global: undefined })
  const own = await report(t, { service, endpoint: { proxy: { disable_metrics: true }, backend: { metrics: { disable_stage: true }, traces: { disable_stage: true } } } })
  t.same(own.spans, ['global', 'proxy'])
  t.same(own.metrics, ['http.server'])
  t.equal(own.parent, null)
  t.match(own.teamsOfSpans, { proxy: undefined })
  const inner = await report(t, {
    service,
    endpoint: { backend: { metrics: { disable_stage: true }, traces: { disable_stage: true } } },
    backend: { backend: { metrics: { static_attributes: attribute('backend') }, traces: { round_trip: true, read_payload: true, static_attributes: attribute('backend') } } }
  })
  t.same(inner.spans, allSpans.filter((stage) => stage !== 'proxy'))
  t.match(inner.teamsOfMetrics, { 'krakend.backend.duration': 'backend', 'krakend.proxy.duration': 'service' })
  t.match(inner.teamsOfSpans, { backend: 'backend', call: 'backend' })
})

t.test('layers: an exporter for Prometheus without metrics does not listen', async (t) => {
  const port = await freePort()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      extra_config: { [namespace]: { exporters: { prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1', disable_metrics: true }] } } },
      endpoints: []
    },
    env: {}
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  await t.rejects(call(`http://127.0.0.1:${port}/metrics`), { code: 'ECONNREFUSED' })
})
