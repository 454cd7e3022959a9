import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { replyFromBackend } from '@floodgate/proxy'
import gateway, { type Configuration } from '@floodgate/gateway'
import { createAuthority, listen, startOrigin, trackSockets } from '@floodgate/testing'

type Lines = [name: string, value: string][]

/** Pairs of a raw list. */
function pairs (raw: readonly string[]): Lines {
  return raw.flatMap((value, i) => i % 2 === 1 ? [[raw[i - 1]!.toLowerCase(), value] as [string, string]] : [])
}

/** Lines of these names, in the order they stand. */
function linesOf (raw: readonly string[], ...names: string[]): Lines {
  return pairs(raw).filter(([name]) => names.includes(name))
}

async function start (t: Test, endpoints: object[], { h2 = false, before }: { h2?: boolean, before?: (app: FastifyInstance) => void } = {}) {
  const app = (h2 ? Fastify({ http2: true }) : Fastify({ forceCloseConnections: true })) as unknown as FastifyInstance
  t.teardown(() => app.close())
  before?.(app)
  await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints } as unknown as Configuration })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, port }
}

async function ask (port: number, path: string, headers: string[] = [], method = 'GET', body?: string): Promise<{ status: number, rawHeaders: string[] }> {
  const call = http.request({ port, host: '127.0.0.1', path, method, agent: false, headers: ['Host', 'h', ...headers] })
  call.end(body)
  const [answer] = await once(call, 'response') as [http.IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return { status: answer.statusCode!, rawHeaders: answer.rawHeaders }
}

const sent = ['X-A', '1', 'Authorization', 'one', 'x-b', 'a, b', 'x-a', '2', 'authorization', 'two', 'Cookie', 'a=1', 'Cookie', 'b=2', 'X-Forwarded-For', '9.9.9.9', 'x_forwarded_for', '6.6.6.6', 'X_Forwarded_Host', 'evil.test', 'x_other', 'passes']
const names = ['x-a', 'x-b', 'authorization', 'cookie', 'x-forwarded-for', 'x_forwarded_for', 'x_forwarded_host', 'x_other']

t.test('header lines: to backends over HTTP/1.1 as the client sent them, one by one and merged, without what reads like our own', async (t) => {
  const seen: string[][] = []
  const origin = await startOrigin(t, (req, res) => { seen.push(req.rawHeaders); res.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  const { port } = await start(t, [
    { endpoint: '/noop', output_encoding: 'no-op', input_headers: ['*'], backend: [{ host: [origin.url], url_pattern: '/' }] },
    { endpoint: '/two', input_headers: ['*'], backend: [{ host: [origin.url], url_pattern: '/1' }, { host: [origin.url], url_pattern: '/2', group: 'g' }] },
    { endpoint: '/narrow', input_headers: ['*'], backend: [{ host: [origin.url], url_pattern: '/', input_headers: ['X-A', 'x_forwarded_for'] }] }
  ])
  const all = [['x-a', '1'], ['x-a', '2'], ['authorization', 'one'], ['authorization', 'two'], ['x-b', 'a, b'], ['cookie', 'a=1'], ['cookie', 'b=2'], ['x-forwarded-for', '9.9.9.9'], ['x_other', 'passes']]
  for (const path of ['/noop', '/two']) {
    t.equal((await ask(port, path, sent)).status, 200)
    for (const raw of seen.splice(0)) t.same(linesOf(raw, ...names), all, path)
  }
  await ask(port, '/narrow', sent)
  t.same(linesOf(seen[0]!, ...names), [['x-a', '1'], ['x-a', '2']])
})

t.test('header lines: to a backend over HTTP/2, but for fields that it carries once', async (t) => {
  const seen: string[][] = []
  const server = http2.createSecureServer(createAuthority('ca').issue({ cn: 'server' }))
  const sockets = trackSockets(server)
  server.on('stream', (stream: http2.ServerHttp2Stream, _headers: unknown, _flags: number, raw: string[]) => { seen.push(raw); stream.on('error', () => {}).respond({ 'content-type': 'application/json' }); stream.end('{}') })
  const port = await listen(server)
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  const mine = await start(t, [{
    endpoint: '/', output_encoding: 'no-op', input_headers: ['*'], backend: [{ host: [`https://127.0.0.1:${port}`], url_pattern: '/', extra_config: { 'backend/http/client': { client_tls: { allow_insecure_connections: true }, floodgate: { http2: true } } } }]
  }])
  t.equal((await ask(mine.port, '/', [...sent, 'If-None-Match', '"a"', 'If-None-Match', '"b"'])).status, 200)
  t.same(linesOf(seen[0]!, 'x-a', 'authorization', 'if-none-match'), [['x-a', '1'], ['x-a', '2'], ['authorization', 'one'], ['if-none-match', '"a", "b"']])
})

const answered = ['X-A', '1', 'x-a', '2', 'X-Content-Type-Options', 'nosniff', 'x-content-type-options', 'nosniff', 'Content-Language', 'de', 'Content-Language', 'en', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Vary', 'A', 'Vary', 'B']
const answeredNames = ['x-a', 'x-content-type-options', 'content-language', 'set-cookie', 'vary']

t.test('header lines: of an answer, to clients of both versions', async (t) => {
  const origin = await startOrigin(t, (_req, res) => { res.writeHead(200, answered).end('x') })
  const endpoints = [{ endpoint: '/', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  const one = await start(t, endpoints)
  const apart = pairs(answered)
  t.same(linesOf((await ask(one.port, '/')).rawHeaders, ...answeredNames), apart)

  const two = await start(t, endpoints, { h2: true })
  const session = http2.connect(`http://127.0.0.1:${two.port}`)
  t.teardown(() => { session.destroy() })
  const stream = session.request({ ':path': '/' }).resume()
  const [headers, , raw] = await once(stream, 'response') as [http2.IncomingHttpHeaders, number, string[]]
  t.equal(headers[':status'], 200)
  t.same(linesOf(raw, ...answeredNames).sort(), [['content-language', 'de, en'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2'], ['vary', 'A'], ['vary', 'B'], ['x-a', '1'], ['x-a', '2'], ['x-content-type-options', 'nosniff']])
})

t.test('header lines: through reply.from of a handler of one\'s own', async (t) => {
  const seen: string[][] = []
  const origin = await startOrigin(t, (req, res) => { seen.push(req.rawHeaders); res.end('x') })
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  const { proxy } = await import('@floodgate/proxy')
  const { configLoader } = await import('@floodgate/config-loader')
  await app.register(configLoader, { config: { version: 3, timeout: '60s', endpoints: [{ endpoint: '/e', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }] } })
  await app.register(proxy)
  await app.register(async (scope) => {
    await scope.register(replyFromBackend, { endpoint: '/e' })
    scope.get('/own', (_request, reply) => { reply.from('/x') })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal((await ask((app.server.address() as AddressInfo).port, '/own', sent)).status, 200)
  t.same(linesOf(seen[0]!, 'x-a', 'x-b'), [['x-a', '1'], ['x-a', '2'], ['x-b', 'a, b']])
})
