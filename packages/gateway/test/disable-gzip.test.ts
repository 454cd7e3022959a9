import fs from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import path from 'node:path'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { constants, createGunzip, gunzipSync, gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { createServer, gateway, loadConfiguration } from '@floodgate/gateway'
import { call, readAll, startOrigin, until } from '@floodgate/testing'

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void

const text = JSON.stringify({ a: 'a text that is long enough to be worth it, '.repeat(100) })
const json = { 'content-type': 'application/json' }
const gzip = { 'accept-encoding': 'gzip' }

const endpoint = (url: string, name: string, more: object = {}) => ({ endpoint: name, backend: [{ host: [url], url_pattern: '/' }], ...more })
const raw = (url: string, name: string, more: object = {}) => ({
  endpoint: name, output_encoding: 'no-op', input_headers: ['*'], backend: [{ host: [url], url_pattern: '/', encoding: 'no-op' }], ...more
})
const config = (url: string, router: object = { disable_gzip: false }, root: object = {}) => ({
  version: 3, timeout: '60s', extra_config: { router }, endpoints: [endpoint(url, '/decoded'), raw(url, '/raw')], ...root
})

/** A gateway in front of an origin that answers as the test says. */
async function start (t: Test, answer: Answer, router?: object, root?: object) {
  const origin = await startOrigin(t, answer)
  const app = await createServer(await loadConfiguration(config(origin.url, router, root), { env: {} }), { silent: true })
  t.teardown(() => app.close())
  return { origin, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

/** Answers with the headers, status and body that the request's header `x-answer` says. */
const asAsked: Answer = (request, response) => {
  const { status = 200, headers = json, body = text, chunked = false } = JSON.parse(String(request.headers['x-answer'] ?? '{}')) as { status?: number, headers?: Record<string, string>, body?: string, chunked?: boolean }
  response.writeHead(status, { ...headers, ...!chunked && status !== 204 && status !== 304 && { 'content-length': Buffer.byteLength(body) } })
  if (chunked) response.write(body.slice(0, 10))
  response.end(status === 204 || status === 304 || request.method === 'HEAD' ? undefined : body.slice(chunked ? 10 : 0))
}

t.test('disable_gzip: false compresses decoded and passed-on answers for clients that accept it', async (t) => {
  const { url } = await start(t, asAsked)
  for (const path of ['/decoded', '/raw']) {
    const packed = await call(url, { path, headers: gzip })
    t.match(packed, { status: 200, headers: { 'content-encoding': 'gzip', vary: 'Accept-Encoding', 'content-length': undefined, 'content-type': /^application\/json/ } }, path)
    t.equal(gunzipSync(packed.body).toString(), text)
    t.ok(packed.body.length < 1000)
    for (const headers of [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip;q=0' }, { 'accept-encoding': 'identity, gzip;q=0.5' }]) {
      const plain = await call(url, { path, headers })
      t.match(plain, { headers: { 'content-encoding': undefined, vary: 'Accept-Encoding', 'content-length': String(text.length) } }, JSON.stringify(headers))
      t.equal(plain.body.toString(), text)
    }
  }
  t.match(await call(url, { path: '/__health', headers: gzip }), { headers: { 'content-encoding': undefined, vary: undefined } }, 'short answers stay')
})

t.test('disable_gzip: absent, true or null, nothing is compressed and nothing is added', async (t) => {
  for (const router of [{}, { disable_gzip: true }, { disable_gzip: null }]) {
    const { url } = await start(t, asAsked, router)
    for (const path of ['/decoded', '/raw']) t.match(await call(url, { path, headers: gzip }), { headers: { 'content-encoding': undefined, vary: undefined, 'content-length': String(text.length) } })
  }
})

t.test('disable_gzip: answers that stay as they are', async (t) => {
  const { url } = await start(t, asAsked)
  const ask = (answer: object, headers: object = {}) => call(url, { path: '/raw', headers: { ...gzip, ...headers, 'x-answer': JSON.stringify(answer) } })
  const untouched: Record<string, [answer: { headers?: object, status?: number, body?: string }, coding?: string]> = {
    encoded: [{ headers: { ...json, 'content-encoding': 'br' } }, 'br'],
    'a part': [{ status: 206, headers: { ...json, 'content-range': 'bytes 0-9/10' } }],
    'a range that cannot be': [{ status: 416, headers: { ...json, 'content-range': 'bytes */10' } }],
    'no-transform': [{ headers: { ...json, 'cache-control': 'public,No-Transform' } }],
    'with a digest': [{ headers: { ...json, 'content-digest': 'sha-256=:x:' } }],
    'not to be held': [{ headers: { ...json, 'x-accel-buffering': 'no' } }],
    events: [{ headers: { 'content-type': 'text/event-stream;charset=utf-8' } }],
    image: [{ headers: { 'content-type': 'image/png' } }],
    short: [{ body: 'x'.repeat(1023) }]
  }
  for (const [name, [answer, coding]] of Object.entries(untouched)) {
    const got = await ask(answer)
    t.match(got, { headers: { 'content-encoding': coding, vary: undefined } }, name)
    t.equal(got.body.toString(), answer.body ?? text, name)
  }
  t.match(await ask({ body: 'x'.repeat(1024) }), { headers: { 'content-encoding': 'gzip' } }, 'the bound itself')
  for (const status of [204, 304]) t.match(await ask({ status }), { status, headers: { 'content-encoding': undefined } })
  t.match(await ask({}, { 'cache-control': 'no-transform' }), { headers: { 'content-encoding': undefined, vary: 'Accept-Encoding' } }, 'the client forbids it')
  t.equal(gunzipSync((await ask({ chunked: true })).body).toString(), text, 'of unknown length')
  t.match(await ask({ status: 500 }), { status: 500, headers: { 'content-encoding': 'gzip' } }, 'a status does not matter otherwise')
})

t.test('disable_gzip: the fields of what is compressed', async (t) => {
  const { url } = await start(t, asAsked)
  const ask = async (headers: object, asked: object = {}) => (await call(url, { path: '/raw', headers: { ...gzip, ...asked, 'x-answer': JSON.stringify({ headers: { ...json, ...headers } }) } })).headers
  t.match(await ask({ etag: '"1"', vary: 'Origin', 'accept-ranges': 'bytes' }), { etag: 'W/"1"', vary: 'Origin, Accept-Encoding', 'accept-ranges': undefined })
  t.match(await ask({ etag: 'W/"1"', vary: '*' }), { etag: 'W/"1"', vary: '*' })
  t.match(await ask({ vary: 'accept-encoding, Origin', 'content-encoding': 'identity' }), { vary: 'accept-encoding, Origin', 'content-encoding': 'gzip' })
  t.match(await ask({ etag: '"1"' }, { 'accept-encoding': 'br' }), { etag: '"1"', vary: 'Accept-Encoding' }, 'not compressed')
  const confirm = async (asked: object) => (await call(url, { path: '/raw', headers: { ...asked, 'x-answer': JSON.stringify({ status: 304, headers: { etag: '"1"' } }) } })).headers
  t.match(await confirm({ ...gzip, 'if-none-match': 'W/"0", W/"1"' }), { etag: 'W/"1"', vary: 'Accept-Encoding' }, 'the tag that the client has')
  t.match(await confirm({ ...gzip, 'if-none-match': '"1"' }), { etag: '"1"' })
  t.match(await confirm({ 'if-none-match': 'W/"1"' }), { etag: '"1"' })
})

t.test('disable_gzip: a backend that compresses is read, and answers of any size pass, also in HTTP/1.0', async (t) => {
  const large = randomBytes(500_000).toString('base64')
  const { url } = await start(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify({ large })))
  })
  const got = await call(url, { path: '/decoded', headers: gzip })
  t.same(JSON.parse(gunzipSync(got.body).toString()), { large })
  const passed = await call(url, { path: '/raw', headers: gzip })
  t.same(JSON.parse(gunzipSync(passed.body).toString()), { large })
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET /decoded HTTP/1.0\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n')
  const all = await readAll(socket)
  const end = all.indexOf('\r\n\r\n')
  t.match(all.subarray(0, end).toString(), /content-encoding: gzip/i)
  t.notMatch(all.subarray(0, end).toString(), /transfer-encoding/i)
  t.same(JSON.parse(gunzipSync(all.subarray(end + 4)).toString()), { large })
})

t.test('disable_gzip: a stream of unknown length reaches the client part by part', async (t) => {
  let stream: http.ServerResponse
  const { url } = await start(t, (_request, response) => {
    stream = response
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
  })
  const request = http.get(`${url}/raw`, { agent: false, headers: gzip })
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  t.equal(response.headers['content-encoding'], 'gzip')
  const plain = response.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))
  for (const line of ['{"n":1}\n', '{"n":2}\n']) {
    stream!.write(line)
    const [got] = await once(plain, 'data') as [Buffer]
    t.equal(got.toString(), line)
  }
  stream!.end()
  plain.resume()
  await once(plain, 'end')
})

t.test('disable_gzip: a client that leaves ends the call, a backend that breaks breaks the answer, over HTTP/1.1 and HTTP/2', async (t) => {
  const streams: http.ServerResponse[] = []
  let closed = 0
  const { url } = await start(t, (request, response) => {
    streams.push(response)
    response.on('close', () => { closed++ })
    response.writeHead(200, json)
    if (request.headers['x-late'] === undefined) response.write(text)
    else response.flushHeaders()
  }, undefined, { use_h2c: true })
  const leaving = http.get(`${url}/raw`, { agent: false, headers: gzip })
  leaving.on('error', () => {})
  const [left] = await once(leaving, 'response') as [http.IncomingMessage]
  left.on('error', () => {})
  leaving.destroy()
  await until(() => closed === 1)
  // With a part of its body, and without: the headers do not wait for one.
  for (const headers of [gzip, { ...gzip, 'x-late': '1' }]) {
    const breaking = http.get(`${url}/raw`, { agent: false, headers })
    const [broken] = await once(breaking, 'response') as [http.IncomingMessage]
    t.match(broken, { statusCode: 200, headers: { 'content-encoding': 'gzip' } })
    broken.resume()
    streams.at(-1)!.destroy()
    await t.rejects(once(broken, 'end'), { code: 'ECONNRESET' })
  }

  const session = http2.connect(url)
  t.teardown(() => { session.destroy() })
  const resetting = session.request({ ':path': '/raw', ...gzip })
  t.match((await once(resetting, 'response'))[0], { ':status': 200, 'content-encoding': 'gzip' })
  resetting.close(http2.constants.NGHTTP2_CANCEL)
  await until(() => closed === 4)
  const broken = session.request({ ':path': '/raw', ...gzip })
  broken.resume()
  const failed = new Promise((resolve) => { broken.on('error', resolve) })
  await once(broken, 'response')
  streams.at(-1)!.destroy()
  t.match(await failed, { code: 'ERR_HTTP2_STREAM_ERROR' })
})

t.test('disable_gzip: HTTP/2', async (t) => {
  const { url } = await start(t, asAsked, undefined, { use_h2c: true })
  const session = http2.connect(url)
  t.teardown(() => { session.destroy() })
  for (const path of ['/decoded', '/raw']) {
    const stream = session.request({ ':path': path, ...gzip })
    const [headers] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
    t.match(headers, { ':status': 200, 'content-encoding': 'gzip', vary: 'Accept-Encoding', 'content-length': undefined })
    t.equal(gunzipSync(await readAll(stream)).toString(), text)
  }
})

t.test('disable_gzip: of a slow client\'s answer little is held', async (t) => {
  let written = 0
  let isFull = false
  const { url } = await start(t, (_request, response) => {
    response.writeHead(200, json)
    const block = randomBytes(65_536)
    const write = (): void => {
      while (written < 1e9) {
        written += block.length
        if (!response.write(block)) { isFull = true; response.once('drain', () => { isFull = false; write() }); return }
      }
    }
    write()
  })
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  t.teardown(() => { socket.destroy() })
  socket.write('GET /raw HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n')
  await once(socket, 'readable')
  // The backend has to wait, and for very many turns nothing changes.
  let before = -1
  let turns = 0
  await until(() => {
    turns = isFull && written === before ? turns + 1 : 0
    before = written
    return turns > 20
  })
  // What the kernel holds of three connections is most of it.
  t.ok(written < 64 * 1024 * 1024, `${written} bytes`)
})

t.test('disable_gzip: bodies are whole while others are sent: nothing is compressed whose memory is used again', async (t) => {
  const bodies = Array.from({ length: 8 }, () => randomBytes(150_000).toString('hex'))
  const { url } = await start(t, (request, response) => { response.writeHead(200, json).end(JSON.stringify({ a: bodies[Number(request.headers['x-n'] ?? 0)] })) })
  await Promise.all(Array.from({ length: 40 }, async (_, i) => {
    const n = i % bodies.length
    const isPlain = i % 3 === 0
    const { body } = await call(url, { path: '/raw', headers: { 'x-n': n, ...!isPlain && gzip } })
    t.ok((isPlain ? body : gunzipSync(body)).equals(Buffer.from(JSON.stringify({ a: bodies[n] }))), String(i))
  }))
})

t.test('disable_gzip: mounted in an app, behind its hooks; its own routes stay', async (t) => {
  const origin = await startOrigin(t, asAsked)
  const app = Fastify()
  t.teardown(() => app.close())
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.header('x-seen', typeof payload === 'string' || Buffer.isBuffer(payload) ? 'whole' : 'stream')
    reply.raw.setHeader('vary', 'X-Host')
    return payload
  })
  app.get('/own', async () => ({ text }))
  await app.register(gateway, { config: config(origin.url, { disable_gzip: false, error_body: { 404: { text } } }), prefix: '/api', env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const decoded = await call(url, { path: '/api/decoded', headers: gzip })
  t.match(decoded, { headers: { 'content-encoding': 'gzip', 'x-seen': 'whole', vary: 'X-Host, Accept-Encoding' } })
  t.equal(gunzipSync(decoded.body).toString(), text)
  t.match(await call(url, { path: '/own', headers: gzip }), { headers: { 'content-encoding': undefined } })
  const missing = await call(url, { path: '/api/missing', headers: gzip })
  t.match(missing, { status: 404, headers: { 'content-encoding': 'gzip' } })
  t.same(JSON.parse(gunzipSync(missing.body).toString()), { text })
})

t.test('disable_gzip: an error in place of what was compressed is not said to be', async (t) => {
  const origin = await startOrigin(t, asAsked)
  const app = Fastify()
  t.teardown(() => app.close())
  let isFirst = true
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isFirst) reply.header('x-wrong', 'a\nb')
    else reply.removeHeader('x-wrong')
    isFirst = false
    done(null, payload)
  })
  await app.register(gateway, { config: config(origin.url), env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.match(await call(url, { path: '/decoded', headers: gzip }), { status: 500, broken: false, headers: { 'content-encoding': undefined } })
  t.match(await call(url, { path: '/decoded', headers: gzip }), { status: 200, headers: { 'content-encoding': 'gzip' } })
})

t.test('disable_gzip: files of a folder', async (t) => {
  const folder = t.testdir({ 'page.html': `<p>${text}</p>`, 'tiny.txt': 'x' })
  await fs.writeFile(path.join(folder, 'a.png'), randomBytes(3000))
  const { url } = await start(t, asAsked, undefined, { extra_config: { router: { disable_gzip: false }, 'server/static-filesystem': { path: folder, prefix: '/files' } } })
  const page = await call(url, { path: '/files/page.html', headers: gzip })
  t.match(page, { status: 200, headers: { 'content-encoding': 'gzip', etag: /^W\// } })
  t.equal(gunzipSync(page.body).toString(), `<p>${text}</p>`)
  t.match(await call(url, { path: '/files/page.html', headers: { ...gzip, 'if-none-match': page.headers.etag } }), { status: 304, headers: { etag: page.headers.etag } })
  t.match(await call(url, { path: '/files/page.html', headers: { ...gzip, range: 'bytes=0-2000' } }), { status: 206, headers: { 'content-encoding': undefined, 'content-length': '2001' } })
  t.match(await call(url, { path: '/files/page.html', method: 'HEAD', headers: gzip }), { status: 200, headers: { 'content-encoding': undefined, vary: 'Accept-Encoding', 'content-length': String(text.length + 7) } }, 'HEAD')
  for (const name of ['a.png', 'tiny.txt']) t.match(await call(url, { path: `/files/${name}`, headers: gzip }), { status: 200, headers: { 'content-encoding': undefined } })
})

t.test('disable_gzip: no warning about what has an effect', async (t) => {
  for (const off of [true, false]) {
    const { problems } = await loadConfiguration(config('http://127.0.0.1:8080', { disable_gzip: off }), { env: {} })
    t.same(problems.filter(({ message }) => message.includes('gzip')), [])
  }
})
