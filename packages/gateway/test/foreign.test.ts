import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import { PassThrough, Readable } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import type { Feature, Step } from '@floodgate/core'
import gateway, { type GatewayOptions } from '@floodgate/gateway'
import { startOrigin, startRunClock } from '@floodgate/testing'

/** Of endpoints whose calls hang, and of others, which no pause of the machine may end. */
const timeoutOf = (hangs: boolean): string => hangs ? '400ms' : '60s'
const isEndless = (what: string): boolean => /without end|never ends|hangs/.test(what)
const hang = () => new Promise<never>(() => {})

interface Answer { readonly status: number, readonly headers: http.IncomingHttpHeaders, readonly body: string, readonly cut: boolean }

/** Tells what a client gets, and whether it came whole. */
async function get (url: string): Promise<Answer> {
  const request = http.get(url, { agent: false })
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  let body = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) body += chunk
    return { status: response.statusCode!, headers: response.headers, body, cut: !response.complete }
  } catch {
    return { status: response.statusCode!, headers: response.headers, body, cut: true }
  }
}

/** Starts a gateway in a host app, with three endpoints: `/raw` and `/json` for what is tried, `/fine` to see that all goes on. */
async function start (t: Test, options: Partial<GatewayOptions> & { extra?: object, backendExtra?: object, app?: FastifyInstance, hangs?: boolean } = {}) {
  const { extra, backendExtra, app: given, hangs = false, ...gatewayOptions } = options
  const origin = await startOrigin(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"a":')
    setImmediate(() => { response.end('1}') })
  })
  const log: { msg: string, level: number }[] = []
  const app = given ?? Fastify({ forceCloseConnections: true, logger: { level: 'warn', stream: { write (line: string) { log.push(JSON.parse(line)) } } } })
  const backend = { host: [origin.url], url_pattern: '/', ...backendExtra && { extra_config: backendExtra } }
  const endpoint = (path: string, more: object = {}) => ({ endpoint: path, timeout: timeoutOf(hangs), ...more, ...extra && { extra_config: extra }, backend: [{ ...backend, ...(more as { output_encoding?: string }).output_encoding === 'no-op' && { encoding: 'no-op' } }] })
  await app.register(gateway, {
    config: { version: 3, timeout: '60s', endpoints: [endpoint('/raw', { output_encoding: 'no-op' }), endpoint('/json'), { endpoint: '/fine', backend: [{ host: [origin.url], url_pattern: '/' }] }] } as never,
    ...gatewayOptions
  })
  t.teardown(() => app.close())
  return { app, log, origin, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

const nonsense: Record<string, () => unknown> = {
  null: () => null,
  undefined: () => undefined,
  42: () => 42,
  'a text': () => 'text',
  'a list': () => [],
  'an empty object': () => ({}),
  'a status of 42': () => ({ status: 42, headers: {}, body: null, data: null, complete: true, fault: null }),
  'a status that is a text': () => ({ status: '200', headers: {}, body: null, data: null, complete: true, fault: null }),
  'no headers': () => ({ status: 200, headers: null, body: null, data: {}, complete: true, fault: null }),
  'a header with a line feed': () => ({ status: 200, headers: { 'x-a': 'a\nb' }, body: null, data: {}, complete: true, fault: null }),
  'a header name with a blank': () => ({ status: 200, headers: { 'x a': 'b' }, body: null, data: {}, complete: true, fault: null }),
  'a header of undefined': () => ({ status: 200, headers: { 'x-a': undefined }, body: null, data: {}, complete: true, fault: null }),
  'a body that is a text': () => ({ status: 200, headers: {}, body: 'text', data: {}, complete: true, fault: null }),
  'data that is a number': () => ({ status: 200, headers: {}, body: null, data: 42, complete: true, fault: null }),
  'an error thrown': () => { throw new Error('thrown') },
  'null thrown': () => { throw null }, // eslint-disable-line no-throw-literal
  'a text thrown': () => { throw 'text' }, // eslint-disable-line no-throw-literal
  'a rejection with an error': () => Promise.reject(new Error('rejected')),
  'a rejection with null': () => Promise.reject(null), // eslint-disable-line prefer-promise-reject-errors
  'a promise of null': () => Promise.resolve(null),
  'a promise without end': hang,
  'a thenable that throws': () => ({ then () { throw new Error('then') } }),
  'a getter that throws': () => ({ get status () { throw new Error('getter') } })
}

for (const [what, make] of Object.entries(nonsense)) {
  t.test(`overrides: rewriteResponse that gives ${what} is a 500 in time, and one line that names it`, async (t) => {
    const { url, log } = await start(t, { hangs: isEndless(what), overrides: { 'GET /raw': { rewriteResponse: make as never }, 'GET /json': { rewriteResponse: make as never } } })
    for (const path of ['/raw', '/json']) {
      log.length = 0
      t.match(await get(url + path), { status: 500, body: '', cut: false }, path)
      t.equal(log.length, 1, JSON.stringify(log))
      t.match(log[0], { level: 50, msg: `endpoint failed: the override rewriteResponse of GET ${path} ` })
    }
    t.equal((await get(`${url}/fine`)).status, 200)
  })
}

for (const [what, data] of Object.entries({ circle: (() => { const a: { a?: object } = {}; a.a = a; return a })(), 'big integer': { n: 1n }, 'toJSON that throws': { toJSON () { throw new Error('toJSON') } } })) {
  t.test(`overrides: a document with a ${what} is a 500 that names the override`, async (t) => {
    const { url, log } = await start(t, { hangs: isEndless(what), overrides: { 'GET /json': { rewriteResponse: (response) => { response.data = data as Record<string, unknown>; return response } } } })
    t.match(await get(`${url}/json`), { status: 500, cut: false })
    t.equal(log.length, 1)
    t.match(log[0], { msg: 'the override rewriteResponse of GET /json made a document that cannot be written' })
  })
}

for (const name of ['rewriteHeaders', 'rewriteRequestHeaders', 'getUpstream'] as const) {
  for (const what of ['null', 'undefined', '42', 'a list', 'an error thrown', 'null thrown', 'a rejection with an error', 'a rejection with null', 'a promise without end']) {
    t.test(`overrides: ${name} that gives ${what} is a 500 that names it`, async (t) => {
      const override = { [name]: nonsense[what] } as never
      const { url, log } = await start(t, { hangs: isEndless(what), overrides: { 'GET /raw': override, 'GET /json': override } })
      for (const path of ['/raw', '/json']) {
        log.length = 0
        t.match(await get(url + path), { status: 500, body: '', cut: false })
        t.equal(log.length, 1, JSON.stringify(log))
        t.match(log[0], { msg: `the override ${name} of GET ${path} ` })
      }
    })
  }
}

const fields: Record<string, () => unknown> = {
  'a value with a line feed': () => ({ 'x-a': 'a\r\nx-b: c' }),
  'a value in a list with a line feed': () => ({ 'x-a': ['b', 'a\nb'] }),
  'a name with a line feed': () => ({ 'x-a\r\nx-b': 'b' }),
  'a value that is a symbol': () => ({ 'x-a': Symbol('s') }),
  'a getter that throws': () => ({ get 'x-a' () { throw new Error('getter') } }),
  'a value whose toString throws': () => ({ 'x-a': { toString () { throw new Error('toString') } } }),
  'an object whose members throw': () => new Proxy({}, { get () { throw new Error('a trap') }, ownKeys () { throw new Error('a trap') } }),
  'an object that throws, thrown': () => { throw new Proxy({}, { get () { throw new Error('a trap') } }) }
}

for (const name of ['rewriteHeaders', 'rewriteRequestHeaders', 'rewriteResponse', 'getUpstream'] as const) {
  t.test(`overrides: ${name} that gives fields which cannot be sent, or read, is a 500 that names it`, async (t) => {
    for (const [what, make] of Object.entries(fields)) {
      const { url, log } = await start(t, { overrides: { 'GET /raw': { [name]: make as never } } })
      t.match(await get(`${url}/raw`), { status: 500, body: '', cut: false }, what)
      t.equal(log.length, 1, `${what}: ${JSON.stringify(log)}`)
      t.match(log[0], { msg: `the override ${name} of GET /raw ` }, what)
      t.equal((await get(`${url}/fine`)).status, 200)
    }
  })
}

t.test('overrides: what is none stops the start', async (t) => {
  for (const override of [{ rewriteHeader: () => ({}) }, { retryDelay: () => 1 }, { onResponse: 42 }, { getUpstream: 'http://a' }, { onRequest: 1 }]) {
    await t.rejects(start(t, { overrides: { 'GET /raw': override as never } }), { message: new RegExp(Object.keys(override)[0]!) })
  }
})

t.test('overrides: an origin that is none is a 500', async (t) => {
  for (const upstream of ['', 'api:8080', 'file:///etc/passwd', 'http://']) {
    const { url, log } = await start(t, { overrides: { 'GET /raw': { getUpstream: () => upstream } } })
    t.match(await get(`${url}/raw`), { status: 500 }, upstream)
    t.match(log[0], { msg: 'the override getUpstream of GET /raw ' })
  }
})

for (const name of ['onRequest', 'preHandler'] as const) {
  for (const what of ['an error thrown', 'null thrown', 'a text thrown', 'a rejection with an error', 'a rejection with null', 'a promise without end', 'a thenable that throws']) {
    t.test(`overrides: ${name} that gives ${what} is a 500 in time that names it`, async (t) => {
      const { url, log } = await start(t, { hangs: isEndless(what), overrides: { 'GET /raw': { [name]: nonsense[what] as never } } })
      t.match(await get(`${url}/raw`), { status: 500, cut: false })
      t.equal(log.length, 1, JSON.stringify(log))
      t.match(log[0], { msg: `the override (${name}) of GET /raw ` })
      t.equal((await get(`${url}/fine`)).status, 200)
    })
  }
}

t.test('overrides: a hook that says it is done twice serves its request once', async (t) => {
  const { url, log, origin } = await start(t, { overrides: { 'GET /json': { onRequest: (_, __, done) => { done(); done(); setImmediate(done) } } } })
  let requests = 0
  origin.server.on('request', () => { requests++ })
  t.match(await get(`${url}/json`), { status: 200, body: '{"a":1}' })
  t.equal(requests, 1)
  t.same(log, [])
})

t.test('overrides: a hook may refuse with a status of its own, and answer by itself', async (t) => {
  const { url, log } = await start(t, {
    overrides: {
      'GET /raw': { onRequest: async () => { throw Object.assign(new Error('who are you'), { statusCode: 401 }) } },
      'GET /json': { preHandler: (_, reply) => { reply.code(202).send('own') } }
    }
  })
  t.match(await get(`${url}/raw`), { status: 401 })
  t.match(await get(`${url}/json`), { status: 202, body: 'own' })
  t.same(log, [])
})

t.test('overrides: the host\'s own error handler answers for hooks', async (t) => {
  const app = Fastify()
  app.setErrorHandler((error, _, reply) => { reply.code(418).send((error as Error).message) })
  const { url } = await start(t, { app, overrides: { 'GET /raw': { onRequest: async () => { throw new Error('short') } } } })
  t.match(await get(`${url}/raw`), { status: 418, body: 'short' })
})

t.test('overrides: what hooks take is taken from the endpoint\'s timeout', async (t) => {
  let left = 0
  const feature: Feature = { namespace: 'acme/x', schemas: { endpoint: { type: 'object' } }, endpoint: () => async () => { left = performance.now(); return await hang() } }
  let begun = 0
  let ran = (): number => 0
  const { url } = await start(t, { hangs: true, features: [feature], extra: { 'acme/x': {} }, overrides: { 'GET /json': { onRequest: (_, __, done) => { begun = performance.now(); ran = startRunClock(t); setTimeout(done, 200) } } } })
  t.equal((await get(`${url}/json`)).status, 500)
  t.ok(left - begun >= 190 && ran() < 590, `${ran()} ms: the two together have one timeout`)
})

const broken: Record<string, () => Readable> = {
  'breaks off': () => Readable.from((function * () { yield 'begun'; throw new Error('broken') })()),
  'never ends': () => { const stream = new PassThrough(); stream.write('begun'); return stream },
  'is closed before its end': () => { const stream = new PassThrough(); stream.write('begun'); setImmediate(() => { setImmediate(() => { stream.destroy() }) }); return stream },
  'gives objects': () => Readable.from(['begun', { a: 1 }])
}
for (const [what, make] of Object.entries(broken)) {
  t.test(`overrides: a body that ${what} is cut, never ended as if it were whole`, async (t) => {
    const { url, log } = await start(t, { hangs: isEndless(what), overrides: { 'GET /raw': { rewriteResponse: (response) => ({ ...response, body: make() }) } } })
    t.match(await get(`${url}/raw`), { status: 200, body: 'begun', cut: true })
    t.ok(log.some(({ msg }) => /the override rewriteResponse of GET \/raw gave a stream/.test(msg)), JSON.stringify(log))
    t.equal((await get(`${url}/fine`)).status, 200)
  })

  t.test(`overrides: a body that ${what} is an error to a client of HTTP/2`, async (t) => {
    const app = Fastify({ http2: true }) as unknown as FastifyInstance
    const { url } = await start(t, { hangs: isEndless(what), app, overrides: { 'GET /raw': { rewriteResponse: (response) => ({ ...response, body: make() }) } } })
    const session = http2.connect(url)
    t.teardown(() => { session.destroy() })
    const stream = session.request({ ':path': '/raw' })
    await new Promise((resolve) => stream.on('error', () => {}).on('close', resolve).resume())
    t.not(stream.rstCode, http2.constants.NGHTTP2_NO_ERROR)
  })
}

t.test('overrides: a stream in place of the answer is sent whole, whatever the length that was told', async (t) => {
  const { url } = await start(t, { overrides: { 'GET /raw': { rewriteResponse: (response) => ({ ...response, headers: { ...response.headers, 'content-length': '3', 'transfer-encoding': 'chunked' }, body: Readable.from(['one ', 'two']) }) } } })
  t.match(await get(`${url}/raw`), { status: 200, body: 'one two', cut: false })
})

t.test('overrides: a stream that was read before is a failure', async (t) => {
  const { url } = await start(t, { overrides: { 'GET /raw': { rewriteResponse: async (response) => { const body = Readable.from(['x']); await body.toArray(); return { ...response, body } } } } })
  const answer = await get(`${url}/raw`)
  t.ok(answer.status === 500 || answer.cut)
})

const places = ['endpoint', 'backend'] as const
for (const place of places) {
  for (const [what, make] of Object.entries(nonsense)) {
    t.test(`features: a step around the ${place} that gives ${what} is a 500 in time that names it`, async (t) => {
      const feature: Feature = { namespace: 'acme/x', schemas: { endpoint: { type: 'object' }, backend: { type: 'object' } }, [place]: () => make as Step }
      const { url, log } = await start(t, { hangs: isEndless(what), features: [feature], ...place === 'endpoint' ? { extra: { 'acme/x': {} } } : { backendExtra: { 'acme/x': {} } } })
      t.match(await get(`${url}/json`), { status: 500, body: '', cut: false })
      t.equal(log.length, 1, JSON.stringify(log))
      t.match(log[0], { msg: 'endpoint failed: the feature acme/x of GET /json ' })
      t.equal((await get(`${url}/fine`)).status, 200)
    })
  }
}

for (const what of ['null', '42', 'an empty object', 'no headers', 'an error thrown', 'null thrown', 'a rejection with null', 'a promise without end']) {
  t.test(`features: a step around the raw call that gives ${what} is a 500 in time that names it`, async (t) => {
    const feature: Feature = { namespace: 'acme/x', schemas: { backend: { type: 'object' } }, exchange: () => nonsense[what] as never }
    const { url, log } = await start(t, { hangs: isEndless(what), features: [feature], backendExtra: { 'acme/x': {} } })
    for (const path of ['/raw', '/json']) {
      log.length = 0
      t.match(await get(url + path), { status: 500, cut: false })
      t.equal(log.length, 1, JSON.stringify(log))
      t.match(log[0], { msg: `the feature acme/x of GET ${path} ` })
    }
  })
}

t.test('features: the one that hangs is named, not those around it, nor one that waits for a slow backend', async (t) => {
  const through = (namespace: string): Feature => ({ namespace, schemas: { endpoint: { type: 'object' } }, endpoint: (_, next) => async (request) => await next(request) })
  const stuck: Feature = { namespace: 'acme/stuck', schemas: { endpoint: { type: 'object' } }, endpoint: () => hang }
  const { url, log } = await start(t, { hangs: true, features: [through('acme/outer'), stuck], extra: { 'acme/outer': {}, 'acme/stuck': {} }, overrides: { 'GET /json': { rewriteResponse: (response) => response } } })
  t.equal((await get(`${url}/json`)).status, 500)
  t.equal(log.length, 1)
  t.match(log[0], { msg: 'the feature acme/stuck of GET /json had not answered' })

  const silent = await startOrigin(t, () => {})
  const slow = await start(t, { hangs: true, features: [through('acme/outer')], extra: { 'acme/outer': {} }, overrides: { 'GET /json': { getUpstream: () => silent.url, rewriteResponse: (response) => response } } })
  t.equal((await get(`${slow.url}/json`)).status, 500)
  t.equal(slow.log.length, 1)
  t.notMatch(slow.log[0]!.msg, /acme|override/)
})

t.test('features: a step of one of several backends that hangs, throws or gives nonsense is named, and the others answer', async (t) => {
  for (const [what, make] of [['hangs', hang], ['throws', nonsense['an error thrown']!], ['gives null', nonsense['null']!], ['rejects with null', nonsense['a rejection with null']!]] as const) {
    const feature: Feature = { namespace: 'acme/x', schemas: { backend: { type: 'object' } }, backend: () => make as Step }
    const origin = await startOrigin(t, (request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${request.url!.slice(1)}":1}`) })
    const log: { msg: string, level: number, detail?: string }[] = []
    const app = Fastify({ forceCloseConnections: true, logger: { level: 'warn', stream: { write (line: string) { log.push(JSON.parse(line)) } } } })
    t.teardown(() => app.close())
    const backend = (path: string, extra?: object) => ({ host: [origin.url], url_pattern: path, ...extra && { extra_config: extra } })
    const several = (endpoint: string, more: object = {}) => ({ endpoint, timeout: timeoutOf(isEndless(what)), backend: [backend('/a'), backend('/b', { 'acme/x': {} }), backend('/c')], ...more })
    await app.register(gateway, { features: [feature], config: { version: 3, timeout: '60s', endpoints: [several('/parallel'), several('/sequential', { extra_config: { proxy: { sequential: true } } }), { endpoint: '/concurrent', timeout: timeoutOf(isEndless(what)), concurrent_calls: 2, backend: [backend('/b', { 'acme/x': {} })] }] } as never })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    for (const [path, body] of [['/parallel', '{"a":1,"c":1}'], ['/sequential', '{"a":1}']]) {
      log.length = 0
      const answer = await get(url + path)
      t.match(answer, { status: 200, headers: { 'x-krakend-completed': 'false' } }, `${what}: ${path}`)
      t.same(JSON.parse(answer.body), JSON.parse(body!), `${what}: ${path}`)
      const told = log.filter((line) => JSON.stringify(line).includes(`the feature acme/x of GET ${path} `))
      t.equal(told.length, 1, `${what}: ${path}: ${JSON.stringify(log)}`)
      t.equal(log.length, 1, `${what}: ${path}: ${JSON.stringify(log)}`)
    }
    log.length = 0
    t.match(await get(`${url}/concurrent`), { status: 500 }, what)
    t.match(log, [{ msg: /the feature acme\/x of GET \/concurrent / }], `${what}: ${JSON.stringify(log)}`)
  }
})

t.test('features: an answer that comes too late is thrown away, and one that comes twice counts once', async (t) => {
  let late = (): void => {}
  const body = new PassThrough()
  const twice: Feature = {
    namespace: 'acme/x',
    schemas: { endpoint: { type: 'object' } },
    endpoint: (_, next) => Object.assign((async (request) => next(request)) as Step, { ask: (request: never, resolve: (answer: unknown) => void, reject: (error: unknown) => void) => { next(request).then((answer) => { resolve(answer); resolve(null); reject(new Error('twice')) }, reject) } }) as Step
  }
  const one = await start(t, { features: [twice], extra: { 'acme/x': {} } })
  t.match(await get(`${one.url}/json`), { status: 200, body: '{"a":1}' })
  t.same(one.log, [])
  const two = await start(t, { hangs: true, overrides: { 'GET /raw': { rewriteResponse: (response) => new Promise((resolve) => { late = () => { resolve({ ...response, body }) } }) } } })
  t.equal((await get(`${two.url}/raw`)).status, 500)
  late()
  await once(body, 'close')
  t.ok(body.destroyed)
})

for (const part of ['onRequest', 'preHandler', 'onSend'] as const) {
  for (const what of ['an error thrown', 'null thrown', 'a rejection with an error', 'a rejection with null', 'a promise without end', ...part === 'onSend' ? ['42', 'an empty object'] : []]) {
    t.test(`features: a hook ${part} that gives ${what} is a 500 in time that names it`, async (t) => {
      const make = nonsense[what]!
      const hook = part === 'onSend' ? async () => make() : make
      for (const place of ['route', 'service'] as const) {
        if (place === 'service' && part === 'preHandler') continue
        const feature: Feature = { namespace: 'acme/x', schemas: { endpoint: { type: 'object' }, service: { type: 'object' } }, [place]: () => ({ [part]: hook }) }
        const { url, log } = await start(t, { hangs: isEndless(what), features: [feature], extra: { 'acme/x': {} }, ...place === 'service' && { config: { version: 3, timeout: '60s', extra_config: { 'acme/x': {} }, endpoints: [{ endpoint: '/json', timeout: timeoutOf(isEndless(what)), backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }] } as never } })
        const answer = await get(`${url}/json`)
        t.match(answer, { status: 500, cut: false }, place)
        const named = log.filter(({ msg }) => /the feature acme\/x \(\w+\) of GET \/json /.test(msg))
        t.equal(named.length, 1, JSON.stringify(log))
      }
    })
  }
}

t.test('features: hooks behind the answer may fail in any way', async (t) => {
  for (const what of ['an error thrown', 'null thrown', 'a rejection with null', 'a promise without end', '42']) {
    const feature: Feature = { namespace: 'acme/x', schemas: { service: { type: 'object' } }, service: () => ({ onResponse: nonsense[what] as never }) }
    const origin = await startOrigin(t, (_, response) => { response.end('{}') })
    const { url } = await start(t, { hangs: isEndless(what), features: [feature], config: { version: 3, timeout: '60s', extra_config: { 'acme/x': {} }, endpoints: [{ endpoint: '/json', backend: [{ host: [origin.url], url_pattern: '/' }] }] } as never })
    t.equal((await get(`${url}/json`)).status, 200, what)
    t.equal((await get(`${url}/json`)).status, 200, what)
  }
})

t.test('features: what fails while the gateway is built names the feature and the part', async (t) => {
  const config = { version: 3, timeout: '60s', extra_config: { 'acme/x': {} }, endpoints: [{ endpoint: '/json', extra_config: { 'acme/x': {} }, backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/', extra_config: { 'acme/x': {} } }] }] } as never
  const schemas = { service: { type: 'object' }, endpoint: { type: 'object' }, backend: { type: 'object' } }
  const fails = () => { throw null } // eslint-disable-line no-throw-literal
  const build = async (feature: Partial<Feature>) => {
    const app = Fastify({ pluginTimeout: 700 })
    t.teardown(() => app.close())
    await app.register(gateway, { config, features: [{ namespace: 'acme/x', schemas, ...feature } as Feature] })
  }
  for (const part of ['load', 'setup', 'service', 'route', 'endpoint', 'backend', 'exchange', 'client'] as const) {
    await t.rejects(build({ [part]: fails } as never), { code: 'FG_ERR_GATEWAY_FEATURE_FAILED', message: new RegExp(`acme/x" failed in ${part}`) }, part)
  }
  for (const part of ['endpoint', 'backend', 'exchange'] as const) await t.rejects(build({ [part]: () => undefined } as never), { code: 'FG_ERR_GATEWAY_FOREIGN_WRAP', message: /acme\/x/ }, part)
  await t.rejects(build({ client: () => 42 } as never), { code: 'FG_ERR_GATEWAY_FOREIGN_WRAP' })
  for (const part of ['service', 'route'] as const) await t.rejects(build({ [part]: () => ({ onRequest: 42 }) } as never), { code: 'FG_ERR_GATEWAY_FOREIGN_HOOK', message: /acme\/x/ }, part)
  for (const part of ['setup', 'load'] as const) await t.rejects(build({ [part]: hang } as never), { code: 'FG_ERR_GATEWAY_FEATURE_FAILED', message: /had not ended/ }, part)
  await t.rejects(build({ load: async () => 42 } as never), { code: 'FG_ERR_GATEWAY_FEATURE_FAILED' })
})

t.test('features: an interceptor that throws, at once or in its handler, fails its call only', async (t) => {
  const fail = () => { throw new Error('intercepted') }
  const interceptors: Record<string, unknown> = {
    'at once': () => fail,
    'null at once': () => () => { throw null }, // eslint-disable-line no-throw-literal
    ...Object.fromEntries(['onConnect', 'onHeaders', 'onData', 'onComplete'].map((event) => [event, (dispatch: Function) => (options: object, handler: object) => dispatch(options, Object.assign(Object.create(handler), { ...bind(handler), [event]: fail }))]))
  }
  for (const [what, interceptor] of Object.entries(interceptors)) {
    const feature: Feature = { namespace: 'acme/x', schemas: { backend: { type: 'object' } }, client: () => interceptor as never }
    const { url, log } = await start(t, { hangs: what.startsWith('on'), features: [feature], backendExtra: { 'acme/x': {} } })
    const answer = await get(`${url}/json`)
    t.equal(answer.status, 500, what)
    t.equal(log.length, 1, `${what} ${JSON.stringify(log)}`)
    t.equal((await get(`${url}/fine`)).status, 200)
  }
})

/** All methods of a handler, bound to it: handlers may have private fields. */
function bind (handler: object): object {
  return Object.fromEntries(['onConnect', 'onHeaders', 'onData', 'onComplete', 'onError', 'onUpgrade'].flatMap((name) => {
    const method = (handler as Record<string, unknown>)[name]
    return typeof method === 'function' ? [[name, method.bind(handler)]] : []
  }))
}

t.test('hooks of the host that fail end no process', async (t) => {
  const hooks = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onSend', 'onResponse', 'onError'] as const
  for (const hook of hooks) {
    for (const what of ['an error thrown', 'null thrown', 'a rejection with null']) {
      const app = Fastify({ forceCloseConnections: true })
      app.addHook(hook as 'onRequest', (nonsense[what] as never))
      const { url } = await start(t, { app })
      const answer = await get(`${url}/json`).catch(() => ({ status: 0 }))
      // To Fastify, a hook that throws null has not failed; those of the gateway behind it would not run.
      const isHarmless = what === 'null thrown' && hook !== 'onRequest'
      t.equal(answer.status, ['onResponse', 'onError'].includes(hook) || isHarmless ? 200 : 500, `${hook}: ${what}`)
    }
  }
})

t.test('an embedded gateway adds no handler to the process', async (t) => {
  const events = ['uncaughtException', 'unhandledRejection', 'SIGTERM', 'SIGINT', 'SIGHUP', 'exit', 'beforeExit']
  const before = events.map((event) => process.listenerCount(event))
  const { url } = await start(t)
  t.equal((await get(`${url}/json`)).status, 200)
  t.same(events.map((event) => process.listenerCount(event)), before)
})
