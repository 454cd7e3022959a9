import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, createAuthority, startForwardProxy, startOrigin, writeFiles } from '@floodgate/testing'
import { readMetrics, readSpans } from './read-otlp.ts'
import { startCollector, type CollectorRequest } from './start-collector.ts'

async function start (t: Test, otlp: object[], env: Record<string, string> = {}) {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{"a":1}') })
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'info', stream: { write (line: string) { lines.push(line) } } } })
  await app.register(gateway, {
    config: {
      version: 3,
      name: 'shop',
      timeout: '60s',
      extra_config: { 'telemetry/opentelemetry': { exporters: { otlp } } },
      endpoints: [{ endpoint: '/one/{id}', backend: [{ host: [origin.url], url_pattern: '/a/{id}' }] }]
    },
    env
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= app.close().then(() => {})
    return closed
  }
  t.teardown(close)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { ask: (path: string) => call(`${url}${path}`), lines, close }
}

interface JsonAttribute { key: string, value: Record<string, unknown> }

const names = (attributes: JsonAttribute[]) => attributes.map(({ key }) => key).sort()

/** What both readers know of spans and metrics, to compare them. */
function readJson (requests: readonly CollectorRequest[]) {
  const parsed = requests.map(({ body }) => JSON.parse(String(body)) as any)
  return {
    spans: parsed.flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap(({ scopeSpans }: any) => scopeSpans.flatMap(({ spans }: any) => spans)))
      .map(({ traceId, spanId, parentSpanId = '', name, attributes, startTimeUnixNano }) => {
        return { traceId, spanId, parentId: parentSpanId, name, attributes: names(attributes), start: Number(startTimeUnixNano) / 1e6 }
      }),
    metrics: parsed.flatMap(({ resourceMetrics = [] }) => resourceMetrics.flatMap(({ scopeMetrics }: any) => scopeMetrics.flatMap(({ metrics }: any) => metrics)))
      .map(({ name, sum, histogram }) => ({ name, kind: sum === undefined ? 'histogram' : 'sum', attributes: names((sum ?? histogram).dataPoints[0].attributes) }))
  }
}

function readProtobuf (requests: readonly CollectorRequest[]) {
  const of = (path: string) => requests.filter((request) => request.path === path)
  return {
    spans: of('/v1/traces').flatMap(({ body }) => readSpans(body))
      .map(({ traceId, spanId, parentId, name, attributes, start }) => ({ traceId, spanId, parentId, name, attributes: Object.keys(attributes).sort(), start })),
    metrics: of('/v1/metrics').flatMap(({ body }) => readMetrics(body)).map(({ name, kind, attributes }) => ({ name, kind, attributes }))
  }
}

t.test('opentelemetry: OTLP over HTTP in JSON says what it says in protobuf, with TLS, a client certificate and a forward proxy', async (t) => {
  const authority = createAuthority('ca')
  const pair = authority.issue({ cn: 'collector', san: ['collector.test'] })
  const own = authority.issue({ cn: 'gateway' })
  const files = writeFiles(t, { 'ca.pem': authority.cert, 'own.pem': own.cert, 'own.key': own.key })
  const tls = { cert: pair.cert, key: pair.key, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
  const [inJson, inProtobuf] = [await startCollector(t, tls), await startCollector(t, tls)]
  const proxy = await startForwardProxy(t)
  const client = {
    client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['own.pem'], private_key: files['own.key'] }] },
    proxy_address: proxy.url
  }
  const { ask, close, lines } = await start(t, [
    { name: 'json', host: 'https://collector.test', port: inJson.port, use_http: true, floodgate: { client, encoding: 'json' } },
    { name: 'protobuf', host: 'https://collector.test', port: inProtobuf.port, use_http: true, floodgate: { client } }
  ])
  for (const path of ['/one/7', '/one/é?secret=geheim', '/nope']) await ask(path)
  await close()
  t.ok(inJson.requests.every(({ type }) => type === 'application/json'))
  t.ok(inProtobuf.requests.every(({ type }) => type === 'application/x-protobuf'))
  t.same(inJson.requests.map(({ path }) => path).sort(), ['/v1/metrics', '/v1/traces'])
  const [read, expected] = [readJson(inJson.requests), readProtobuf(inProtobuf.requests)]
  t.ok(expected.spans.length > 8 && expected.metrics.length > 8)
  t.same(read.spans, expected.spans)
  t.same(read.metrics, expected.metrics)
  t.ok(read.spans.every(({ traceId, spanId }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId)), 'ids are hexadecimal')
  t.notMatch(inJson.requests.map(({ body }) => String(body)).join(''), /geheim/)
  t.ok(proxy.seen.every(({ method, target }) => method === 'CONNECT' && target.startsWith('collector.test:')))
  t.notMatch(lines.join(''), /collector\.test.*does not accept/)
})

t.test('opentelemetry: OTEL_EXPORTER_OTLP_PROTOCOL chooses the encoding of exporters over HTTP that do not, for one signal or both', async (t) => {
  const [free, set] = [await startCollector(t), await startCollector(t)]
  const exporter = (name: string, port: number, more: object = {}) => ({ name, host: '127.0.0.1', port, use_http: true, ...more })
  const { ask, close, lines } = await start(t, [
    exporter('free', free.port), exporter('set', set.port, { floodgate: { encoding: 'protobuf' } })
  ], { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' })
  await ask('/one/7')
  await close()
  const types = ({ requests }: typeof free) => Object.fromEntries(requests.map(({ path, type }) => [path, type]))
  t.same(types(free), { '/v1/traces': 'application/json', '/v1/metrics': 'application/x-protobuf' })
  t.same(types(set), { '/v1/traces': 'application/x-protobuf', '/v1/metrics': 'application/x-protobuf' })
  t.ok(readJson(free.requests.filter(({ path }) => path === '/v1/traces')).spans.some(({ name }) => name === '/a/:id'))
  t.notMatch(lines.join(''), /OTEL_EXPORTER_OTLP_PROTOCOL/)
})

t.test('opentelemetry: a protocol that use_http contradicts is told at the start', async (t) => {
  const collector = await startCollector(t)
  const settings = [
    { name: 'http', host: '127.0.0.1', port: collector.port, use_http: true },
    { name: 'grpc', host: '127.0.0.1', port: collector.port, disable_traces: true }
  ]
  const warned = async (env: Record<string, string>) => {
    const { lines, close } = await start(t, settings, env)
    await close()
    return lines.filter((line) => line.includes('OTLP_PROTOCOL')).map((line) => (JSON.parse(line) as { msg: string }).msg)
  }
  t.match(await warned({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }), [/asks for gRPC, but the exporter "http" uses HTTP: remove "use_http"/])
  t.match(await warned({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }), [/asks for HTTP, but the exporter "grpc" uses gRPC: write "use_http": true/])
  t.match(await warned({ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }), [])
  t.match(await warned({ OTEL_EXPORTER_OTLP_PROTOCOL: 'json' }), [/OTEL_EXPORTER_OTLP_PROTOCOL must be "http\/protobuf", "http\/json" or "grpc"/])
  await t.rejects(start(t, [{ name: 'a', host: 'x', floodgate: { encoding: 'json' } }]), /otlp\[0\]\.floodgate\.encoding: "json" is for OTLP over HTTP/)
  await t.rejects(start(t, [{ name: 'a', host: 'x', use_http: true, floodgate: { encoding: 'JSON' } }]), /otlp\[0\]\.floodgate\.encoding/)
})

t.test('opentelemetry: what a collector answers in JSON is read', async (t) => {
  const partial = { status: 200, body: '{"partialSuccess":{"rejectedSpans":"2","rejectedDataPoints":"1","errorMessage":"too old"}}' }
  for (const [answer, line] of [
    [partial, /rejects a part of the traces \(2 spans\): too old/],
    [{ status: 400, body: '{"code":3,"message":"a span is wrong"}' }, /it answered with status 400 \(a span is wrong\)/]
  ] as const) {
    const collector = await startCollector(t, undefined, answer)
    const { ask, close, lines } = await start(t, [
      { name: 'json', host: '127.0.0.1', port: collector.port, use_http: true, disable_metrics: true, floodgate: { encoding: 'json' } }
    ])
    await ask('/one/7')
    await close()
    t.equal(lines.filter((text) => line.test(text)).length, 1, lines.join(''))
    t.equal(collector.requests.length, 1, 'it is not sent again')
  }
})
