import t from 'tap'
import http2 from 'node:http2'
import { once } from 'node:events'
import { gunzipSync, gzipSync, createGunzip } from 'node:zlib'
import fc from 'fast-check'
import Fastify, { type FastifyInstance } from 'fastify'
import { Call, userAgent, type CoreRequest, type Endpoint, type Query } from '@floodgate/core'
import { createCoreRequest } from '@floodgate/engine'
import { readAll, type Teardown } from '@floodgate/testing'
import { call, open, type ClientRequest } from '@floodgate/testing'
import { endpoint, service } from '../support/config.ts'

interface Seen { method: string, headers: Record<string, unknown>, query: Query | null, params: Record<string, string>, body: string | null, kind: string }

/** Starts a gateway that answers what it made of the request. */
async function start (t: Teardown, parts: Partial<Endpoint>, { router = {}, before, http2: h2 = false }: { router?: Record<string, unknown>, before?: (app: FastifyInstance) => void, http2?: boolean } = {}): Promise<string> {
  const app = (h2 ? Fastify({ http2: true }) : Fastify()) as unknown as FastifyInstance
  t.teardown(() => app.close())
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })
  before?.(app)
  const coreRequest = createCoreRequest(endpoint(parts), service(router))
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/',
    async handler (request) {
      const core = coreRequest(request, { id: '7' }, new Call(0))
      const { method, headers, query, params, body } = core
      return { method, headers, query, params, kind: kindOf(core), body: body === null ? null : (Buffer.isBuffer(body) ? body : await readAll(body)).toString('latin1') } satisfies Seen
    }
  })
  return await app.listen({ port: 0, host: '127.0.0.1' })
}

function kindOf ({ body, incoming }: CoreRequest): string {
  return body === null ? 'none' : Buffer.isBuffer(body) ? 'buffer' : body === incoming.raw ? 'raw' : 'stream'
}

async function ask (url: string, path = '/', request: ClientRequest = {}): Promise<Seen> {
  return JSON.parse((await call(new URL(url).origin + path, request)).body.toString()) as Seen
}

const sent = { 'x-one': '1', 'X-Two': 'two', authorization: 'Bearer t', cookie: 'a=1; b=2', accept: 'text/x', 'content-type': 'application/x-thing' }

t.test('createCoreRequest: without input_headers only Content-Type passes', async (t) => {
  const url = await start(t, {})
  const { headers, params, method } = await ask(url, '/', { headers: { ...sent, host: 'shop.test:81', 'user-agent': 'tester/1' } })
  t.same(headers, { 'content-type': 'application/x-thing', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'shop.test:81', 'user-agent': userAgent })
  t.match(userAgent, /^Floodgate Version \d+\.\d+\.\d+/)
  t.same(params, { id: '7' })
  t.equal(method, 'GET')
})

t.test('createCoreRequest: with a list exactly these headers pass, several values and empty ones too', async (t) => {
  const url = await start(t, { inputHeaders: ['x-one', 'cookie', 'x-absent', 'host', 'x-forwarded-for', 'x-forwarded-host'] })
  const own = { 'user-agent': userAgent, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': new URL(url).host }
  t.same((await ask(url, '/', { headers: sent })).headers, { 'x-one': '1', cookie: 'a=1; b=2', ...own })
  t.same((await ask(url, '/', { headers: { 'x-one': ['first', 'second'] } })).headers, { 'x-one': ['first', 'second'], ...own })
  t.same((await ask(url, '/', { headers: { 'x-one': '' } })).headers, { 'x-one': '', ...own })
  t.same((await ask(url, '/', { headers: { 'x-forwarded-for': '9.9.9.9', 'x-forwarded-host': 'evil.test', host: 'other.test' } })).headers,
    { ...own, 'x-forwarded-for': '9.9.9.9', 'x-forwarded-host': 'other.test' })
})

t.test('createCoreRequest: a client\'s User-Agent passes where it is let in, and the gateway is named beside it', async (t) => {
  const url = await start(t, { inputHeaders: ['user-agent'] })
  t.match((await ask(url, '/', { headers: { 'user-agent': 'tester/2' } })).headers, { 'user-agent': 'tester/2', 'x-forwarded-via': userAgent })
  const silent = (await ask(url)).headers
  t.equal(silent['user-agent'], userAgent)
  t.notOk('x-forwarded-via' in silent)
})

t.test('createCoreRequest: * passes all headers but those of the connection', async (t) => {
  const url = await start(t, { inputHeaders: ['*'] })
  const { headers } = await ask(url, '/', {
    headers: { ...sent, te: 'trailers', 'keep-alive': 'x', 'proxy-authorization': 'Basic c2VjcmV0', 'proxy-connection': 'x', upgrade: 'x', connection: 'close, X-Named', 'x-named': 'gone', 'http2-settings': 'x' }
  })
  t.same(headers, {
    'x-one': '1',
    'x-two': 'two',
    authorization: 'Bearer t',
    cookie: 'a=1; b=2',
    accept: 'text/x',
    'content-type': 'application/x-thing',
    'user-agent': userAgent,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': new URL(url).host
  })
})

t.test('createCoreRequest: headers of the connection pass no list either', async (t) => {
  const url = await start(t, { inputHeaders: ['te', 'connection', 'x-named', 'proxy-authorization', 'transfer-encoding', 'expect', 'x-one'] })
  const { headers } = await ask(url, '/', { headers: { te: 'trailers', connection: 'close, x-named', 'x-named': 'gone', 'proxy-authorization': 'Basic x', 'x-one': '1' } })
  t.same(Object.keys(headers).sort(), ['user-agent', 'x-forwarded-for', 'x-forwarded-host', 'x-one'])
})

t.test('createCoreRequest: what a hook puts on the request passes like the client\'s', async (t) => {
  const url = await start(t, { inputHeaders: ['x-user', 'x-list'] }, {
    before: (app) => { app.addHook('onRequest', async (request) => { Object.assign(request.headers, { 'x-user': 'user-7', 'x-list': ['a', 'b'] }) }) }
  })
  t.match((await ask(url, '/', { headers: { 'x-user': 'evil' } })).headers, { 'x-user': 'user-7', 'x-list': ['a', 'b'] })
})

t.test('createCoreRequest: Content-Length passes where it is let in, and only with a body', async (t) => {
  const url = await start(t, { inputHeaders: ['content-length'] })
  t.equal((await ask(url, '/', { method: 'POST', body: 'abc', headers: { 'content-length': '3' } })).headers['content-length'], '3')
  t.notOk('content-length' in (await ask(url, '/', { method: 'POST', headers: { 'content-length': '0' } })).headers)
  const closed = await start(t, {})
  t.notOk('content-length' in (await ask(closed, '/', { method: 'POST', body: 'abc', headers: { 'content-length': '3' } })).headers)
})

t.test('createCoreRequest: X-Forwarded-For follows trusted_proxies', async (t) => {
  const url = await start(t, { inputHeaders: ['*'] }, { router: { trusted_proxies: ['10.0.0.0/8'] } })
  t.equal((await ask(url, '/', { headers: { 'x-forwarded-for': '9.9.9.9' } })).headers['x-forwarded-for'], '127.0.0.1')
})

t.test('createCoreRequest: bodies are streams as they arrive, whatever the method', async (t) => {
  const url = await start(t, {})
  const body = '{"b":2,  "a":1}'
  t.match(await ask(url, '/', { method: 'POST', body, headers: { 'content-type': 'application/json', 'content-length': '15' } }), { body, kind: 'raw' })
  t.match(await ask(url, '/', { method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } }), { body, kind: 'raw' }, 'chunked, without a type')
  t.match(await ask(url, '/', { method: 'DELETE', body: 'why', headers: { 'content-length': '3' } }), { body: 'why' })
  t.match(await ask(url, '/', { method: 'GET', body: 'hello', headers: { 'content-length': '5', 'content-type': 'text/plain' } }), { body: 'hello', kind: 'raw' })
  t.match(await ask(url, '/', { method: 'POST' }), { body: null, kind: 'none' })
  t.match(await ask(url, '/', { method: 'POST', headers: { 'content-type': 'text/plain', 'content-length': '0' } }), { body: null, kind: 'none' })
  t.match(await ask(url), { body: null, kind: 'none' })
})

t.test('createCoreRequest: a body that a hook changed or read is the one that counts', async (t) => {
  const unzipping = await start(t, {}, { before: (app) => { app.addHook('preParsing', async (_request, _reply, payload) => payload.pipe(createGunzip())) } })
  const zipped = gzipSync('hello')
  t.match(await ask(unzipping, '/', { method: 'POST', body: zipped, headers: { 'content-length': String(zipped.length), 'content-type': 'text/plain' } }), { body: 'hello', kind: 'stream' })
  const reading = await start(t, {}, { before: (app) => { app.addHook('preHandler', async (request) => { request.body = gunzipSync(await readAll(request.raw)) }) } })
  t.match(await ask(reading, '/', { method: 'POST', body: zipped, headers: { 'content-length': String(zipped.length) } }), { body: 'hello', kind: 'buffer' })
})

t.test('createCoreRequest: HTTP/2 tells body and host in its own way', async (t) => {
  const url = await start(t, { inputHeaders: ['*'] }, { http2: true })
  const client = http2.connect(url)
  t.teardown(() => { client.close() })
  const send = async (headers: http2.OutgoingHttpHeaders, body?: string): Promise<Seen> => {
    const stream = client.request({ ':authority': 'shop.test', ':path': '/', ...headers }, { endStream: body === undefined })
    if (body !== undefined) stream.end(body)
    await once(stream, 'response')
    return JSON.parse((await readAll(stream)).toString()) as Seen
  }
  t.match(await send({ ':method': 'POST', 'x-one': '1' }, 'abc'), { body: 'abc', headers: { 'x-one': '1', 'x-forwarded-host': 'shop.test' } })
  const bare = await send({ ':method': 'POST' })
  t.equal(bare.body, null)
  t.same(Object.keys(bare.headers).filter((name) => name.startsWith(':')), [])
})

t.test('createCoreRequest: query parameters pass by name, as Go reads them', async (t) => {
  const none = await start(t, {})
  t.equal((await ask(none, '/?a=1')).query, null)
  const listed = await start(t, { inputQueryStrings: ['a', 'c', 'sp ace', 'A', '__proto__'] })
  const cases: [string, Record<string, string[]> | null][] = [
    ['/', null],
    ['/?', null],
    ['/?b=2', null],
    ['/?c=3&b=2&a=1', { c: ['3'], a: ['1'] }],
    ['/?a=2&a=1&a=2', { a: ['2', '1', '2'] }],
    ['/?a=&c', { a: [''], c: [''] }],
    ['/?A=1&C=2', { A: ['1'] }],
    ['/?a=%C3%A9%20%26%3D%2B&c=x+y', { a: ['é &=+'], c: ['x y'] }],
    ['/?a=%zz&c=1', { c: ['1'] }],
    ['/?%zz=1&c=1', { c: ['1'] }],
    ['/?a=1;c=2', null],
    ['/?a[]=1&a=2', { a: ['2'] }],
    ['/?sp+ace=1&sp%20ace=2', { 'sp ace': ['1', '2'] }],
    ['/?a=b=c&&', { a: ['b=c'] }],
    ['/?a=caf%E9', { a: ['caf\udce9'] }],
    ['/?__proto__=1', JSON.parse('{"__proto__":["1"]}') as Record<string, string[]>]
  ]
  for (const [path, want] of cases) t.same((await ask(listed, path)).query, want, path)
  const all = await start(t, { inputQueryStrings: ['*'] })
  t.same((await ask(all, '/?b=1&a[]=2&b=3&flag')).query, { b: ['1', '3'], 'a[]': ['2'], flag: [''] })
})

t.test('createCoreRequest: lets nothing in that is not listed, whatever a client sends', async (t) => {
  const listed = await start(t, { inputHeaders: ['x-a', 'te', 'x-b'] })
  const open_ = await start(t, { inputHeaders: ['*'] })
  const stopped = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'proxy-authorization', 'expect', 'host']
  const own = ['user-agent', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-via']
  const name = fc.constantFrom('X-A', 'x-b', 'X-C', 'TE', 'Keep-Alive', 'Proxy-Authorization', 'User-Agent', 'X-Forwarded-For', 'X-Forwarded-Via', 'Authorization', 'Cookie')
  const value = fc.string({ unit: fc.constantFrom('a', ' ', ',', '\u00e9', '"', ';', '=') }).map((text) => text.trim())
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 8 }), fc.array(name, { maxLength: 2 }), async (fields, named) => {
    const text = `GET / HTTP/1.1\r\nHost: h\r\nConnection: ${['close', ...named].join(', ')}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
    const read = async (url: string): Promise<Record<string, unknown>> => {
      const { socket, read } = await open(url, '')
      socket.write(text, 'latin1')
      await once(socket, 'close')
      const answer = read()
      return (JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Seen).headers
    }
    const dropped = named.map((name) => name.toLowerCase())
    for (const key of Object.keys(await read(listed))) if (!own.includes(key) && (!['x-a', 'x-b'].includes(key) || dropped.includes(key))) return false
    for (const key of Object.keys(await read(open_))) if (stopped.includes(key) || (!own.includes(key) && dropped.includes(key))) return false
    return true
  }), { numRuns: 60 })
})
