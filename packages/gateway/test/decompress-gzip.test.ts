import http from 'node:http'
import http2 from 'node:http2'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createServer, loadConfiguration } from '@floodgate/gateway'
import { call, readAll, startOrigin, until } from '@floodgate/testing'

interface Seen { headers: http.IncomingHttpHeaders, body: string }

async function start (t: Test, endpoints: (url: string) => object[], router: object = {}, root: object = {}) {
  const seen: Seen[] = []
  let begun = 0
  const origin = await startOrigin(t, (request, response) => {
    begun++
    readAll(request).then((body) => { seen.push({ headers: request.headers, body: body.toString() }); response.end('{"a":1}') }, () => {})
  })
  const app = await createServer(await loadConfiguration({ version: 3, timeout: '60s', extra_config: { router }, endpoints: endpoints(origin.url), ...root }, { env: {} }), { silent: true })
  t.teardown(() => app.close())
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const send = async (path: string, body: Buffer | string | AsyncIterable<Buffer>, headers: http.OutgoingHttpHeaders = { 'content-encoding': 'gzip' }) => {
    const { status, body: text } = await call(url, { path, method: 'POST', headers, body })
    return { status, body: text.toString(), seen: seen.splice(0) }
  }
  return { url, send, begun: () => begun }
}

const post = (endpoint: string, url: string, proxy?: object, more: object = {}) => ({
  endpoint,
  method: 'POST',
  input_headers: ['*'],
  ...proxy !== undefined && { extra_config: { proxy } },
  backend: [{ host: [url], url_pattern: '/', method: 'POST' }],
  ...more
})
const text = 'a text that is long enough to be worth it, '.repeat(20)

t.test('decompress_gzip: the backend gets the text, without the headers of the coded bytes', async (t) => {
  const { send } = await start(t, (url) => [post('/a', url), post('/no-op', url, undefined, { output_encoding: 'no-op', backend: [{ host: [url], url_pattern: '/', method: 'POST', encoding: 'no-op' }] })], { decompress_gzip: 10_000 })
  for (const path of ['/a', '/no-op']) {
    for (const coding of ['gzip', 'GZIP', 'x-gzip', 'gzip, identity']) {
      const { status, seen: [seen] } = await send(path, gzipSync(text), { 'content-encoding': coding, 'content-type': 'text/plain', 'content-digest': 'sha-256=:x:', 'x-other': '1' })
      t.match({ status, seen }, { status: 200, seen: { body: text, headers: { 'content-encoding': undefined, 'content-digest': undefined, 'content-type': 'text/plain', 'x-other': '1' } } }, `${path} ${coding}`)
      t.notOk(seen!.headers['content-length'] !== undefined && seen!.headers['content-length'] !== String(text.length), 'no wrong length')
    }
  }
  t.match(await send('/a', Readable.from([gzipSync('one,'), gzipSync('two')])), { status: 200, seen: [{ body: 'one,two' }] }, 'in chunks, of two members')
  t.match(await send('/a', gzipSync('')), { status: 200, seen: [{ body: '' }] })
  t.match(await send('/a', text, {}), { status: 200, seen: [{ body: text }] }, 'what is not coded stays')
  t.match(await send('/a', '', { 'content-encoding': 'gzip' }), { status: 200, seen: [{ body: '' }] }, 'no body')
  for (const coding of ['br', 'gzip, br', 'deflate']) t.match(await send('/a', brotliCompressSync('x'), { 'content-encoding': coding }), { status: 200, seen: [{ headers: { 'content-encoding': coding } }] }, coding)
})

t.test('decompress_gzip: off by default, and by endpoint', async (t) => {
  const off = await start(t, (url) => [post('/a', url), post('/on', url, { decompress_gzip: true })])
  t.match((await off.send('/a', gzipSync(text))).seen, [{ headers: { 'content-encoding': 'gzip', 'content-length': String(gzipSync(text).length) } }])
  t.match((await off.send('/on', gzipSync(text))).seen, [{ body: text, headers: { 'content-encoding': undefined } }])
  const flag = await start(t, (url) => [post('/a', url)], { decompress_gzip: true })
  t.match((await flag.send('/a', gzipSync(text))).seen, [{ body: text }], 'true is no limit of one byte')
  const on = await start(t, (url) => [post('/off', url, { decompress_gzip: false })], { decompress_gzip: 100 })
  t.match((await on.send('/off', gzipSync(text))).seen, [{ headers: { 'content-encoding': 'gzip' } }])
})

t.test('decompress_gzip: bombs end with 413, by the smallest of the limits, before they are decompressed whole', async (t) => {
  const { send, url, begun } = await start(t, (url) => [
    post('/router', url),
    post('/payload', url, { max_payload: 100 }),
    post('/larger', url, { max_payload: 1_000_000 }),
    post('/held', url, undefined, { backend: [{ host: [url], url_pattern: '/1', method: 'POST' }, { host: [url], url_pattern: '/2', method: 'POST' }] })
  ], { decompress_gzip: 1000 })
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  for (const path of ['/router', '/payload', '/larger', '/held']) t.match(await send(path, bomb), { status: 413 }, path)
  t.match(await send('/router', gzipSync('x'.repeat(1000))), { status: 200, seen: [{ body: 'x'.repeat(1000) }] }, 'the limit itself')
  t.match(await send('/router', gzipSync('x'.repeat(1001))), { status: 413 })
  t.match(await send('/payload', gzipSync('x'.repeat(100))), { status: 200 })
  t.match(await send('/payload', gzipSync('x'.repeat(101))), { status: 413 })
  const before = begun()
  t.match(await send('/held', gzipSync('x'.repeat(1001))), { status: 413 })
  t.equal(begun(), before, 'a body that is held reaches nobody')
  const defaults = await start(t, (url) => [post('/a', url, { decompress_gzip: true })], {}, { extra_config: { floodgate: { max_request_body: 500 } } })
  t.match(await defaults.send('/a', gzipSync('x'.repeat(501))), { status: 413 }, 'without a limit of its own: max_request_body')
  t.match(await defaults.send('/a', gzipSync('x'.repeat(500))), { status: 200 })
  t.equal((await call(url, { path: '/router', method: 'POST', body: 'still there' })).status, 200)
})

t.test('decompress_gzip: what is not gzip ends with 400; a client that leaves ends the call', async (t) => {
  const { send, url } = await start(t, (url) => [post('/a', url)], { decompress_gzip: 100_000, return_error_msg: true })
  const good = gzipSync(text)
  const broken = Buffer.from(good)
  broken[broken.length - 6]! ^= 0xff
  for (const [name, body] of Object.entries({ text: Buffer.from('not gzip at all'), short: good.subarray(0, -10), 'wrong checksum': broken })) {
    t.match(await send('/a', body), { status: 400, body: 'the request body is not valid gzip' }, name)
  }
  const request = http.request(url, { path: '/a', method: 'POST', headers: { 'content-encoding': 'gzip' } })
  request.on('error', () => {})
  request.write(good.subarray(0, 20))
  await once(request, 'socket')
  await until(() => request.socket?.bytesWritten! > 100)
  request.destroy()
  t.match(await send('/a', good), { status: 200 }, 'the next is served')
})

t.test('decompress_gzip: schemas check the text; HTTP/2', async (t) => {
  const { url } = await start(t, (url) => [post('/a', url, undefined, { extra_config: { 'validation/json-schema': { type: 'object', required: ['n'] } } })], { decompress_gzip: 1000 }, { use_h2c: true })
  const session = http2.connect(url)
  t.teardown(() => { session.close() })
  const send = async (body: Buffer) => {
    const stream = session.request({ ':path': '/a', ':method': 'POST', 'content-encoding': 'gzip', 'content-type': 'application/json' })
    stream.end(body)
    const [headers] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
    await readAll(stream)
    return headers[':status']
  }
  t.equal(await send(gzipSync('{"n":1}')), 200)
  t.equal(await send(gzipSync('{"m":1}')), 400)
  t.equal(await send(gzipSync(`{"n":"${'x'.repeat(2000)}"}`)), 413)
  t.equal(await send(Buffer.from('{"n":1}')), 400)
})
