import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { call, readAll, startOrigin, type ClientRequest } from '@floodgate/testing'
import { gateway, type Configuration } from '@floodgate/gateway'
import { checkConfiguration } from '@floodgate/inspect/check'
import { compileOperations } from '../../src/request-body-extractor/compile-operations.ts'

const namespace = 'modifier/request-body-extractor'
const early = `${namespace}/early`

const header = (expression: string, target: string, more: object = {}) => ({ type: 'header', strategy: 'dotnotation', expression, target, on_conflict: 'skip', ...more })
const parameter = (expression: string, target: string, more: object = {}) => header(expression, target, { type: 'query_string', ...more })

interface Seen { url: string, headers: NodeJS.Dict<string | string[]>, distinct: NodeJS.Dict<string[]>, body: string }

/** Serves `POST /a`, and gives what its backend was sent. */
async function start (t: Test, endpoint: object, service: object = {}) {
  let seen: Seen | null = null
  const origin = await startOrigin(t, (request, response) => {
    readAll(request).then((body) => {
      seen = { url: request.url!, headers: request.headers, distinct: request.headersDistinct, body: String(body) }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}')
    }).catch(() => { response.destroy() })
  })
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  const config = { version: 3, ...service, endpoints: [{ endpoint: '/a', method: 'POST', input_headers: ['*'], input_query_strings: ['*'], backend: [{ host: [origin.url], url_pattern: '/b', method: 'POST' }], ...endpoint }] }
  await app.register(gateway, { config: config as unknown as Configuration, env: {}, notFound: 'gateway' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (body: unknown, { path = '/a', ...options }: ClientRequest = {}) => {
    seen = null
    const { status } = await call(url + path, { method: 'POST', body: Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body), ...options })
    return { status, seen: seen as Seen | null }
  }
}

const using = (place: string, ...operations: object[]) => ({ extra_config: { [place]: { operations } } })

for (const [title, place, level] of [['at an endpoint', namespace, 'endpoint'], ['early', early, 'endpoint'], ['at the service', namespace, 'service']] as const) {
  t.test(`modifier/request-body-extractor ${title}: values of a body become headers and parameters`, async (t) => {
    const settings = using(place,
      header('user.id', 'X-User'), header('user', 'X-Json'), header('none.id', 'X-None'), header('null', 'X-Null'), header('list.0', 'X-List'), header('big', 'X-Big'), header('text', 'X-Text'), header('constructor.name', 'X-Proto'),
      header('items[?ok].n | join(\',\', @)', 'X-Path', { strategy: 'jmespath' }), parameter('user.id', 'user'), parameter('text', 'te xt'), parameter('flag', 'flag'))
    const send = level === 'service' ? await start(t, {}, settings) : await start(t, settings)
    const body = '{"user":{"id":"u1","b":1},"null":null,"list":[1],"big":12345678901234567890,"text":"é ü&=","items":[{"n":"a","ok":true},{"n":"b"},{"n":"c","ok":1}],"flag":false}'
    const { status, seen } = await send(body, { path: '/a?q=1', headers: { 'content-type': 'application/json' } })
    t.equal(status, 200)
    const { headers } = seen!
    t.match(headers, { 'x-user': 'u1', 'x-json': '{"b":1,"id":"u1"}', 'x-big': '12345678901234567890', 'x-path': 'a,c', 'content-type': 'application/json' })
    t.equal(Buffer.from(headers['x-text'] as string, 'latin1').toString(), 'é ü&=')
    for (const name of ['x-none', 'x-null', 'x-list', 'x-proto']) t.equal(headers[name], undefined, name)
    t.same(Object.fromEntries(new URL(seen!.url, 'http://a').searchParams), { q: '1', user: 'u1', 'te xt': 'é ü&=', flag: 'false' })
    t.equal(seen!.body, body, 'the body goes on as it came')
    t.match((await send('no json', { headers: { 'x-user': 'own' } })).seen, { url: '/b', headers: { 'x-user': 'own' }, body: 'no json' })
    t.match((await send('')).status, 200)
    t.match((await send('"text"')).seen, { body: '"text"' })
  })

  t.test(`modifier/request-body-extractor ${title}: conflicts`, async (t) => {
    const settings = using(place, ...(['skip', 'replace', 'append'] as const).flatMap((way) => [header('v', `X-${way}`, { on_conflict: way }), parameter('v', way, { on_conflict: way })]), header('w', 'X-Append', { on_conflict: 'append' }))
    const send = level === 'service' ? await start(t, {}, settings) : await start(t, settings)
    const { seen } = await send({ v: 'new', w: 'last' }, { path: '/a?skip=1&replace=1&replace=2&append=1&%72eplace=3&z', headers: { 'X-Skip': 'old', 'X-Replace': ['old', 'older'], X_Replace: 'alike', 'X-Append': ['a', 'b'] } as never })
    t.match(seen!.distinct, { 'x-skip': ['old'], 'x-replace': ['new'], 'x-append': ['a', 'b', 'new', 'last'] })
    t.equal(seen!.headers['x_replace'], undefined)
    const parameters = new URL(seen!.url, 'http://a').searchParams
    t.same(['skip', 'replace', 'append'].map((name) => parameters.getAll(name)), [['1'], ['new'], ['1', 'new']])
  })

  t.test(`modifier/request-body-extractor ${title}: what a header cannot hold is answered 400, what is too large 413`, async (t) => {
    const settings = { extra_config: { ...using(place, header('v', 'X-V'), header('sum(n)', 'X-N', { strategy: 'jmespath' })).extra_config, floodgate: { max_request_body: 40_000 } } }
    const send = level === 'service' ? await start(t, {}, settings) : await start(t, settings)
    for (const v of ['a\r\nX-Evil: 1', 'a\0', 'a'.repeat(17_000)]) t.same(await send({ v, n: [] }), { status: 400, seen: null }, JSON.stringify(v.slice(0, 20)))
    t.match(await send({ v: 'a', n: ['x'] }), { status: 200, seen: { headers: { 'x-v': 'a', 'x-n': undefined } } }, 'an expression that fits no value finds none')
    t.match(await send({ v: 'a', n: [1] }), { status: 200, seen: { headers: { 'x-v': 'a', 'x-n': '1' } } })
    t.same(await send({ v: 'a', n: [1], pad: 'x'.repeat(50_000) }), { status: 413, seen: null })
    t.match(await send('x'.repeat(50_000), { headers: { 'content-type': 'application/octet-stream' } }), { status: 200, seen: { headers: { 'x-v': undefined } } }, 'what is not JSON for certain is not held')
  })
}

t.test('modifier/request-body-extractor/early: before the endpoint authorizes, and the other behind it', async (t) => {
  const keys = { 'auth/api-keys': { keys: [{ key: 'secret', roles: ['a'] }], strategy: 'header', identifier: 'X-Key' } }
  const guard = { 'auth/api-keys': { roles: ['a'] } }
  const first = await start(t, { extra_config: { ...guard, ...using(early, header('key', 'X-Key')).extra_config } }, { extra_config: keys })
  t.match([(await first({ key: 'secret' })).status, (await first({ key: 'other' })).status, (await first({})).status], [200, 403, 401].map((status, i) => i === 0 ? status : Number))
  const behind = await start(t, { extra_config: { ...guard, ...using(namespace, header('key', 'X-Key')).extra_config } }, { extra_config: keys })
  t.equal((await behind({ key: 'secret' })).seen, null)
  const query = await start(t, { extra_config: { 'auth/api-keys': { roles: ['a'] }, ...using(early, parameter('key', 'key')).extra_config } }, { extra_config: { 'auth/api-keys': { keys: [{ key: 'secret', roles: ['a'] }], strategy: 'query_string', identifier: 'key' } } })
  t.equal((await query({ key: 'secret' })).status, 200)
})

t.test('modifier/request-body-extractor: before what the endpoint\'s steps check, and for several backends', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end('{}') })
  const two = { backend: [1, 2].map((i) => ({ host: [origin.url], url_pattern: `/${i}`, method: 'POST', group: `g${i}` })) }
  const send = await start(t, { ...two, extra_config: { ...using(namespace, header('team', 'X-Team')).extra_config, 'validation/cel': [{ check_expr: '"X-Team" in req_headers && req_headers["X-Team"][0] == "red"' }] } })
  t.equal((await send({ team: 'red' })).status, 200)
  t.not((await send({ team: 'blue' })).status, 200)
})

t.test('modifier/request-body-extractor: a request that is routed a second time is read once', async (t) => {
  const send = await start(t, {}, using(namespace, header('v', 'X-V', { on_conflict: 'append' })))
  const { status, seen } = await send({ v: '1' }, { path: '/%61' })
  if (status === 200) t.same([seen!.distinct['x-v'], seen!.body], [['1'], '{"v":"1"}'])
  else t.equal(status, 404)
})

t.test('modifier/request-body-extractor: a body that is coded is passed on as it is', async (t) => {
  const send = await start(t, using(early, header('v', 'X-V')))
  t.match((await send('{"v":"1"}', { headers: { 'content-encoding': 'br' } })).seen, { headers: { 'x-v': undefined, 'content-encoding': 'br' }, body: '{"v":"1"}' })
})

t.test('modifier/request-body-extractor: a value has a bound, in bytes', async (t) => {
  const send = await start(t, using(namespace, header('v', 'X-V'), parameter('w', 'w')))
  const extract = compileOperations({ operations: [header('v', 'X-V'), parameter('w', 'w')] as never }, [], null as never)!
  for (const most of ['a'.repeat(16_384), 'é'.repeat(8192)]) {
    // Node's servers accept no header block of that size.
    const [v, w] = extract(Buffer.from(JSON.stringify({ v: most, w: most })))
    t.equal(Buffer.from(v!.value, 'latin1').toString(), most)
    t.equal(w!.value, most)
    for (const name of ['v', 'w']) t.same(await send({ [name]: `${most}a` }), { status: 400, seen: null })
  }
})

t.test('modifier/request-body-extractor: what cannot be done stops the start, with its place', async (t) => {
  const problems = async (operation: object, place: string = namespace) => {
    const endpoint = { endpoint: '/a', method: 'POST', backend: [{ host: ['http://a.example.com'], url_pattern: '/' }], ...using(place, operation) }
    return (await checkConfiguration({ version: 3, endpoints: [endpoint] } as never, { env: {} })).filter(({ severity }) => severity === 'error').map(({ place, message }) => `${place.slice(4).join('|')}: ${message}`)
  }
  for (const place of [namespace, early]) {
    t.match(await problems(header('a', 'Content-Length'), place), [/^operations\|0\|target: "content-length" cannot be set/])
    t.match(await problems(header('a', 'a b'), place), [/target: "a b" is not a valid header name/])
    t.match(await problems(header('a..b', 'X'), place), [/expression: .*empty name/])
    t.match(await problems(header('a[', 'X', { strategy: 'jmespath' }), place), [/expression: not a JMESPath expression/])
    t.match(await problems(header('a', 'X', { on_conflict: 'merge' }), place), [/on_conflict: must be "skip", "replace" or "append"/])
    t.match(await problems({ ...header('a', 'X'), on_conflct: 'skip' }, place), [/unknown key "on_conflct"/])
    t.match(await problems({ type: 'header' }, place), [/missing/, /missing/, /missing/, /missing/])
  }
})
