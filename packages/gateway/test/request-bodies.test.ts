import { once } from 'node:events'
import { createRequire } from 'node:module'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import bodyParser from 'body-parser'
import Fastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { readAll, startOrigin } from '@floodgate/testing'

// Without its types: they change those of every route in the program.
const compress = createRequire(import.meta.url)('@fastify/compress') as FastifyPluginCallback<{ global: boolean, globalCompression: boolean }>

interface Seen { headers: http.IncomingHttpHeaders, body: string }
type Before = (app: FastifyInstance) => void | Promise<void>

/** A gateway in a host app before a backend that takes note of what reaches it. */
async function start (t: Test, endpoints: (url: string) => object[], { root = {}, before = () => {} }: { root?: object, before?: Before } = {}) {
  const seen: Seen[] = []
  let begun = 0
  const origin = await startOrigin(t, (req, res) => {
    begun++
    readAll(req).then((body) => {
      seen.push({ headers: req.headers, body: body.toString() })
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}')
    }, () => {})
  })
  const log: string[] = []
  const app = Fastify({ forceCloseConnections: true, logger: { level: 'warn', stream: { write (line: string) { log.push(line) } } } })
  t.teardown(() => app.close())
  await before(app)
  await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints: endpoints(origin.url), ...root } as unknown as Configuration })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, seen, log, port, begun: () => begun, send: (path: string, body: Buffer | string | Iterable<Buffer>, headers: http.OutgoingHttpHeaders = {}) => send(port, path, body, headers) }
}

/** Sends a body: with its length where it is a whole one, in chunks where it is several. */
async function send (port: number, path: string, body: Buffer | string | Iterable<Buffer>, headers: http.OutgoingHttpHeaders): Promise<{ status: number, body: string, headers: http.IncomingHttpHeaders }> {
  const whole = typeof body === 'string' || Buffer.isBuffer(body)
  const call = http.request({ port, host: '127.0.0.1', path, method: 'POST', agent: false, headers: { 'content-type': 'text/plain', ...whole && { 'content-length': Buffer.byteLength(body) }, ...headers } })
  const answered = once(call, 'response') as Promise<[http.IncomingMessage]>
  call.on('error', () => {})
  if (whole) call.end(body)
  else Readable.from(body).pipe(call)
  const [answer] = await answered
  return { status: answer.statusCode!, headers: answer.headers, body: (await readAll(answer)).toString() }
}

const two = (url: string) => [{ host: [url], url_pattern: '/1', method: 'POST' }, { host: [url], url_pattern: '/2', method: 'POST', group: 'g' }]
const one = (url: string, more: object = {}) => [{ host: [url], url_pattern: '/1', method: 'POST', ...more }]
const post = (endpoint: string, backend: object[], more: object = {}) => ({ endpoint, method: 'POST', input_headers: ['*'], backend, ...more })
const chunks = (...sizes: number[]) => sizes.map((size) => Buffer.alloc(size, 'x'))

t.test('max_request_body: a body that is held has a bound, whatever its steps would make of it', async (t) => {
  const { send, seen, begun, log } = await start(t, (url) => [
    post('/two', two(url)),
    post('/concurrent', one(url), { concurrent_calls: 2 }),
    post('/shadow', [...one(url), { host: [url], url_pattern: '/s', method: 'POST', extra_config: { proxy: { shadow: true } } }]),
    post('/sequential', two(url), { extra_config: { proxy: { sequential: true } } }),
    post('/static', two(url), { extra_config: { proxy: { static: { strategy: 'errored', data: { b: 2 } } } } }),
    post('/own', two(url), { extra_config: { floodgate: { max_request_body: 10 } } }),
    post('/one', one(url))
  ], { root: { extra_config: { floodgate: { max_request_body: 1000 }, router: { return_error_msg: true } } } })
  for (const path of ['/two', '/concurrent', '/shadow', '/sequential', '/static']) {
    for (const body of ['x'.repeat(1001), chunks(600, 401)]) {
      const { status, headers, body: text } = await send(path, body)
      t.match([status, text, headers['x-krakend-completed']], [413, 'the request body is too large', 'false'], path)
    }
  }
  t.equal(begun(), 0, 'no backend was called')
  t.ok(log.every((line) => line.includes('FG_ERR_PAYLOAD_TOO_LARGE') && line.includes('floodgate.max_request_body')))
  for (const body of ['x'.repeat(1000), chunks(600, 400)]) {
    t.equal((await send('/two', body)).status, 200)
    t.same(seen.splice(0).map(({ body }) => body.length), [1000, 1000])
  }
  t.same([(await send('/own', 'x'.repeat(11))).status, (await send('/own', 'x'.repeat(10))).status], [413, 200], 'an endpoint has its own')
  seen.length = 0
  t.equal((await send('/one', chunks(600, 600, 300_000))).status, 200)
  t.equal(seen[0]!.body.length, 301_200, 'what streams to one backend has none')
})

t.test('max_request_body: 8 MiB where nobody says otherwise', async (t) => {
  const { send } = await start(t, (url) => [post('/two', two(url))])
  t.equal((await send('/two', Buffer.alloc(8 * 2 ** 20))).status, 200)
  t.equal((await send('/two', chunks(...Array<number>(9).fill(2 ** 20)))).status, 413)
})

t.test('max_payload: of the router and of endpoints, by the stated length at once, else counted while it streams', async (t) => {
  const { send, seen, begun } = await start(t, (url) => [
    post('/router', one(url)),
    post('/noop', one(url), { output_encoding: 'no-op' }),
    post('/two', two(url)),
    post('/own', one(url), { extra_config: { proxy: { max_payload: 3000 } } }),
    post('/none', one(url), { extra_config: { proxy: { max_payload: 0 } } }),
    post('/static', one(url), { extra_config: { proxy: { static: { strategy: 'always', data: { b: 2 } } } } })
  ], { root: { extra_config: { router: { max_payload: 1000 } } } })
  for (const path of ['/router', '/noop', '/two', '/static']) {
    t.equal((await send(path, 'x'.repeat(1001))).status, 413, `${path} by its length`)
    t.equal(begun(), 0, 'no backend was called')
  }
  for (const path of ['/router', '/noop', '/two', '/static']) t.equal((await send(path, chunks(500, 501))).status, 413, `${path} in chunks`)
  t.same(seen, [], 'no backend got the whole of one')
  for (const path of ['/router', '/noop', '/two']) {
    t.equal((await send(path, 'x'.repeat(1000))).status, 200)
    t.equal((await send(path, chunks(500, 500))).status, 200)
  }
  t.ok(seen.splice(0).every(({ body }) => body === 'x'.repeat(1000)))
  t.same([(await send('/own', chunks(2000, 1000))).status, (await send('/own', chunks(2000, 1001))).status, (await send('/none', chunks(5000, 5000))).status], [200, 413, 200])
})

t.test('max_payload: a client that breaks off a counted body ends its call, and nothing else', async (t) => {
  const { port, begun, send } = await start(t, (url) => [post('/x', one(url))], { root: { extra_config: { router: { max_payload: 1000 } } } })
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  while (begun() === 0) await new Promise(setImmediate)
  socket.destroy()
  t.equal((await send('/x', 'after')).status, 200)
})

const hooks: Record<string, Before> = {
  'a gunzip in preParsing': (app) => { app.addHook('preParsing', async (_request, _reply, payload) => payload.pipe(createGunzip())) },
  '@fastify/compress': async (app) => { await app.register(compress, { global: true, globalCompression: false }) }
}
for (const [name, before] of Object.entries(hooks)) {
  t.test(`replaced bodies: ${name} sends the plain bytes, and nothing that describes the others`, async (t) => {
    const { send, seen } = await start(t, (url) => [post('/noop', one(url), { output_encoding: 'no-op' }), post('/two', two(url))], { before })
    const zipped = gzipSync('some text')
    for (const path of ['/noop', '/two']) {
      for (const body of [zipped, [zipped.subarray(0, 9), zipped.subarray(9)]]) {
        t.equal((await send(path, body, { 'content-encoding': 'gzip', 'content-md5': 'x' })).status, 200)
        for (const { headers, body } of seen.splice(0)) t.match([body, headers['content-encoding'], headers['content-md5'], Number(headers['content-length'] ?? 9)], ['some text', undefined, undefined, 9])
      }
    }
  })
}

t.test('replaced bodies: what is still coded keeps its coding; other bytes and lengths are sent as they are', async (t) => {
  let make = (payload: Readable): Readable => payload.pipe(new PassThrough())
  const { send, seen } = await start(t, (url) => [post('/noop', one(url), { output_encoding: 'no-op' })], {
    before (app) { app.addHook('preParsing', async (_request, _reply, payload) => make(payload as Readable) as typeof payload) }
  })
  const zipped = gzipSync('some text')
  await send('/noop', zipped, { 'content-encoding': 'gzip' })
  t.same([seen[0]!.headers['content-encoding'], Number(seen[0]!.headers['content-length'] ?? zipped.length)], ['gzip', zipped.length])
  make = (payload) => { payload.resume(); return Readable.from([Buffer.from('other')]) }
  t.equal((await send('/noop', 'a body of another length')).status, 200)
  t.equal((await send('/noop', zipped, { 'content-encoding': 'gzip' })).status, 200)
  t.same(seen.slice(1).map(({ headers, body }) => [body, headers['content-encoding']]), [['other', undefined], ['other', undefined]])
})

t.test('bodies that were read before: their bytes where they are left, else 500 at once with a line in the log', async (t) => {
  const reading: Record<string, Before> = {
    raw: (app) => { app.addHook('onRequest', (request, reply, done) => { bodyParser.raw({ type: '*/*' })(request.raw, reply.raw, done as never) }) },
    text: (app) => { app.addHook('onRequest', (request, reply, done) => { bodyParser.text({ type: '*/*' })(request.raw, reply.raw, done as never) }) },
    json: (app) => { app.addHook('onRequest', (request, reply, done) => { bodyParser.json()(request.raw, reply.raw, done as never) }) },
    late: (app) => { app.addHook('preHandler', async (request) => { if (request.body instanceof Readable) await readAll(request.body) }) },
    half: (app) => { app.addHook('preHandler', async (request) => { if (request.body instanceof Readable) { await once(request.body, 'readable'); request.body.read(1) } }) }
  }
  for (const [name, before] of Object.entries(reading)) {
    const { send, seen, log } = await start(t, (url) => [post('/noop', one(url), { output_encoding: 'no-op', timeout: '1h' }), post('/two', two(url), { timeout: '1h' })], { before })
    for (const path of ['/noop', '/two']) {
      const { status } = await send(path, '{"a": 1}', { 'content-type': 'application/json' })
      if (name === 'raw' || name === 'text') {
        t.equal(status, 200, name)
        t.ok(seen.splice(0).every(({ body }) => body === '{"a": 1}'))
      } else {
        t.equal(status, 500, name)
        t.match(log.pop(), /FG_ERR_PROXY_BODY_READ.*was read by a hook/)
        t.same(seen, [])
      }
    }
  }
})
