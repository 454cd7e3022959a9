import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:http2'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, freePort, startOrigin } from '@floodgate/testing'
import { startCollector } from './start-collector.ts'

const namespace = 'telemetry/opentelemetry'
const layers = { global: { report_headers: true }, proxy: { report_headers: true }, backend: { traces: { round_trip: true, report_headers: true } } }

/** A gateway whose spans and metrics can be read. */
async function start (t: Test, settings: object, endpoints: (host: string) => object[], http2 = false) {
  const reached: (() => void)[] = []
  const begun: http.ServerResponse[] = []
  const backend = await startOrigin(t, (request, response) => {
    if (request.url === '/cut') { response.writeHead(200, { 'content-length': 5000 }).write('text', () => { response.destroy() }); return }
    if (request.url === '/begins') {
      response.writeHead(200, { 'content-length': 5000 }).write('text')
      begun.push(response)
      return
    }
    if (request.url === '/waits') { for (const tell of reached.splice(0)) tell(); return }
    response.writeHead(request.url!.startsWith('/fail') ? 500 : 200, { 'content-type': 'application/json', 'content-length': 2, 'x-answer': 'yes' })
    response.end('{}')
  })
  const collector = await startCollector(t)
  const port = await freePort()
  const app = (http2 ? Fastify({ http2 }) : Fastify()) as FastifyInstance
  await app.register(gateway, {
    config: {
      version: 3,
      extra_config: {
        router: { return_error_msg: true },
        [namespace]: {
          exporters: {
            prometheus: [{ name: 'prom', port, listen_ip: '127.0.0.1' }],
            otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true }]
          },
          ...settings
        }
      },
      endpoints: endpoints(backend.url) as []
    },
    notFound: 'gateway'
  })
  t.teardown(() => app.close())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  /** The scrape, when it has a text. */
  const scrape = async (text: string): Promise<string> => {
    for (;;) {
      const body = String((await call(`http://127.0.0.1:${port}/metrics`)).body)
      if (body.includes(text)) return body
    }
  }
  const isWaiting = () => new Promise<void>((resolve) => { reached.push(resolve) })
  return { url, spans: collector.received.spans, scrape, isWaiting, begun, close: () => app.close() }
}

const to = (endpoint: string, host: string, path: string, more: object = {}, own: object = {}) => {
  return { endpoint, ...more, backend: [{ host: [host], url_pattern: path, ...own }] }
}
const raw = { output_encoding: 'no-op' }

t.test('reported requests: of an endpoint that is skipped nothing is reported, in no layer and in either form of its path', async (t) => {
  const { url, spans, scrape, close } = await start(t, { skip_paths: ['/plain', '/a/{id}', '/b/:id'] }, (host) => [
    to('/plain', host, '/1'), to('/a/{id}', host, '/2'), to('/b/{id}', host, '/3'), to('/seen', host, '/4')
  ])
  for (const path of ['/plain', '/a/7', '/b/7', '/seen']) t.equal((await call(url + path)).status, 200)
  const text = await scrape('http_server_duration_count{http_request_method="GET",http_response_status_code="200",http_route="/seen"')
  const routes = [...text.matchAll(/^krakend_(?:proxy|backend)_duration_count\{.*http_route="([^"]*)"/gm)].map(([, route]) => route)
  t.same(routes.sort(), ['/4', '/seen'])
  t.notMatch(text, /route="\/(?:plain|a\/|b\/)/)
  await close()
  t.same([...new Set(spans.map(({ name }) => name))].sort(), ['/4', '/seen', 'http.client.response.read.tracker'])
})

t.test('reported requests: an empty list of skip_paths is none', async (t) => {
  const { url, scrape } = await start(t, { skip_paths: [] }, (host) => [to('/seen', host, '/4')])
  await call(`${url}/__health`)
  await call(`${url}/seen`)
  const text = await scrape('http_route="/seen"')
  t.equal([...text.matchAll(/^http_server_duration_count/gm)].length, 1)
})

t.test('reported requests: what a client cancels has not failed', async (t) => {
  const { url, spans, scrape, isWaiting, close } = await start(t, {}, (host) => [to('/waits', host, '/waits')])
  const waiting = isWaiting()
  const request = http.get(`${url}/waits`).on('error', () => {})
  await waiting
  request.destroy()
  const text = await scrape('http_client_request_canceled_count_total{')
  for (const layer of ['proxy', 'backend']) {
    t.match(text, new RegExp(`^krakend_${layer}_duration_count\\{canceled="true",complete="false",error="false",`, 'm'))
  }
  t.notMatch(text, 'http_client_request_failed_count_total{')
  await close()
  const stages = spans.filter(({ kind, name }) => kind === 'internal' && name === '/waits')
  t.equal(stages.length, 2)
  for (const { attributes } of stages) t.match(attributes, { canceled: true, error: undefined, 'http.response.status_code': 500 })
})

t.test('reported requests: the Content-Length of a response to HEAD is no size', async (t) => {
  const { url, scrape } = await start(t, {}, (host) => [to('/head', host, '/h', raw, { method: 'HEAD', encoding: 'no-op' })])
  await call(`${url}/head`)
  const text = await scrape('http_client_duration_count{')
  t.notMatch(text, /^http_client_response_(?:size|no_content_length)/m)
})

t.test('reported requests: a body of a backend that ends early has an attribute, an error and the bytes that were read', async (t) => {
  const { url, spans, scrape, close } = await start(t, {}, (host) => [to('/cut', host, '/cut', raw, { encoding: 'no-op' }), to('/json', host, '/cut'), to('/whole', host, '/w')])
  for (const path of ['/cut', '/json']) await call(url + path).catch(() => {})
  await call(`${url}/whole`)
  const text = await scrape('http_client_response_read_size_total{http_request_method="GET",http_route="/w"')
  for (const route of ['/cut', '/json']) {
    for (const [metric, value] of [['size_total', 4], ['size_hist_sum', 4], ['size_hist_count', 1], ['time_hist_seconds_count', 1]] as const) {
      t.match(text, new RegExp(`^http_client_response_read_${metric}\\{error="true",.*krakend_endpoint_route="${route}".* ${value}$`, 'm'))
    }
  }
  t.notMatch(text, /^http_client_response_read_(?:size|time)_\w+\{http_request_method="GET",http_route="\/cut"/m)
  t.notMatch(text, /^http_client_response_read_\w+\{error="true",.*http_route="\/w"/m)
  await close()
  const reads = spans.filter(({ name }) => name === 'http.client.response.read.tracker')
  t.same(reads.map(({ status, events }) => [status, events]), [['error', ['exception']], ['error', ['exception']], ['ok', []]])
})

t.test('reported requests: the size of a body that ends before its Content-Length is what was sent of it', async (t) => {
  const { url, spans, scrape, begun, close } = await start(t, {}, (host) => [to('/cut', host, '/begins', raw, { encoding: 'no-op' }), to('/left', host, '/begins', raw, { encoding: 'no-op' })])
  const [cut] = await once(http.get(`${url}/cut`), 'response') as [http.IncomingMessage]
  await once(cut, 'data')
  begun[0]!.destroy()
  await once(cut, 'error')
  const leaves = http.get(`${url}/left`)
  const [left] = await once(leaves, 'response') as [http.IncomingMessage]
  await once(left, 'data')
  left.on('error', () => {})
  leaves.destroy()
  for (const route of ['/cut', '/left']) {
    const text = await scrape(`http_server_response_size_sum{http_request_method="GET",http_response_status_code="200",http_route="${route}"`)
    t.match(text, new RegExp(`^http_server_response_size_sum\\{.*http_route="${route}".* 4$`, 'm'))
  }
  await close()
  t.same(spans.filter(({ kind }) => kind === 'server').map(({ attributes }) => attributes['http.response.body.size']), [4, 4])
})

t.test('reported requests: over HTTP/2, what was sent before the client left, and whole bodies', async (t) => {
  const { url, scrape, begun } = await start(t, {}, (host) => [to('/left', host, '/begins', raw, { encoding: 'no-op' }), to('/whole', host, '/begins', raw, { encoding: 'no-op' })], true)
  const session = connect(url)
  t.teardown(() => { session.destroy() })
  const ask = async (path: string) => {
    const stream = session.request({ ':path': path }).on('error', () => {})
    await once(stream, 'data')
    return stream
  }
  const [left, whole] = [await ask('/left'), await ask('/whole')]
  left.close()
  begun[1]!.end(Buffer.alloc(4996))
  whole.resume()
  await once(whole, 'close')
  for (const [route, size] of [['/left', 4], ['/whole', 5000]] as const) {
    const text = await scrape(`http_server_response_size_sum{http_request_method="GET",http_response_status_code="200",http_route="${route}"`)
    t.match(text, new RegExp(`^http_server_response_size_sum\\{.*http_route="${route}".* ${size}$`, 'm'))
  }
})

t.test('reported requests: headers of responses that are passed on, and no Host', async (t) => {
  const { url, spans, close } = await start(t, { layers }, (host) => [to('/raw', host, '/r', raw, { encoding: 'no-op' }), to('/json', host, '/j')])
  await call(`${url}/raw`)
  await call(`${url}/json`)
  await close()
  const of = (name: string, stage: string) => spans.find(({ name: own, attributes }) => own === name && attributes['krakend.stage'] === stage)!.attributes
  t.same(of('/raw', 'proxy')['http.response.header.x-answer'], ['yes'])
  t.same(of('/r', 'backend')['http.response.header.x-answer'], ['yes'])
  t.equal(of('/json', 'proxy')['http.response.header.x-answer'], undefined, 'as in the reference, a document has none')
  t.equal(of('/raw', 'global')['http.request.header.host'], undefined)
})

t.test('reported requests: the query of a backend is in no span, metric or answer, and names of parameters are as in the reference', async (t) => {
  const { url, spans, scrape, close } = await start(t, { layers }, (host) => [to('/ok/{userId}', host, '/o/{userId}?key=geheim'), to('/fails', host, '/fail?key=geheim')])
  await call(`${url}/ok/1`)
  const { body } = await call(`${url}/fails`)
  t.equal(String(body), 'invalid status code 500 [GET /fail]')
  const text = await scrape('krakend_proxy_duration_count{canceled="false",complete="false",error="true",')
  t.notMatch(text, 'geheim')
  t.match(text, /^krakend_backend_duration_count\{.*http_route="\/o\/:userid".*krakend_endpoint_route="\/ok\/:userId"/m)
  await close()
  t.ok(spans.length > 6)
  t.notMatch(JSON.stringify(spans), 'geheim')
})

t.test('reported requests: attributes that an endpoint has in the global layer are added to those of the service', async (t) => {
  const attributes = (value: string) => ({
    metrics_static_attributes: [{ key: value, value }, { key: 'team', value }, { key: 'none', value: '' }],
    traces_static_attributes: [{ key: value, value }, { key: 'team', value }]
  })
  const { url, spans, scrape, close } = await start(t, { layers: { global: attributes('common') } }, (host) => [
    to('/own', host, '/1', { extra_config: { [namespace]: { global: attributes('own') } } }), to('/other', host, '/2')
  ])
  await call(`${url}/own`)
  await call(`${url}/other`)
  await scrape('http_route="/own"')
  const text = await scrape('http_route="/other"')
  t.match(text, /^http_server_duration_count\{common="common",.*http_route="\/own",.*own="own",team="own"/m, 'its own value of a key that both have')
  t.match(text, /^http_server_duration_count\{common="common",.*http_route="\/other",.*team="common"/m)
  t.notMatch(text, /^http_server_duration_count\{.*none/m)
  await close()
  const server = (name: string) => spans.find((span) => span.kind === 'server' && span.name === name)!.attributes
  t.match(server('/own'), { own: 'own', common: 'common', team: 'own' })
  t.match(server('/other'), { common: 'common', own: undefined, team: 'common' })
})

t.test('reported requests: the names of "1.27" have units, and an attribute of a layer keeps its value', async (t) => {
  const taken = { metrics_static_attributes: [{ key: 'http.route', value: 'taken' }, { key: 'error', value: 'taken' }] }
  const { url, scrape } = await start(t, { layers: { global: { semantic_convention: '1.27', ...taken }, proxy: taken } }, (host) => [to('/seen', host, '/4')])
  await call(`${url}/seen`)
  const text = await scrape('http_server_request_duration_seconds_count{error="taken",')
  t.match(text, /^http_server_response_body_size_bytes_count\{.*http_route="\/seen"/m)
  t.match(text, /^krakend_proxy_duration_count\{canceled="false",complete="true",error="false",.*http_route="\/seen"/m)
  t.notMatch(text, /^http_server_(?:duration|response_size)/m)
})

t.test('reported requests: over HTTP/2 the host is known, and no field that has the query is a header', async (t) => {
  const { url, spans, close } = await start(t, { layers }, (host) => [to('/seen', host, '/4')], true)
  const session = connect(url)
  t.teardown(() => { session.destroy() })
  const stream = session.request({ ':path': '/seen?access=geheim', 'x-note': 'yes' })
  stream.resume()
  await new Promise((resolve) => { stream.on('close', resolve) })
  session.close()
  await close()
  const { attributes } = spans.find(({ kind }) => kind === 'server')!
  t.match(attributes, { 'server.address': '127.0.0.1', 'url.full': '/seen', 'http.request.header.x-note': ['yes'] })
  t.same(Object.keys(attributes).filter((name) => name.includes('.header.:')), [])
  t.notMatch(JSON.stringify(spans), 'geheim')
})
