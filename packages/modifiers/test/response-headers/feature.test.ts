import http2 from 'node:http2'
import { once } from 'node:events'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { gateway, type Configuration } from '@floodgate/gateway'
import { checkConfiguration } from '@floodgate/inspect/check'

const namespace = 'modifier/response-headers'

async function start (t: Test, settings: object, { service = {}, endpoints = [], http2: isHttp2 = false }: { service?: object, endpoints?: object[], http2?: boolean } = {}) {
  const origin = await startOrigin(t, (request, response) => {
    const isText = request.url === '/text'
    response.writeHead(200, { 'content-type': isText ? 'text/plain' : 'application/json', 'set-cookie': ['a=1', 'b=2'], 'x-old': ['1', '2'], server: 'origin', etag: '"1"' })
    response.end(isText ? 'text' : '{"a":1}')
  })
  const app = Fastify({ forceCloseConnections: true, ...(isHttp2 && { http2: true }) } as object)
  t.teardown(() => app.close())
  const raw = { endpoint: '/raw', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/text', encoding: 'no-op' }] }
  const decoded = { endpoint: '/decoded', backend: [{ host: [origin.url], url_pattern: '/' }] }
  await app.register(gateway, { config: { version: 3, extra_config: { [namespace]: settings, ...service }, endpoints: [raw, decoded, ...endpoints] } as unknown as Configuration, env: {}, notFound: 'gateway' })
  return await app.listen({ port: 0, host: '127.0.0.1' })
}

/** The values of a header, each line of its own. */
function linesOf (rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.flatMap((key, i) => i % 2 === 0 && key.toLowerCase() === name ? [rawHeaders[i + 1]!] : [])
}

t.test('modifier/response-headers: deletes, replaces, adds and renames, in this order', async (t) => {
  const url = await start(t, {
    rename: { 'X-Old': 'X-New', 'x-made': 'X-Moved', 'X-None': 'X-Never', etag: 'X-Etag' },
    add: { 'X-Made': ['one', 'two'], 'SET-cookie': ['c=3'], 'X-Gone': ['again'] },
    replace: { 'X-Etag': ['replaced'], 'X-Set': ['new'], 'x-OLD': ['3', '4'], 'X-Emptied': [] },
    delete: ['server', 'X-Krakend-Completed', 'x-gone']
  })
  const { status, rawHeaders, body } = await call(`${url}/raw`)
  const get = (name: string) => linesOf(rawHeaders, name)
  t.same([status, String(body)], [200, 'text'])
  t.same([get('server'), get('x-krakend-completed'), get('x-old'), get('etag'), get('x-made'), get('x-never')], [[], [], [], [], [], []])
  t.same(get('x-new'), ['3', '4'], 'lines stay lines')
  t.same(get('x-moved'), ['one', 'two'])
  t.same(get('x-etag'), ['"1"'], 'a rename takes the place of what is there')
  t.same(get('x-set'), ['new'])
  t.same(get('set-cookie'), ['a=1', 'b=2', 'c=3'])
  t.same(get('x-gone'), ['again'], 'added after the deletion')
})

t.test('modifier/response-headers: headers can change places, and each is asked for in any case', async (t) => {
  const url = await start(t, { rename: { ETAG: 'server', Server: 'etag' } })
  const { headers } = await call(`${url}/raw`)
  t.match(headers, { etag: 'origin', server: '"1"' })
})

t.test('modifier/response-headers: all answers of the gateway, and the date', async (t) => {
  const settings = { delete: ['Date', 'Allow'], replace: { 'Content-Type': ['text/x'], 'X-Krakend-Completed': ['maybe'] }, add: { 'X-All': ['1'] } }
  const url = await start(t, settings, {
    service: { router: { error_body: { 404: { e: 1 } } }, 'security/cors': { allow_origins: ['https://a.test'] } },
    endpoints: [
      { endpoint: '/dead', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] },
      { endpoint: '/limited', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }], extra_config: { 'qos/ratelimit/router': { max_rate: 0.0001, capacity: 1 } } },
      { endpoint: '/posted', method: 'POST', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }
    ]
  })
  await call(`${url}/limited`)
  for (const [path, status, options] of [
    ['/raw', 200, {}], ['/decoded', 200, {}], ['/none', 404, {}], ['/posted', 405, {}], ['/dead', 500, {}], ['/limited', 503, {}], ['/__health', 200, {}], ['/raw/', 301, {}],
    ['/raw', 204, { method: 'OPTIONS', headers: { origin: 'https://a.test', 'access-control-request-method': 'GET' } }]
  ] as const) {
    const { status: got, rawHeaders } = await call(`${url}${path}`, options)
    const shown = `${path} ${got}`
    t.equal(got, status, shown)
    t.same(['x-all', 'date', 'allow', 'x-krakend-completed', 'content-type'].map((name) => linesOf(rawHeaders, name)), [['1'], [], [], ['maybe'], ['text/x']], shown)
  }
  const { headers } = await call(`${url}/raw`, { headers: { origin: 'https://a.test' } })
  t.equal(headers['access-control-allow-origin'], 'https://a.test')
})

t.test('modifier/response-headers: headers of CORS and security/http are theirs', async (t) => {
  const url = await start(t, { delete: ['X-Frame-Options'], add: { Vary: ['X-Mine'] } }, { service: { 'security/http': { frame_deny: true }, 'security/cors': {} } })
  const { headers } = await call(`${url}/raw`, { headers: { origin: 'https://a.test' } })
  t.match(headers, { 'x-frame-options': 'DENY', vary: 'X-Mine, Origin' })
})

t.test('modifier/response-headers: over HTTP/2 too', async (t) => {
  const url = await start(t, { delete: ['server'], add: { 'Set-Cookie': ['c=3'], 'X-Two': ['1', '2'], etag: ['"2"'], 'Content-Language': ['de', 'en'] }, rename: { 'x-old': 'x-new' } }, { http2: true })
  const session = http2.connect(url)
  t.teardown(() => { session.destroy() })
  for (const path of ['/raw', '/decoded', '/none']) {
    const stream = session.request({ ':path': path })
    const [headers] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
    stream.resume()
    await once(stream, 'close')
    t.match(headers, { 'x-two': '1, 2', 'content-language': 'de, en' }, path)
    t.equal(headers.server, undefined)
    if (path === '/raw') t.match(headers, { etag: '"1"', 'set-cookie': ['a=1', 'b=2', 'c=3'], 'x-new': '1, 2' }, 'what HTTP/2 has once is the first')
  }
})

t.test('modifier/response-headers: settings that change nothing attach nothing', async (t) => {
  const { responseHeadersFeature } = await import('@floodgate/modifiers')
  const { service } = await responseHeadersFeature.load!()
  const context = { model: { place: [] }, problem (place: unknown, message: string) { t.fail(message) } } as never
  for (const settings of [{}, { delete: [] }, { add: { 'X-A': [] }, rename: { 'X-A': 'x-a' } }]) t.equal(service!(settings, context), undefined)
})

t.test('modifier/response-headers: what cannot be done stops the start, with its place', async (t) => {
  const problems = async (settings: unknown, level = 'service') => {
    const extra = { extra_config: { [namespace]: settings } }
    const endpoint = { endpoint: '/a', backend: [{ host: ['http://a.example.com'], url_pattern: '/', ...(level === 'backend' && extra) }] }
    const found = await checkConfiguration({ version: 3, ...(level === 'service' && extra), endpoints: [endpoint] } as never, { env: {} })
    return found.filter(({ severity }) => severity === 'error').map(({ place, message }) => `${place.slice(2).join('|')}: ${message}`)
  }
  for (const name of ['Content-Length', 'transfer-encoding', 'CONNECTION', 'Keep-Alive', 'Upgrade', 'Trailer']) {
    t.match(await problems({ delete: ['X', name] }), [/^delete\|1: "[\w-]+" cannot be changed/])
    t.match(await problems({ replace: { [name]: ['x'] } }), [/^replace\|[\w-]+: "[\w-]+" cannot be changed/])
    t.match(await problems({ add: { [name]: ['x'] } }), [/^add\|[\w-]+: /])
    t.match(await problems({ rename: { [name]: 'x' } }), [/^rename\|[\w-]+: /])
    t.match(await problems({ rename: { x: name } }), [/^rename\|x: /])
  }
  t.match(await problems({ delete: ['a b'] }), [/^delete\|0: "a b" is not a valid header name/])
  t.match(await problems({ add: { '@comment': ['x'], 'X-A': ['ok', 'a\r\nb: c'] } }), [/^add\|@comment: .*not a valid header name/, /^add\|X-A\|1: .*line break/])
  t.match(await problems({ replace: { 'X-A': ['1'], 'x-a': ['2'] } }), [/^replace\|x-a: .*twice/])
  t.match(await problems({ rename: { 'X-A': 'X-B', 'X-C': 'x-b' } }), [/^rename\|X-C: another header/])
  t.match(await problems({ rename: { Date: 'X-Date' } }), [/^rename\|Date: /])
  t.match(await problems({ deleted: ['Server'] }), [/^deleted: unknown key "deleted", and every endpoint would send what this should have replaced/])
  t.match(await problems({ add: { 'X-A': { a: 1 } } }), [/^add\|X-A/])
  t.match(await problems({ delete: ['x'] }, 'backend'), [/./], 'it means nothing at a backend')
})
