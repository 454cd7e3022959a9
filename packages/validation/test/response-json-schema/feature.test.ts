import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { startOrigin } from '@floodgate/testing'
import { gateway, type Configuration } from '@floodgate/gateway'

const namespace = 'validation/response-json-schema'

async function start (t: Test, endpoints: Record<string, (url: string) => object>, { answer = '{"id":12345678901234567890,"tags":["a"]}', router = {} }: { answer?: string, router?: object } = {}) {
  const { url: origin } = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(answer) })
  const config = { version: 3, extra_config: { router }, endpoints: Object.entries(endpoints).map(([endpoint, rest]) => ({ endpoint, ...rest(origin) })) }
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(gateway, { config: config as unknown as Configuration, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (path: string) => {
    const response = await request(url + path)
    return { status: response.statusCode, type: response.headers['content-type'], completed: response.headers['x-krakend-completed'], body: await response.body.text() }
  }
}

const to = (host: string, rest: object = {}) => ({ host: [host], url_pattern: '/x', ...rest })
const good = { type: 'object', required: ['id'], properties: { id: { type: 'integer', exclusiveMaximum: 12345678901234567000, minimum: 1 } } }
const fits = { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1 } } }

t.test('validation/response-json-schema: data of an endpoint is validated, and stays as it came', async (t) => {
  const get = await start(t, {
    '/fits': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: fits } } }),
    '/plain': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: { required: ['nope'] } } } }),
    '/exact': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: good } } }),
    '/own': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: { required: ['nope'] }, error: { status: 502, body: '{"why":"schema"}', content_type: 'application/problem+json' } } } }),
    '/status': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: false, error: { status: 503 } } } }),
    '/merged': (url) => ({ backend: [to(url, { group: 'a' }), to(url, { group: 'b' })], extra_config: { [namespace]: { schema: { required: ['a', 'b', 'c'] } } } }),
    '/static': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: { required: ['s'] } }, proxy: { static: { strategy: 'always', data: { s: 1 } } } } }),
    '/raw': (url) => ({ output_encoding: 'no-op', backend: [to(url, { encoding: 'no-op' })], extra_config: { [namespace]: { schema: false } } })
  }, { router: { return_error_msg: true } })
  t.match(await get('/fits'), { status: 200, completed: 'true', body: '{"id":12345678901234567890,"tags":["a"]}' })
  t.match(await get('/plain'), { status: 500, type: 'text/plain; charset=utf-8', body: "- at '': missing property 'nope'" })
  t.match(await get('/exact'), { status: 500, body: /^- at '\/id': exclusiveMaximum: / })
  t.match(await get('/own'), { status: 502, type: 'application/problem+json', body: '{"why":"schema"}' })
  t.match(await get('/status'), { status: 503, body: "- at '': false schema" })
  t.match(await get('/merged'), { status: 500, body: "- at '': missing property 'c'" })
  t.match(await get('/static'), { status: 200 })
  t.match(await get('/raw'), { status: 200, body: '{"id":12345678901234567890,"tags":["a"]}' })
})

t.test('validation/response-json-schema: only a body of its own is shown without return_error_msg', async (t) => {
  const get = await start(t, {
    '/plain': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: false } } }),
    '/own': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: false, error: { body: 'no', status: 400 } } } })
  })
  t.match(await get('/plain'), { status: 500, body: '' })
  t.match(await get('/own'), { status: 400, type: 'text/plain', body: 'no' })
})

t.test('validation/response-json-schema: data of a backend is validated as it was shaped; one that fails is a failed part', async (t) => {
  const backend = (schema: unknown, error?: object) => ({ allow: ['id'], extra_config: { [namespace]: { schema, ...(error && { error }) } } })
  const get = await start(t, {
    '/one': (url) => ({ backend: [to(url, backend({ required: ['tags'] }, { status: 404 }))] }),
    '/shaped': (url) => ({ backend: [to(url, backend({ required: ['id'], maxProperties: 1 }))] }),
    '/merged': (url) => ({ backend: [to(url, { group: 'a' }), to(url, { group: 'b', ...backend({ required: ['tags'] }, { status: 404 }) })] })
  }, { router: { return_error_msg: true } })
  t.match(await get('/one'), { status: 404, body: "- at '': missing property 'tags'" })
  t.match(await get('/shaped'), { status: 200, body: '{"id":12345678901234567890}' })
  t.match(await get('/merged'), { status: 200, completed: 'false', body: '{"a":{"id":12345678901234567890,"tags":["a"]}}' })
})

t.test('validation/response-json-schema: a schema that cannot be used stops the start', async (t) => {
  await t.rejects(start(t, { '/a': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: { type: 'nope' } } } }) }), { message: /endpoints\[0\].*schema\.type/s })
  await t.rejects(start(t, { '/a': (url) => ({ backend: [to(url)], extra_config: { [namespace]: {} } }) }), { message: /"schema" is missing/ })
  await t.rejects(start(t, { '/a': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { schema: {}, errors: {} } } }) }), { message: /unknown key "errors"/ })
})

t.test('validation/response-json-schema: numbers that JSON does not have', async (t) => {
  const yaml = (schema: object) => (url: string) => ({ backend: [to(url, { encoding: 'yaml' })], extra_config: { [namespace]: { schema: { properties: { a: schema } } } } })
  const get = await start(t, { '/max': yaml({ maximum: 5 }), '/multiple': yaml({ multipleOf: 2 }) }, { answer: 'a: .inf\n' })
  for (const path of ['/max', '/multiple']) t.match(await get(path), { status: 500 }, path)
})
