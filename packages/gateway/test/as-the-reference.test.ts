import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'

interface Answer { readonly status: number, readonly headers: http.IncomingHttpHeaders, readonly lines: readonly string[], readonly body: string }

/** A gateway in front of an origin; `ask` sends a request and reads the answer. */
async function start (t: Test, answer: http.RequestListener, endpoints: (host: string) => object[], rest: object = {}) {
  const origin = await startOrigin(t, answer)
  const app = Fastify({ forceCloseConnections: true }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints: endpoints(origin.url), ...rest } as unknown as Configuration, notFound: 'gateway' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return async function ask (path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> {
    const call = http.request({ port, host: '127.0.0.1', path, method, agent: false, headers })
    call.end()
    const [response] = await once(call, 'response') as [http.IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    return { status: response.statusCode!, headers: response.headers, lines: response.rawHeaders, body: Buffer.concat(chunks).toString() }
  }
}

const to = (host: string, pattern: string, more: object = {}) => ({ host: [host], url_pattern: pattern, ...more })

t.test('a coding that cannot be decoded is not asked for where answers are decoded', async (t) => {
  const seen: (string | undefined)[] = []
  const ask = await start(t, (request, response) => {
    const accepted = String(request.headers['accept-encoding'])
    seen.push(request.headers['accept-encoding'])
    const [coding, body] = accepted.includes('br') ? ['br', brotliCompressSync('{"a":1}')] : accepted.includes('gzip') ? ['gzip', gzipSync('{"a":1}')] : ['identity', Buffer.from('{"a":1}')]
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding }).end(body)
  }, (host) => [
    { endpoint: '/all', input_headers: ['*'], backend: [to(host, '/')] },
    { endpoint: '/listed', input_headers: ['Accept-Encoding'], backend: [to(host, '/')] },
    { endpoint: '/raw', input_headers: ['*'], output_encoding: 'no-op', backend: [to(host, '/')] }
  ])
  for (const accepted of ['br', 'br, gzip;q=0.5', 'zstd, *', 'gzip', 'identity, deflate', 'BR;q=1']) {
    for (const path of ['/all', '/listed']) t.match(await ask(path, { 'accept-encoding': accepted }), { status: 200, body: '{"a":1}' }, `${path} ${accepted}`)
  }
  t.same([...new Set(seen)], ['gzip', 'gzip;q=0.5', 'identity'])
  t.equal((await ask('/raw', { 'accept-encoding': 'br' })).headers['content-encoding'], 'br', 'what passes as it is may be anything')
})

t.test('an output encoding is looked up as it is written; one in other case is that of the backend', async (t) => {
  const ask = await start(t, (_, response) => { response.setHeader('content-type', 'application/json'); response.end('{"a":1}') }, (host) => [
    { endpoint: '/XML', output_encoding: 'XML', backend: [to(host, '/')] },
    { endpoint: '/xml', output_encoding: 'xml', backend: [to(host, '/')] }
  ])
  t.match(await ask('/XML'), { headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{"a":1}' })
  t.match(await ask('/xml'), { headers: { 'content-type': 'application/xml' }, body: '<a>1</a>' })
})

t.test('X-Krakend-Completed of a backend stands behind the gateway\'s', async (t) => {
  const ask = await start(t, ({ url }, response) => { response.writeHead(200, { 'x-krakend-completed': 'true' }).end(url === '/empty' ? '' : 'body') }, (host) => [
    { endpoint: '/a', output_encoding: 'no-op', backend: [to(host, '/')] },
    { endpoint: '/empty', output_encoding: 'no-op', backend: [to(host, '/empty')] },
    { endpoint: '/json', backend: [to(host, '/', { encoding: 'string' })] }
  ])
  const lines = ({ lines }: Answer) => lines.filter((_, i) => i % 2 === 1 && lines[i - 1]!.toLowerCase() === 'x-krakend-completed')
  for (const path of ['/a', '/empty']) t.same(lines(await ask(path)), ['false', 'true'], path)
  t.same(lines(await ask('/json')), ['true'])
})

t.test('no-op: a Content-Encoding of an empty body, and an empty Content-Encoding, pass as they are', async (t) => {
  const codings: Record<string, string> = { '/gzip': 'gzip', '/none': '', '/br': 'br' }
  const ask = await start(t, ({ url = '' }, response) => {
    const [path = '', body = ''] = url.slice(1).split('/')
    response.writeHead(200, { 'content-encoding': codings[`/${path}`] ?? '', 'content-length': Buffer.byteLength(body) }).end(body)
  }, (host) => [...Object.keys(codings).map((path) => ({ endpoint: path, output_encoding: 'no-op', backend: [to(host, path)] })), { endpoint: '/full', output_encoding: 'no-op', backend: [to(host, '/none/body')] }])
  for (const [path, coding] of Object.entries(codings)) t.match(await ask(path), { status: 200, headers: { 'content-encoding': coding }, body: '' }, path)
  t.match(await ask('/full'), { status: 200, headers: { 'content-encoding': '' }, body: 'body' })
})

t.test('an empty User-Agent that may pass is none to the backend', async (t) => {
  const seen: http.IncomingHttpHeaders[] = []
  const ask = await start(t, ({ headers }, response) => { seen.push(headers); response.end('{}') }, (host) => [
    { endpoint: '/all', input_headers: ['*'], backend: [to(host, '/')] }, { endpoint: '/none', backend: [to(host, '/')] }
  ])
  await ask('/all', { 'user-agent': '' })
  t.notOk('user-agent' in seen[0]!)
  t.match(seen[0]!['x-forwarded-via'], /^Floodgate/)
  await ask('/none', { 'user-agent': '' })
  t.match(seen[1]!['user-agent'], /^Floodgate/)
})

t.test('return_error_details tells the type of a 304, which a client does not get', async (t) => {
  const ask = await start(t, (_, response) => { response.writeHead(304, { 'content-type': 'text/css', etag: '"1"' }).end() }, (host) => [
    { endpoint: '/told', backend: [to(host, '/', { extra_config: { 'backend/http': { return_error_details: 'b' } } })] },
    { endpoint: '/raw', output_encoding: 'no-op', backend: [to(host, '/')] }
  ])
  t.match(await ask('/told'), { status: 200, body: '{"error_b":{"http_status_code":304,"http_body_encoding":"text/css"}}' })
  const raw = await ask('/raw')
  t.match(raw, { status: 304, headers: { etag: '"1"' } })
  t.notOk('content-type' in raw.headers)
})

// Differences on purpose: the list in docs/compatibility.md.

t.test('partial answers are checked and flattened like whole ones', async (t) => {
  const flatmap = { flatmap_filter: [{ type: 'move', args: ['a', 'b'] }] }
  const ask = await start(t, ({ url }, response) => { response.statusCode = url === '/bad' ? 500 : 200; response.end('{"a":1,"secret":true}') }, (host) => [
    { endpoint: '/flat', extra_config: { proxy: flatmap }, backend: [to(host, '/'), to(host, '/bad')] },
    { endpoint: '/checked', extra_config: { 'validation/cel': [{ check_expr: '!has(resp_data.secret)' }] }, backend: [to(host, '/'), to(host, '/bad')] },
    { endpoint: '/incomplete', extra_config: { 'validation/cel': [{ check_expr: '!resp_completed' }] }, backend: [to(host, '/'), to(host, '/bad')] }
  ])
  t.match(await ask('/flat'), { status: 200, headers: { 'x-krakend-completed': 'false' }, body: '{"b":1,"secret":true}' })
  t.match(await ask('/checked'), { status: 500, body: '' }, 'a failing neighbour does not switch a check off')
  t.match(await ask('/incomplete'), { status: 200, headers: { 'x-krakend-completed': 'false' } })
})

t.test('security/http checks the router\'s redirects too', async (t) => {
  const ask = await start(t, (_, response) => { response.end('{}') }, (host) => [{ endpoint: '/a', backend: [to(host, '/')] }], { extra_config: { 'security/http': { allowed_hosts: ['good.test'], frame_deny: true } } })
  t.match(await ask('/a/', { host: 'good.test' }), { status: 301, headers: { location: '/a', 'x-frame-options': 'DENY' } })
  t.match(await ask('/a/', { host: 'bad.test' }), { status: 500, body: 'Bad Host\n' })
})
