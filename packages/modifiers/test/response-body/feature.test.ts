import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { DecodedResponse, parseExact, stringifyExact, type Endpoint, type FeatureContext } from '@floodgate/core'
import { responseBodyFeature } from '@floodgate/modifiers'
import { gateway, type Configuration } from '@floodgate/gateway'

const namespace = 'modifier/response-body'

/** A group in a replacement, as Go writes it. */
const group = (name: string | number) => `\${${name}}`

/** Runs modifiers over a document. */
async function change (modifiers: unknown, json: string): Promise<string> {
  const { endpoint } = await responseBodyFeature.load!()
  const context = { problem (place: unknown[], message: string) { throw new Error(`${place.slice(2).join('|')}: ${message}`) } } as unknown as FeatureContext
  const next = () => Promise.resolve(new DecodedResponse(parseExact(Buffer.from(json)) as Record<string, unknown>))
  const step = endpoint!({ modifiers }, next, { place: [], outputEncoding: 'json' } as unknown as Endpoint, context)
  const { data } = await step({} as never)
  return stringifyExact(data)
}

t.test('modifier/response-body: each modifier', async (t) => {
  t.equal(await change([{ literal: { field: 'a', find: 'x', replace: '$&-' } }], '{"a":"axbx"}'), '{"a":"a$&-b$&-"}', 'a literal text is one')
  t.equal(await change([{ literal: { field: 'a', find: 'x', replace: '' } }], '{"a":"axbx"}'), '{"a":"ab"}')
  t.equal(await change([{ regexp: { field: 'card', find: '(^\\d{4})(.*)', replace: `${group(1)}-XXXX` } }], '{"card":"1234 5678"}'), '{"card":"1234-XXXX"}')
  t.equal(await change([{ regexp: { field: 'a', find: '(?P<w>[a-z])(\\d)?', replace: `<${group('w')}$2>` } }], '{"a":"a1b-"}'), '{"a":"<a1><b>-"}', 'all matches; a group that took no part is empty')
  t.equal(await change([{ regexp: { field: 'a', find: 'b', replace: '$1W$$' } }], '{"a":"abc"}'), '{"a":"a$c"}', 'Go reads $1W as a name')
  t.equal(await change([{ upper: { field: 'a' } }], '{"a":"straße ŉ é"}'), '{"a":"STRAßE ŉ É"}')
  t.equal(await change([{ lower: { field: 'a' } }], '{"a":"ΟΔΟΣ İ ABC"}'), '{"a":"οδοσ i abc"}')
  t.equal(await change([{ trim: { field: 'a', find: ' -😀' } }], '{"a":" -😀a - b😀- "}'), '{"a":"a - b"}')
  t.equal(await change([{ trim: { field: 'a', find: 'x' } }], '{"a":"xxx"}'), '{"a":""}')
})

t.test('modifier/response-body: in order, at paths that lead through objects only', async (t) => {
  const steps = [{ upper: { field: 'data.user' } }, { literal: { field: 'data.user', find: 'MARY', replace: 'x' } }, { lower: { field: 'data.user' } }]
  t.equal(await change(steps, '{"data":{"user":"Mary Major"},"user":"Mary"}'), '{"data":{"user":"x major"},"user":"Mary"}')
  const all = ['list.0', 'list.length', 'none', 'none.a', 'number', 'big', 'null.a', 'text.length', 'object', 'constructor.name', '__proto__.a'].map((field) => ({ upper: { field } }))
  const document = '{"list":["a"],"number":5,"big":12345678901234567890,"null":null,"text":"a","object":{"a":"b"},"bool":true}'
  t.equal(await change(all, document), document, 'what is no text stays, digits too')
  t.equal(await change([{ upper: { field: '__proto__.a' } }, { upper: { field: 'a.__proto__' } }], '{"__proto__":{"a":"b"},"a":{"__proto__":"c"}}'), '{"__proto__":{"a":"B"},"a":{"__proto__":"C"}}', 'names are data')
  t.equal(({} as Record<string, unknown>)['a'], undefined)
})

t.test('modifier/response-body: replacements that take too long, or make too long a text, end', { timeout: 60_000 }, async (t) => {
  const long = JSON.stringify({ a: 'a'.repeat(400_000) })
  await t.rejects(change([{ regexp: { field: 'a', find: 'a.*b|a', replace: 'c' } }], long), { code: 'FG_ERR_MODIFIERS_RESPONSE_BODY', status: 500, message: 'the response cannot be modified' })
  await t.rejects(change([{ regexp: { field: 'a', find: 'a', replace: 'b'.repeat(1000) } }], long), { code: 'FG_ERR_MODIFIERS_RESPONSE_BODY' })
})

async function start (t: Test, endpoints: Record<string, (url: string) => object>) {
  const { url: origin } = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":1.50,"name":"Mary"}') })
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, endpoints: Object.entries(endpoints).map(([endpoint, rest]) => ({ endpoint, ...rest(origin) })) } as unknown as Configuration, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (path: string) => {
    const { status, headers, body } = await call(url + path)
    return { status, completed: headers['x-krakend-completed'], body: String(body) }
  }
}

const to = (host: string, rest: object = {}) => ({ host: [host], url_pattern: '/x', ...rest })
const using = (...modifiers: object[]) => ({ extra_config: { [namespace]: { modifiers } } })

t.test('modifier/response-body: of a backend before the merge, of an endpoint behind it', async (t) => {
  const get = await start(t, {
    '/backend': (url) => ({ backend: [to(url, { group: 'a', mapping: { name: 'who' }, ...using({ upper: { field: 'a.who' } }) }), to(url, { group: 'b', ...using({ lower: { field: 'b.name' } }) })] }),
    '/endpoint': (url) => ({ backend: [to(url, { group: 'a' }), to(url, { group: 'b' })], ...using({ upper: { field: 'a.name' } }, { trim: { field: 'b.name', find: 'M' } }) }),
    '/static': (url) => ({ backend: [to(url)], extra_config: { proxy: { static: { data: { s: { t: 'text' } } } }, [namespace]: { modifiers: [{ regexp: { field: 's.t', find: '$', replace: '!' } }] } } })
  })
  t.same(JSON.parse((await get('/backend')).body), { a: { id: 1.5, who: 'MARY' }, b: { id: 1.5, name: 'mary' } })
  const { body, completed } = await get('/endpoint')
  t.same(JSON.parse(body), { a: { id: 1.5, name: 'MARY' }, b: { id: 1.5, name: 'ary' } })
  t.match(body, /"id":1\.50/, 'digits stay')
  t.equal(completed, 'true')
  for (let i = 0; i < 2; i++) t.same(JSON.parse((await get('/static')).body).s, { t: 'text!' }, 'static data is new for each request')
})

t.test('modifier/response-body: what cannot be done stops the start, with its place', async (t) => {
  const starts = (settings: unknown, level: object = {}) => start(t, { '/a': (url) => ({ backend: [to(url)], ...level, extra_config: { [namespace]: settings } }) })
  const field = 'a'
  await t.rejects(starts({ modifiers: [{ upper: { field }, lower: { field } }] }), { message: /modifiers\[0\].*has 2 modifiers \(upper, lower\)/s })
  await t.rejects(starts({ modifiers: [{ upper: { field } }, {}] }), { message: /modifiers\[1\].*has no modifier/s })
  await t.rejects(starts({ modifiers: [{ regexp: { field, find: '(', replace: '' } }] }), { message: /modifiers\[0\]\.regexp\.find.*not an expression in Go's syntax: .*missing closing \)/s })
  await t.rejects(starts({ modifiers: [{ literal: { field: 'a..b', find: 'x', replace: '' } }] }), { message: /literal\.field.*empty name/s })
  await t.rejects(starts({ modifiers: [{ literal: { field, find: '', replace: 'x' } }] }), { message: /literal\.find/ })
  await t.rejects(starts({ modifiers: [{ literal: { field, find: 'x' } }] }), { message: /"replace" is missing/ })
  await t.rejects(starts({ modifiers: [{ literal: { field, find: 'x', replce: 'y' } }] }), { message: /unknown key "replce".* would send what this should have replaced/s })
  await t.rejects(starts({}), { message: /"modifiers" is missing/ })
  await t.rejects(starts({ modifiers: [{ upper: { field } }] }, { output_encoding: 'no-op' }), { message: /"no-op"/ })
  await t.rejects(start(t, { '/a': (url) => ({ output_encoding: 'no-op', backend: [to(url, { encoding: 'no-op', ...using({ upper: { field } }) })] }) }), { message: /backend\[0\].*"no-op"/s })
})
