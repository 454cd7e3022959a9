import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import http2, { type Http2Server } from 'node:http2'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, createAuthority, freePort, startForwardProxy, startOrigin, writeFiles } from '@floodgate/testing'
import type { ReadSpan } from './read-otlp.ts'
import { collect, startCollector } from './start-collector.ts'

const namespace = 'telemetry/opentelemetry'
const reference = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const everything = { round_trip: true, read_payload: true, detailed_connection: true }
const parent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

/** A collector of OTLP over gRPC. */
async function startGrpc (t: Test, tls?: http2.SecureServerOptions, code = 0) {
  const { received, take } = collect()
  const server: Http2Server = tls === undefined ? http2.createServer() : http2.createSecureServer(tls)
  const sessions = new Set<http2.Http2Session>()
  server.on('session', (session) => { sessions.add(session) })
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    stream.on('end', () => {
      const frame = Buffer.concat(chunks)
      const message = frame.subarray(5, 5 + frame.readUInt32BE(1))
      take(headers[':path']!, headers, frame[0] === 1 ? gunzipSync(message) : message)
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => { stream.sendTrailers({ 'grpc-status': String(code), ...code > 0 && { 'grpc-message': 'no' } }) })
      stream.end()
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => new Promise<void>((resolve) => {
    for (const session of sessions) session.destroy()
    server.close(() => { resolve() })
  }))
  return { received, port: (server.address() as AddressInfo).port }
}

/** The backend of the recording: it answers with 79 bytes, fails, or is slow. */
async function startBackend (t: Test) {
  return await startOrigin(t, (request, response) => {
    if (request.url === '/slow') return
    const body = request.url === '/fail' ? 'failed' : JSON.stringify({ path: request.url, parent: request.headers.traceparent ?? null, state: request.headers.tracestate ?? null, baggage: request.headers.baggage ?? null })
    response.writeHead(request.url === '/fail' ? 500 : 200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}

interface Started { url: string, lines: string[], close (): Promise<void> }

async function start (t: Test, settings: object, hosts: { backend: string, dead?: string }, more: object = {}, env: Record<string, string> = {}): Promise<Started> {
  const backend = (path: string, host = hosts.backend, extra: object = {}) => ({ host: [host], url_pattern: path, ...extra })
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'info', stream: { write (line: string) { lines.push(line) } } } })
  await app.register(gateway, {
    config: {
      version: 3,
      name: 'shop',
      timeout: '1s',
      ...more,
      extra_config: { router: { return_error_msg: true }, [namespace]: settings },
      endpoints: [
        { endpoint: '/one/{id}', backend: [backend('/a/{id}')] },
        { endpoint: '/two', backend: [backend('/a/1'), backend('/fail')] },
        { endpoint: '/raw', method: 'POST', output_encoding: 'no-op', backend: [backend('/a/2', hosts.backend, { method: 'POST', encoding: 'no-op' })] },
        { endpoint: '/slow', timeout: '200ms', backend: [backend('/slow')] },
        { endpoint: '/dead', backend: [backend('/x', hosts.dead ?? hosts.backend)] }
      ]
    },
    env,
    notFound: 'gateway'
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= app.close().then(() => {})
    return closed
  }
  t.teardown(close)
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), lines, close }
}

/** The requests of the recording. */
async function ask (url: string): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await call(`${url}/one/7`, { headers: parent })
    await call(`${url}/two`)
    await call(`${url}/raw`, { method: 'POST', body: 'hello' })
  }
  for (const path of ['/slow', '/dead', '/nope']) await call(url + path)
}

t.test('opentelemetry: metrics are named, labelled and counted as by the reference', async (t) => {
  const { url: backend } = await startBackend(t)
  const port = await freePort()
  const settings = {
    exporters: { prometheus: [{ name: 'prom', port, listen_ip: '127.0.0.1' }] },
    layers: { backend: { metrics: everything } }
  }
  const { url } = await start(t, settings, { backend, dead: `http://127.0.0.1:${await freePort()}` })
  await ask(url)
  const scrape = async () => String((await call(`http://127.0.0.1:${port}/metrics`)).body)
  // A response's event `close` may come after the client has the last byte.
  while (!(await scrape()).includes('404 Not Found'));
  const text = await scrape()
  const counts = (text: string) => new Map([...text.matchAll(/^([a-z_]+_count(?:_total)?)(\{[^}]*\}) (\S+)$/gm)].map(([, name, labels, value]) => [
    `${name}${labels!.replace(/server_port="\d+"/, '').replace('="krakend"', '')}`, value
  ]))
  const ours = counts(text)
  for (const [series, count] of counts(reference('reference-scrape.txt'))) {
    t.equal(ours.get(series), count, series)
  }
  const bounds = (text: string, name: string) => [...new Set([...text.matchAll(new RegExp(`^${name}_bucket\\{.*le="([^"]+)"`, 'gm'))].map(([, bound]) => bound))]
  for (const name of ['http_server_duration', 'http_server_response_size', 'krakend_proxy_duration', 'http_client_response_size']) {
    t.same(bounds(text, name).map(Number), bounds(reference('reference-scrape.txt'), name).map(Number), `${name}: buckets`)
  }
  t.match(text, /^target_info\{service_name="shop",service_version="[^"]+"\} 1$/m)
  t.equal((await call(`http://127.0.0.1:${port}/other`)).status, 404)
})

/** Spans below their parents, with what the recording has of them. */
function asTree (spans: readonly ReadSpan[], parentId: string): unknown[] {
  return spans.filter((span) => span.parentId === parentId).map(({ name, kind, status, attributes, spanId }) => ({
    name,
    kind,
    status,
    // The reference has no id of requests.
    attributes: Object.keys(attributes).filter((key) => !key.includes('.header.') && key !== 'request.id').sort(),
    children: asTree(spans, spanId)
  }))
}

interface Recorded { name: string, kind: string, status: string, attributes: Record<string, unknown>, children: Recorded[] }

function recordedTree ({ name, kind, status, attributes, children }: Recorded): unknown {
  return {
    name,
    kind,
    status: status.startsWith('error') ? 'error' : status,
    attributes: Object.keys(attributes).filter((key) => !key.includes('.header.')).sort(),
    children: children.map(recordedTree)
  }
}

t.test('opentelemetry: spans are named, nested and described as by the reference', async (t) => {
  const { url: backend } = await startBackend(t)
  const collector = await startCollector(t)
  const settings = {
    exporters: { otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true }] },
    layers: { backend: { traces: everything } }
  }
  const { url, close } = await start(t, settings, { backend, dead: `http://127.0.0.1:${await freePort()}` })
  await ask(url)
  const { body } = await call(`${url}/one/7`, { headers: { ...parent, tracestate: 'vendor=1' } })
  await close()
  const { received: { spans, metrics } } = collector
  const recorded = (JSON.parse(reference('reference-spans.json')) as { traces: Recorded[] }).traces
  for (const trace of recorded) {
    const root = spans.find(({ kind, name }) => kind === 'server' && name === trace.name)!
    t.same(asTree(spans.filter(({ traceId }) => traceId === root.traceId), root.parentId)[0], recordedTree(trace), trace.name)
  }
  const [own] = spans.filter(({ kind, name }) => kind === 'server' && name === '/one/7')
  t.match(own, { traceId: '0af7651916cd43dd8448eb211c80319c', parentId: 'b7ad6b7169203331', scope: 'io.krakend.krakend-otel', resource: { 'service.name': 'shop' }, attributes: { 'request.id': String } })
  const sent = JSON.parse(String(body)) as { parent: string, state: string }
  const client = spans.find(({ spanId }) => sent.parent === `00-0af7651916cd43dd8448eb211c80319c-${spanId}-01`)!
  t.match(client, { kind: 'client', name: '/a/:id', attributes: { 'http.response.status_code': 200 } }, 'the backend got the span of its call')
  t.equal(sent.state, 'vendor=1')
  for (const { start, end, name } of spans) t.ok(end >= start && start > Date.now() - 60_000, `${name}: its times`)
  t.ok(metrics.some(({ name }) => name === 'http.server.duration'), 'what was not reported is at the end')
  const expected = JSON.parse(reference('reference-otlp-metrics.json')) as Record<string, { kind: string, unit: string, attributes: string[] }>
  for (const { name, points: _, ...data } of metrics) {
    const wanted = expected[name]
    if (wanted !== undefined) t.same(data, { kind: wanted.kind, unit: wanted.unit, attributes: wanted.attributes }, name)
  }
})

t.test('opentelemetry: headers are reported where asked, without secrets', async (t) => {
  const { url: backend } = await startBackend(t)
  const collector = await startCollector(t)
  const { url, close } = await start(t, {
    exporters: { otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true }] },
    layers: { global: { report_headers: true, skip_headers: ['X-Skipped'], traces_static_attributes: [{ key: 'team', value: 'a' }] } }
  }, { backend })
  await call(`${url}/one/7?token=geheim`, { headers: { authorization: 'Bearer geheim', cookie: 'a=geheim', 'x-skipped': 'geheim', 'x-seen': 'yes' } })
  await close()
  const server = collector.received.spans.find(({ kind }) => kind === 'server')!
  t.same(server.attributes['http.request.header.x-seen'], ['yes'])
  t.equal(server.attributes['team'], 'a')
  t.notMatch(JSON.stringify(collector.received.spans), /geheim/)
})

t.test('opentelemetry: sampling', async (t) => {
  const { url: backend } = await startBackend(t)
  const ways = [
    { rate: 0, headers: parent, sampled: false },
    { rate: 0.0001, headers: parent, sampled: true },
    { rate: 0.0001, headers: { traceparent: parent.traceparent.replace(/01$/, '00') }, sampled: false },
    { rate: 1, headers: { traceparent: parent.traceparent.replace(/01$/, '00') }, sampled: true },
    { rate: 1, headers: {}, sampled: true }
  ]
  for (const { rate, headers, sampled } of ways) {
    const collector = await startCollector(t)
    const { url, close } = await start(t, {
      trace_sample_rate: rate,
      exporters: { otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true, disable_metrics: true }] }
    }, { backend })
    const { parent: sent } = JSON.parse(String((await call(`${url}/one/7`, { headers })).body)) as { parent: string }
    await close()
    const what = `rate ${rate}, ${JSON.stringify(headers)}`
    t.equal(sent.slice(-2), sampled ? '01' : '00', `${what}: what the backend is told`)
    t.equal(collector.received.spans.length > 0, sampled, what)
    if ('traceparent' in headers) t.equal(sent.slice(3, 35), parent.traceparent.slice(3, 35), `${what}: the trace goes on`)
  }
})

t.test('opentelemetry: layers that are switched off', async (t) => {
  const { url: backend } = await startBackend(t)
  const collector = await startCollector(t)
  const { url, close } = await start(t, {
    exporters: { otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true }] },
    skip_paths: ['/raw'],
    layers: {
      global: { disable_metrics: true, disable_propagation: true, semantic_convention: '1.27' },
      proxy: { disable_traces: true },
      backend: { metrics: { round_trip: true }, traces: { disable_stage: true } }
    }
  }, { backend })
  const { parent: sent } = JSON.parse(String((await call(`${url}/one/7`, { headers: parent })).body)) as { parent: string | null }
  await call(`${url}/raw`, { method: 'POST', body: 'x' })
  await close()
  const { spans, metrics } = collector.received
  t.equal(sent, null, 'without the span of a call no backend hears of the trace')
  t.same(spans.map(({ name, kind }) => [name, kind]), [['/one/7', 'server']])
  t.not(spans[0]!.traceId, parent.traceparent.slice(3, 35))
  const names = metrics.map(({ name }) => name)
  t.notOk(names.some((name) => name.startsWith('http.server')))
  t.ok(names.includes('krakend.proxy.duration') && names.includes('http.client.duration'))
  t.notOk(names.includes('http.client.response.read.size'))
})

t.test('opentelemetry: over gRPC, plain and with TLS and a client certificate', async (t) => {
  const { url: backend } = await startBackend(t)
  const authority = createAuthority('ca')
  const pair = authority.issue({ cn: 'localhost' })
  const own = authority.issue({ cn: 'gateway' })
  const files = writeFiles(t, { 'ca.pem': authority.cert, 'own.pem': own.cert, 'own.key': own.key })
  const plain = await startGrpc(t)
  const secured = await startGrpc(t, { cert: pair.cert, key: pair.key, ca: authority.cert, requestCert: true, rejectUnauthorized: true })
  const { url, close } = await start(t, {
    exporters: { otlp: [{ name: 'plain', host: '127.0.0.1', port: plain.port }, { name: 'secured', host: 'https://localhost', port: secured.port }] }
  }, { backend }, {
    client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['own.pem'], private_key: files['own.key'] }] }
  })
  await call(`${url}/one/7`, { headers: parent })
  await close()
  for (const { received } of [plain, secured]) {
    t.ok(received.spans.some(({ name }) => name === '/one/7'))
    t.ok(received.metrics.some(({ name }) => name === 'krakend.backend.duration'))
    t.match(received.headers[0], { 'content-type': 'application/grpc+proto' })
  }
})

t.test('opentelemetry: over HTTPS through a forward proxy', async (t) => {
  const { url: backend } = await startBackend(t)
  const authority = createAuthority('ca')
  const pair = authority.issue({ cn: 'collector', san: ['collector.test'] })
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const collector = await startCollector(t, { cert: pair.cert, key: pair.key })
  const proxy = await startForwardProxy(t)
  const { url, close } = await start(t, {
    exporters: { otlp: [{ name: 'col', host: 'https://collector.test', port: collector.port, use_http: true }] }
  }, { backend }, { client_tls: { ca_certs: [files['ca.pem']] } }, { HTTPS_PROXY: proxy.url, NO_PROXY: '' })
  await call(`${url}/one/7`)
  await close()
  t.ok(collector.received.spans.length > 0)
  t.match(proxy.seen, [{ method: 'CONNECT', target: `collector.test:${collector.port}` }])
})

t.test('opentelemetry: an exporter with client settings of its own', async (t) => {
  const { url: backend } = await startBackend(t)
  const authority = createAuthority('ca')
  const pair = authority.issue({ cn: 'collector', san: ['collector.test'] })
  const own = authority.issue({ cn: 'gateway' })
  const files = writeFiles(t, { 'ca.pem': authority.cert, 'own.pem': own.cert, 'own.key': own.key })
  const tls = { cert: pair.cert, key: pair.key, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
  const [http, grpc] = [await startCollector(t, tls), await startGrpc(t, { ...tls, ALPNProtocols: ['h2'] })]
  const proxy = await startForwardProxy(t)
  const client = {
    client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['own.pem'], private_key: files['own.key'] }] },
    proxy_address: proxy.url
  }
  const { url, close } = await start(t, {
    exporters: {
      otlp: [
        { name: 'http', host: 'https://collector.test', port: http.port, use_http: true, floodgate: { client } },
        { name: 'grpc', host: 'https://collector.test', port: grpc.port, floodgate: { client } },
        { name: 'stranger', host: 'https://collector.test', port: http.port, use_http: true, floodgate: { client: { proxy_address: proxy.url } } }
      ]
    }
  }, { backend })
  t.equal((await call(`${url}/one/7`)).status, 200)
  await close()
  t.ok(http.received.spans.length > 0)
  t.equal(http.received.spans.length, grpc.received.spans.length, 'the one without a certificate reached nobody')
  t.ok(proxy.seen.every(({ method, target }) => method === 'CONNECT' && target.startsWith('collector.test:')))
})

t.test('opentelemetry: a collector that is away is told of once, and delays nothing', async (t) => {
  const { url: backend } = await startBackend(t)
  const { url, lines, close } = await start(t, {
    metric_reporting_period: 1,
    exporters: { otlp: [{ name: 'col', host: '127.0.0.1', port: await freePort(), use_http: true }] }
  }, { backend })
  for (let i = 0; i < 700; i++) t.equal((await call(`${url}/one/7`)).status, 200)
  await close()
  const about = lines.filter((line) => line.includes('the collector \\"col\\"'))
  t.equal(about.length, 1, about.join(''))
})

t.test('opentelemetry: a collector that never answers delays no request, and the end for 5 s at most', async (t) => {
  const { url: backend } = await startBackend(t)
  const waiting: ServerResponse[] = []
  const collector = await startOrigin(t, (request, response) => {
    request.resume()
    waiting.push(response)
  })
  t.teardown(() => { for (const response of waiting) response.destroy() })
  const port = await freePort()
  const { url, lines, close } = await start(t, {
    metric_reporting_period: 1,
    exporters: {
      otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true }],
      prometheus: [{ name: 'prom', port, listen_ip: '127.0.0.1' }]
    }
  }, { backend })
  for (let i = 0; i < 700; i++) t.equal((await call(`${url}/one/7`)).status, 200)
  t.ok(waiting.length > 0, 'it had something to answer')
  const text = String((await call(`http://127.0.0.1:${port}/metrics`)).body)
  const [, dropped] = /^floodgate_otlp_dropped_total\{exporter="col",signal="traces"\} (\d+)$/m.exec(text)!
  t.ok(Number(dropped) > 0, 'what does not fit is counted')
  await close()
  const about = lines.filter((line) => line.includes('\\"col\\"'))
  t.equal(about.length, 1, about.join(''))
  t.match(about[0], / took too long, at the end for \d+ spans|does not accept (traces|metrics): /)
})

t.test('opentelemetry: OTEL_* variables', async (t) => {
  const { url: backend } = await startBackend(t)
  const [http, grpc] = [await startCollector(t), await startGrpc(t)]
  const { url, lines, close } = await start(t, {
    exporters: { otlp: [{ name: 'http', host: '127.0.0.1', port: http.port, use_http: true }, { name: 'grpc', host: '127.0.0.1', port: grpc.port }] }
  }, { backend }, {}, {
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hidden%20key',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-key=metrics',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://hidden.example',
    OTEL_RESOURCE_ATTRIBUTES: 'host.name=gw,service.name=other',
    OTEL_PROPAGATORS: 'baggage'
  })
  const { body } = await call(`${url}/one/7`, { headers: { ...parent, baggage: 'user=alice' } })
  await close()
  t.match(JSON.parse(String(body)), { parent: null, baggage: 'user=alice' }, 'only what the propagators are for')
  for (const { received } of [http, grpc]) {
    t.match(received.spans[0], { resource: { 'service.name': 'shop', 'host.name': 'gw' } })
    t.not(received.spans[0]!.traceId, parent.traceparent.slice(3, 35))
    t.ok(received.metrics.length > 0)
    t.strictSame([...new Set(received.headers.map((headers) => headers['x-key']))].sort(), ['hidden key', 'metrics'])
    t.ok(received.headers.every((headers) => (headers['content-encoding'] ?? headers['grpc-encoding']) === 'gzip'))
  }
  t.equal(lines.filter((line) => line.includes('OTEL_EXPORTER_OTLP_ENDPOINT')).length, 1, 'told once at the start')
  t.notMatch(lines.join(''), /hidden/)
})

t.test('opentelemetry: baggage of clients reaches the backends where the trace does', async (t) => {
  const { url: backend } = await startBackend(t)
  const collector = await startCollector(t)
  const exporters = { otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true }] }
  const ask = async (settings: object, headers: Record<string, string>) => {
    const { url, close } = await start(t, { exporters, ...settings }, { backend })
    const { body } = await call(`${url}/one/7`, { headers })
    await close()
    return (JSON.parse(String(body)) as { baggage: string | null }).baggage
  }
  t.equal(await ask({}, { baggage: 'user=alice' }), 'user=alice')
  t.equal(await ask({ trace_sample_rate: 0 }, { ...parent, baggage: 'user=alice' }), 'user=alice', 'not recorded')
  t.equal(await ask({}, { baggage: `a=${'b'.repeat(8191)}` }), null, 'too long')
  t.equal(await ask({ layers: { global: { disable_propagation: true } } }, { baggage: 'user=alice' }), null)
  t.equal(await ask({ layers: { global: { disable_traces: true } } }, { ...parent, baggage: 'user=alice' }), 'user=alice', 'without a span of its own')
})

t.test('opentelemetry: wrong settings are found before the start', async (t) => {
  const problems = async (settings: object, extra: object = {}) => {
    try {
      const app = Fastify()
      await app.register(gateway, {
        config: {
          version: 3,
          timeout: '60s',
          extra_config: { [namespace]: settings, ...extra },
          endpoints: [{ endpoint: '/a', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }]
        },
        env: {}
      })
      await app.ready()
      await app.close()
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  const prometheus = [{ name: 'a', port: 0 }]
  const scraped = (...exporters: object[]) => ({ exporters: { prometheus: exporters } })
  t.match(await problems(scraped({ name: 'a', listen_ip: '999.1.1.1' })), /prometheus\[0\]\.listen_ip: must be an IP address such as "127\.0\.0\.1", or "" for all, not "999\.1\.1\.1"/)
  t.match(await problems(scraped({ name: 'a', port: 9 }, { name: 'b', port: 9, listen_ip: '127.0.0.1' })), /prometheus\[1\]\.port: 9 is the port that the exporter "a" listens on/)
  t.match(await problems(scraped({ name: 'a', listen_ip: '127.0.0.1' }), { floodgate: { metrics: { port: 9090 } } }), /prometheus\[0\]\.port: 9090 is the port that "floodgate"\."metrics" listens on/)
  const headers = async (own: object) => {
    return await problems({ exporters: { otlp: [{ name: 'c', host: 'x' }] } }, { 'telemetry/opentelemetry-security': { otlp: [{ name: 'c', headers: own }] } })
  }
  t.match(await headers({ 'a b': 'hidden' }), /\.otlp\[0\]\.headers\["\*\*\*"\]: is not the name of a header/)
  t.match(await headers({ Host: 'hidden' }), /is a header that every request sets by itself/)
  t.match(await headers({ authorization: 'hidden\nx' }), /must be text of printable ASCII characters/)
  t.notMatch(await headers({ 'a b': 'hidden', authorization: 'hidden\n' }), /hidden/)
  t.match(await problems({ exporters: { prometheus, otlp: [{ name: 'a', host: 'x' }] } }), /"a" is the name of another exporter/)
  t.match(await problems({ exporters: { prometheus }, histograms: { time_buckets: [2, 1] } }), /must ascend/)
  t.match(await problems({ exporters: { otlp: [{ name: 'a' }] } }), /host/)
  const exporter = (client: object) => ({ exporters: { otlp: [{ name: 'a', host: 'x', floodgate: { client } }] } })
  t.match(await problems(exporter({ no_redirct: true })), /otlp\[0\]\.floodgate\.client\.no_redirct: unknown key/)
  t.match(await problems(exporter({ client_tls: { min_version: 'TLS14' } })), /client_tls\.min_version: must be/)
  t.match(await problems(exporter({ proxy_address: 'http://user:hidden@p:1' })), /proxy_address: gRPC without TLS opens its own connection/)
  t.notMatch(await problems(exporter({ proxy_address: 'ftp://user:hidden@p:1' })), /hidden/)
  for (const host of ['collector:4317', 'user:hidden@collector', 'https://hidden@collector', 'a b', 'http://']) {
    const text = await problems({ exporters: { otlp: [{ name: 'a', host }] } })
    t.match(text, /otlp\[0\]\.host: must be a name or an IP address/, host)
    t.notMatch(text, /hidden/)
  }
  for (const host of ['collector', 'https://collector', 'http://10.0.0.1', '::1', '[::1]']) {
    t.equal(await problems({ exporters: { otlp: [{ name: 'a', host, port: 9, disable_metrics: true }] } }), '', host)
  }
  t.equal(await problems({ exporters: { prometheus } }), '')
})
