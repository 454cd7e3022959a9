import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo, type Socket } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, createAuthority, freePort, startOrigin, writeFiles } from '@floodgate/testing'
import type { ReadSpan } from './read-otlp.ts'
import { startCollector } from './start-collector.ts'

/** Starts a gateway with these backends at `/0`, `/1`…; `read` ends it and returns the spans of its calls. */
async function start (t: Test, backends: object[], client: object, layers: object = {}) {
  const collector = await startCollector(t)
  const port = await freePort()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      timeout: '60s',
      ...client,
      extra_config: {
        'telemetry/opentelemetry': {
          layers,
          exporters: {
            otlp: [{ name: 'o', host: '127.0.0.1', port: collector.port, use_http: true, disable_metrics: true }],
            prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1' }]
          }
        }
      },
      endpoints: backends.map((backend, i) => ({ endpoint: `/${i}`, backend: [{ url_pattern: '/', ...backend }] }))
    },
    env: {}
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    scrape: async () => String((await call(`http://127.0.0.1:${port}/metrics`)).body),
    async read () {
      await app.close()
      return collector.received.spans.filter(({ kind }) => kind === 'client')
    }
  }
}

/** Accepts connections, and nothing more. */
async function startSilent (t: Test): Promise<{ port: number }> {
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => { sockets.add(socket.on('error', () => {}).resume()) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => {
    for (const socket of sockets) socket.destroy()
    server.close(() => { resolve() })
  }))
  return server.address() as AddressInfo
}

const times = ({ attributes }: ReadSpan) => [attributes['dns-duration'], attributes['tls-duration']] as [number, number]

t.test('dial times: the call that a connection was opened for has what its parts took, later ones 0', async (t) => {
  const authority = createAuthority('ca')
  const { cert, key } = authority.issue({ cn: 'localhost', san: ['localhost'] })
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const answer = (_: unknown, response: { setHeader (name: string, value: string): { end (body: string): void } }) => {
    response.setHeader('content-type', 'application/json').end('{}')
  }
  const secured = await startOrigin(t, answer, { cert, key })
  const plain = await startOrigin(t, answer)
  const { url, read, scrape } = await start(t, [
    { host: [`https://localhost:${secured.port}`] },
    { host: [plain.url] },
    { host: [`http://localhost:${plain.port}`] },
    { host: [`https://127.0.0.1:${secured.port}`] }
  ], { client_tls: { ca_certs: [files['ca.pem']] } })
  for (const path of ['/0', '/0', '/1', '/2', '/3']) await call(url + path)
  let text = await scrape()
  while (!text.includes('krakend_endpoint_route="/3"')) text = await scrape()
  const sumOf = (what: string, path: string) => {
    const [, sum] = new RegExp(`^http_client_request_${what}_duration_sum\\{.*krakend_endpoint_route="${path}".*\\} (.*)$`, 'm').exec(text)!
    return Number(sum)
  }
  const countOf = (what: string, path: string) =>
    new RegExp(`^http_client_request_${what}_duration_count\\{.*krakend_endpoint_route="${path}".*\\} (.*)$`, 'm').exec(text)![1]
  const [first, again, byAddress, byName, untrusted] = await read() as [ReadSpan, ReadSpan, ReadSpan, ReadSpan, ReadSpan]
  t.ok(times(first).every((seconds) => seconds > 0 && seconds < 60), String(times(first)))
  t.same(times(again), [0, 0], 'the connection was kept')
  t.same(times(byAddress), [0, 0], 'there is no name to look up')
  t.ok(times(byName)[0] > 0)
  t.equal(times(byName)[1], 0)
  t.same(times(untrusted), [undefined, undefined], 'as in the reference, a call that failed has none')
  t.equal(untrusted.status, 'error')
  t.equal(sumOf('dns', '/0'), times(first)[0])
  t.equal(sumOf('tls', '/0'), times(first)[1])
  t.equal(countOf('tls', '/0'), '2')
  t.ok(sumOf('tls', '/3') > 0, 'a handshake that failed took time too')
  t.equal(sumOf('dns', '/3'), 0)
  t.equal(countOf('get_conn', '/3'), '1')
})

t.test('dial times: over HTTP/2, of the calls that share a connection the first has them', async (t) => {
  const authority = createAuthority('ca')
  const { cert, key } = authority.issue({ cn: 'localhost' })
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const server = http2.createSecureServer({ cert, key })
  const sessions = new Set<http2.Http2Session>()
  server.on('session', (session) => { sessions.add(session) })
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/json' })
    stream.end('{}')
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => new Promise<void>((resolve) => {
    for (const session of sessions) session.destroy()
    server.close(() => { resolve() })
  }))
  const client = { client_tls: { ca_certs: [files['ca.pem']] }, floodgate: { http2: true } }
  const backend = { host: [`https://localhost:${(server.address() as AddressInfo).port}`], extra_config: { 'backend/http/client': client } }
  const { url, read } = await start(t, [backend, backend], {})
  await Promise.all(['/0', '/1', '/0', '/1'].map((path) => call(url + path)))
  await call(`${url}/0`)
  const spans = await read()
  t.equal(spans.length, 5)
  const dialled = spans.filter((span) => times(span)[1] > 0)
  t.ok(dialled.length > 0 && dialled.length <= sessions.size, 'at most one call of each connection')
  t.ok(dialled.every((span) => times(span)[0] > 0))
})

t.test('dial times: a call whose time passes while its connection is opened has what was done until then', async (t) => {
  const { port } = await startSilent(t)
  const { url, scrape } = await start(t, [{ host: [`https://localhost:${port}`] }], { timeout: '300ms' })
  t.equal((await call(`${url}/0`)).status, 500)
  let text = await scrape()
  while (!text.includes('http_client_request_timedout_count_total')) text = await scrape()
  const sumOf = (what: string) => Number(new RegExp(`^http_client_request_${what}_duration_sum\\{.*\\} (.*)$`, 'm').exec(text)![1])
  t.ok(sumOf('dns') > 0)
  t.equal(sumOf('tls'), 0, 'it was not over')
})

t.test('dial times: only where detailed_connection is true', async (t) => {
  const { url: host } = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const { url, read, scrape } = await start(t, [{ host: [host] }], {}, {
    backend: { metrics: { round_trip: true }, traces: { round_trip: true } }
  })
  await call(`${url}/0`)
  let text = await scrape()
  while (!text.includes('http_client_duration_count')) text = await scrape()
  t.notMatch(text, /http_client_request_(?:dns|tls|get_conn)_duration/)
  const [span] = await read()
  t.strictSame(Object.keys(span!.attributes).filter((name) => name.endsWith('-duration')), ['response-duration'])
})
