import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { Call, CoreRequest, type Backend, type BackendResponse, type Body, type FeatureContext, type Headers } from '@floodgate/core'
import { martianFeature } from '@floodgate/modifiers'

interface Sent { origin?: string, target?: string, headers?: Headers, body?: Body }

/** Runs one call through a configured modifier; `answer` is what the backend says. */
async function prepare (settings: unknown) {
  const told: string[] = []
  const into = (kind: string) => (place: readonly unknown[], message: string): void => { told.push(`${kind} ${place.slice(1).join('|')}: ${message}`) }
  const { exchange } = await martianFeature.load!()
  const context = { problem: into('problem'), warning: into('warning') } as unknown as FeatureContext
  let seen: CoreRequest | null = null
  let answer: BackendResponse = { status: 200, headers: {}, body: null }
  const next = async (request: CoreRequest) => { seen = request; return answer }
  const run = exchange!(settings as object, next, { place: [] } as unknown as Backend, context)
  return {
    told,
    isOff: run === next,
    async call ({ origin = 'http://api:8080', target = '/a', headers = {}, body = null }: Sent = {}, given: Partial<BackendResponse> = {}) {
      seen = null
      answer = { status: 200, headers: {}, body: null, ...given }
      const request = new CoreRequest({} as CoreRequest['incoming'], new Call(0), 'GET', {}, headers, null, body)
      request.origin = origin
      request.target = target
      const response = await run(request)
      return { request, response, isCalled: seen !== null }
    }
  }
}

const mark = (name: string, scope = ['request']) => ({ 'header.Modifier': { scope, name, value: '1' } })
const both = ['request', 'response']

t.test('headers of requests and answers', async (t) => {
  const request = async (settings: unknown, headers: Headers = {}) => (await (await prepare(settings)).call({ headers })).request.headers
  const before: Headers = Object.freeze({ 'x-a': ['1', '2'] }) as Headers
  t.same(await request({ 'header.Modifier': { name: 'X-A', value: 'new' } }, before), { 'x-a': 'new' })
  t.same(await request({ 'header.Append': { name: 'X-A', value: '3' } }, before), { 'x-a': ['1', '2', '3'] })
  t.same(await request({ 'header.Blacklist': { names: ['X-A', 'constructor'] } }, before), {})
  t.same(await request({ 'header.Copy': { from: 'X-A', to: 'X-B' } }, before), { 'x-a': ['1', '2'], 'x-b': '1' })
  t.same(await request({ 'header.Copy': { from: 'constructor', to: 'X-B' } }), { 'x-b': '' }, 'nothing of a prototype')
  t.same(await request({ 'header.Copy': { from: 'Host', to: 'X-Host' } }), { 'x-host': 'api:8080' })
  t.match(await request({ 'header.Id': {} }), { 'x-krakend-id': /^[\da-f]{8}-[\da-f]{4}-4/ })
  t.same(await request({ 'header.Id': { header: 'X-Id' } }, { 'x-id': 'own' }), { 'x-id': 'own' })
  const { response } = await (await prepare({ 'header.Append': { name: 'Set-Cookie', value: 'b=2' } })).call({}, { headers: { 'set-cookie': 'a=1' } })
  t.same(response.headers, { 'set-cookie': ['a=1', 'b=2'] })
})

t.test('scopes: absent is both, a group limits what is in it', async (t) => {
  const { response, request } = await (await prepare({ 'fifo.Group': { scope: ['request'], modifiers: [mark('X-A', both)] } })).call()
  t.same([request.headers, response.headers], [{ 'x-a': '1' }, {}])
  t.match((await prepare({ 'querystring.Modifier': { scope: both, name: 'a' } })).told, [/^problem .*scope: querystring.Modifier cannot change responses/])
  t.match((await prepare(mark('X-A', ['requests']))).told, [/"requests" is not a valid direction/])
})

t.test('filters', async (t) => {
  const hit = async (settings: object, sent: Sent, given: Partial<BackendResponse> = {}, scope = ['request']) => {
    const [[name, fields]] = Object.entries(settings) as [[string, object]]
    const { request, response } = await (await prepare({ [name]: { ...fields, scope, modifier: mark('hit', scope), else: mark('miss', scope) } })).call(sent, given)
    return Object.keys(scope[0] === 'request' ? request.headers : response.headers).filter((name) => name === 'hit' || name === 'miss').join()
  }
  t.equal(await hit({ 'header.Filter': { name: 'X', value: '1' } }, { headers: { x: ['0', '1'] } }), 'hit')
  t.equal(await hit({ 'header.Filter': { name: 'X', value: '1' } }, {}), 'miss')
  t.equal(await hit({ 'header.Filter': { name: 'X', value: '1' } }, {}, { headers: { x: '1' } }, ['response']), 'hit')
  t.equal(await hit({ 'querystring.Filter': { name: 'a' } }, { target: '/?a=%31' }), 'hit')
  t.equal(await hit({ 'querystring.Filter': { name: 'a', value: '2' } }, { target: '/?a=1' }), 'miss')
  t.equal(await hit({ 'cookie.Filter': { name: 'u', value: '1' } }, { headers: { cookie: 'v=2; u=1' } }), 'hit')
  t.equal(await hit({ 'cookie.Filter': { name: 'u' } }, {}, { headers: { 'set-cookie': ['u=9; Path=/'] } }, ['response']), 'hit')
  t.equal(await hit({ 'url.Filter': { host: '*.test:80', path: '/a b', query: 'q=1', scheme: 'https' } }, { origin: 'https://x.test:80', target: '/a%20b?q=1' }), 'hit')
  t.equal(await hit({ 'url.Filter': { host: '*.test' } }, { origin: 'https://x.y.test' }), 'miss')
  t.equal(await hit({ 'url.RegexFilter': { regex: '^https://.*/a$' } }, { origin: 'https://x', target: '/a' }), 'hit')
  const once = async (name: string, fields: object, sent: Sent) => Object.keys((await (await prepare({ [name]: { ...fields, modifier: mark('hit') } })).call(sent)).request.headers).includes('hit')
  t.equal(await once('header.RegexFilter', { header: 'X', regex: '^v\\d' }, { headers: { x: 'v1' } }), true)
  t.equal(await once('header.RegexFilter', { header: 'X', regex: '' }, {}), false, 'an absent header fits nothing')
  t.equal(await once('port.Filter', { port: 443 }, { origin: 'https://x' }), true)
  t.equal(await once('port.Filter', { port: 443 }, { origin: 'https://x:8443' }), false)
  t.match((await prepare({ 'url.RegexFilter': { regex: '(', modifier: mark('a') } })).told, [/regex: not a valid regular expression in Go's syntax/])
  t.match((await prepare({ 'header.Filter': { name: 'x' } })).told, [/requires a "modifier"/])
})

t.test('addresses', async (t) => {
  const change = async (settings: object, sent: Sent = {}) => {
    const { request } = await (await prepare(settings)).call(sent)
    return [request.origin, request.target, request.headers.host]
  }
  t.same(await change({ 'url.Modifier': { host: 'b:9090' } }), ['http://b:9090', '/a', 'api:8080'], 'Host stays')
  t.same(await change({ 'url.Modifier': { scheme: 'https' } }, { headers: { host: 'own' } }), ['https://api:8080', '/a', 'own'])
  t.same(await change({ 'url.Modifier': { path: '/x y%20?#', query: 'k=v' } }, { target: '/old?old=1' }), ['http://api:8080', '/x%20y%2520%3F%23?k=v', undefined])
  t.same(await change({ 'url.Modifier': { path: '/p' } }, { target: '/old?old=1' }), ['http://api:8080', '/p?old=1', undefined])
  t.same(await change({ 'port.Modifier': { port: 81 } }), ['http://api:81', '/a', 'api:81'])
  t.same(await change({ 'port.Modifier': { defaultForScheme: true } }, { origin: 'https://[::1]:9' }), ['https://[::1]:443', '/a', '[::1]:443'])
  t.same(await change({ 'port.Modifier': { remove: true } }), ['http://api', '/a', 'api'])
  t.same(await change({ 'querystring.Modifier': { name: 'q', value: 'a b&ü' } }, { target: '/a?z=1&q=0&q=2&broken=%zz&semi;colon' }), ['http://api:8080', '/a?q=a+b%26%C3%BC&z=1', undefined])
  t.match((await prepare({ 'port.Modifier': { port: 1, remove: true } })).told, [/exactly one of/])
  t.match((await prepare({ 'url.Modifier': { path: 'x', scheme: 'ftp', query: 'a b' } })).told, [/scheme: must be/, /path: must begin/, /query: contains/])
})

t.test('bodies, with the ranges that a request asks for', async (t) => {
  const encoded = Buffer.from('0123456789').toString('base64')
  const { call } = await prepare({ 'body.Modifier': { contentType: 'text/plain', body: encoded } })
  const upload = Readable.from([Buffer.from('client')])
  const sent = await call({ headers: { 'content-encoding': 'gzip' }, body: upload })
  t.same(sent.request.headers, { 'content-type': 'text/plain' })
  t.same(sent.request.body, Buffer.from('0123456789'))
  const old = Readable.from(['backend'])
  const plain = await call({}, { headers: { 'content-encoding': 'br', 'content-length': '7' }, body: old })
  t.same(plain.response, { status: 200, headers: { 'content-type': 'text/plain', 'content-length': '10' }, body: Buffer.from('0123456789') })
  t.equal(old.destroyed, true, 'what nobody reads is let go of')
  const ranged = async (range: string) => {
    const { response } = await call({ headers: { range } })
    return [response.status, response.headers['content-range'], String(response.body)]
  }
  t.same(await ranged('bytes=2-4'), [206, 'bytes 2-4/10', '234'])
  t.same(await ranged('bytes=-3'), [206, 'bytes 7-9/10', '789'])
  t.same(await ranged('bytes=8-'), [206, 'bytes 8-9/10', '89'])
  t.same(await ranged('bytes=20-'), [416, undefined, ''])
  const [status, , parts] = await ranged('bytes=0-0,9-9')
  t.equal(status, 206)
  t.match(parts, /^--\w+\r\nContent-Type: text\/plain\r\nContent-Range: bytes 0-0\/10\r\n\r\n0\r\n--/)
  await t.rejects(ranged(`bytes=${Array(101).fill('0-0').join(',')}`), { code: 'FG_ERR_MODIFIERS_MARTIAN' })
  t.match((await prepare({ 'body.Modifier': { body: 'no base64!' } })).told, [/must be base64/])
})

t.test('cookies, status, stash', async (t) => {
  const cookie = await prepare({ 'cookie.Modifier': { name: 'c', value: 'd e', path: '/p', domain: '.x.test', expires: '2030-01-31T12:00:00Z', maxAge: -1, httpOnly: true, secure: true } })
  const { request, response } = await cookie.call({ headers: { cookie: 'k=v' } })
  t.equal(request.headers.cookie, 'k=v; c="d e"')
  t.equal(response.headers['set-cookie'], 'c="d e"; Path=/p; Domain=x.test; Expires=Thu, 31 Jan 2030 12:00:00 GMT; Max-Age=0; HttpOnly; Secure')
  t.match((await prepare({ 'cookie.Modifier': { name: 'a b', expires: 'soon', path: '/;x' } })).told, [/name: /, /expires: /, /path: /])
  t.equal((await (await prepare({ 'status.Modifier': { statusCode: 299 } })).call({}, { status: 418 })).response.status, 299)
  t.match((await prepare({ 'status.Modifier': { statusCode: 42 } })).told, [/from 100 to 999/])
  const stashed = await (await prepare({ 'stash.Modifier': { headerName: 'X-Url' } })).call({ target: '/a?b' })
  t.same([stashed.request.headers['x-url'], stashed.response.headers['x-url']], ['http://api:8080/a?b', 'http://api:8080/a?b'])
})

t.test('static files: below their folder only, and the backend is not called', async (t) => {
  const root = t.testdir({ files: { 'a.json': '{}', sub: {} }, 'secret.txt': 'no' })
  writeFileSync(join(root, 'files', 'b c.css'), 'b')
  mkdirSync(join(root, 'files-other'))
  writeFileSync(join(root, 'files-other', 'x'), 'no')
  const { call } = await prepare({ 'static.Modifier': { rootPath: join(root, 'files'), explicitPaths: { '/alias': 'a.json', '/out': '../secret.txt' } } })
  const get = async (target: string) => {
    const { response, isCalled } = await call({ target })
    t.equal(isCalled, false)
    return [response.status, response.headers['content-type'], response.body === null ? null : String(response.body)]
  }
  t.same(await get('/a.json?x'), [200, 'application/json', '{}'])
  t.same(await get('/b%20c.css'), [200, 'text/css; charset=utf-8', 'b'])
  t.same(await get('/alias'), [200, 'application/json', '{}'])
  for (const target of ['/none', '/sub', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/../files-other/x', '/a%00', '/%zz', '/out']) t.equal((await get(target))[0], 404, target)
})

t.test('groups: order, and failures', async (t) => {
  const many = 'bytes=' + Array(101).fill('0-0').join(',')
  const failing = { 'body.Modifier': { body: 'MA==' } }
  const stops = await prepare({ 'fifo.Group': { modifiers: [failing, mark('after', both)] } })
  const answer = { status: 200, headers: {}, body: null } satisfies BackendResponse
  await t.rejects(stops.call({ headers: { range: many } }, answer), { message: /too many ranges/ })
  const headers: Headers = {}
  const gathers = await prepare({ 'fifo.Group': { aggregateErrors: true, modifiers: [failing, failing, mark('after', both)] } })
  await t.rejects(gathers.call({ headers: { range: many } }, { headers }), { message: /too many ranges\n.*too many ranges/ })
  t.equal(headers.after, '1', 'all have run')
  const files = t.testdir({ a: 'x' })
  const waits = await prepare({ 'fifo.Group': { modifiers: [{ 'static.Modifier': { rootPath: files } }, { 'header.Modifier': { name: 'content-type', value: 'text/x' } }] } })
  t.equal((await waits.call({ target: '/a' })).response.headers['content-type'], 'text/x', 'in turn, behind what has to wait')
  const priorities = await prepare({ 'priority.Group': { modifiers: [[0, '0'], [10, '10a'], [10, '10b']].map(([priority, value]) => ({ priority, modifier: { 'header.Append': { name: 'o', value } } })) } })
  t.same((await priorities.call()).request.headers.o, ['10b', '10a', '0'])
})

t.test('what cannot be honoured is told with its place', async (t) => {
  const wrong: [unknown, RegExp][] = [
    [{}, /^problem .*has no modifier/],
    [{ ...mark('a'), ...{ 'status.Modifier': {} } }, /has 2 modifiers.*fifo.Group/],
    [{ 'header.Modifier': [] }, /^problem extra_config.*: must be an object with the fields of header.Modifier|^problem/],
    [{ 'header.Modifier': { name: 5 } }, /must be a text/],
    [{ 'header.Modifier': { name: 'a b', value: 'x' } }, /is not a valid header name/],
    [{ 'header.Modifier': { name: 'a', value: 'x\r\ny: z' } }, /line break/],
    [{ 'header.Modifier': { name: 'Content-Length', value: 'x' } }, /is not a number/],
    [{ 'fifo.Group': { modifiers: [mark('a'), 5] } }, /modifiers\|1: must be an object with one modifier/],
    [{ 'priority.Group': { modifiers: [{ priority: 'x', modifier: mark('a') }] } }, /priority: must be an integer/]
  ]
  for (const [settings, expected] of wrong) {
    const { told, isOff } = await prepare(settings)
    t.match(told[0], expected)
    t.match(told[0], /^problem/)
    t.equal(isOff, true)
  }
  for (const name of ['made.Up', 'url.Verifier', 'skip.RoundTrip', 'constructor']) {
    const { told, isOff } = await prepare({ [name]: {} })
    t.match(told, [/^warning .*is not a known modifier.* has no effect/])
    t.equal(isOff, true, 'as on the reference')
  }
  t.match((await prepare({ 'header.Modifier': { name: 'a', vaule: '1', '@comment': 1 } })).told, [/^warning .*header.Modifier has no field "vaule"/])
})
