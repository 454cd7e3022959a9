import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { gateway, type Configuration } from '@floodgate/gateway'

const namespace = 'modifier/jmespath'
const students = '{"students":[{"name":"Bill","age":23,"id":12345678901234567890},{"name":"Mary","age":16,"id":1.50}],"mixed":[1,"a"]}'

async function start (t: Test, endpoints: Record<string, (url: string) => object>) {
  const { url: origin } = await startOrigin(t, (request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(request.url === '/list' ? '[3,1,2]' : students) })
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, extra_config: { router: { return_error_msg: true } }, endpoints: Object.entries(endpoints).map(([endpoint, rest]) => ({ endpoint, ...rest(origin) })) } as unknown as Configuration, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (path: string) => {
    const { status, headers, body } = await call(url + path)
    return { status, completed: headers['x-krakend-completed'], body: String(body) }
  }
}

const to = (host: string, rest: object = {}) => ({ host: [host], url_pattern: '/x', ...rest })
const using = (expr: string, others: object = {}) => ({ extra_config: { [namespace]: { expr }, ...others } })

t.test('modifier/jmespath: the result takes the place of the data, wrapped where it is no object', async (t) => {
  const get = await start(t, {
    '/list': (url) => ({ backend: [to(url)], ...using('students[?age > `18`].name') }),
    '/object': (url) => ({ backend: [to(url)], ...using('{ids: students[*].id, first: students[0].name}') }),
    '/scalar': (url) => ({ backend: [to(url)], ...using('students[0].id') }),
    '/null': (url) => ({ backend: [to(url)], ...using('none') }),
    '/collection': (url) => ({ output_encoding: 'json-collection', backend: [to(url)], ...using('students[*].name') }),
    '/xml': (url) => ({ output_encoding: 'xml', backend: [to(url)], ...using('{id: students[0].id}') }),
    '/failing': (url) => ({ backend: [to(url)], ...using('sort(mixed)') })
  })
  t.match(await get('/list'), { status: 200, completed: 'true', body: '{"collection":["Bill"]}' })
  t.match(await get('/object'), { body: '{"ids":[12345678901234567890,1.50],"first":"Bill"}' })
  t.match(await get('/scalar'), { completed: 'true', body: '{"content":12345678901234567890}' })
  t.match(await get('/null'), { status: 200, completed: 'false', body: '{}' })
  t.match(await get('/collection'), { body: '["Bill","Mary"]' })
  t.match(await get('/xml'), { body: /<id>12345678901234567890<\/id>/ })
  t.match(await get('/failing'), { status: 500, completed: 'false', body: 'the response cannot be modified' })
})

t.test('modifier/jmespath: of a backend its shaped data, of an endpoint what is merged, behind static data and flatmap', async (t) => {
  const get = await start(t, {
    '/backend': (url) => ({ backend: [to(url, { group: 'a', ...using('{a: a.students[*].name}') }), to(url, { url_pattern: '/list', encoding: 'safejson', ...using('collection | sort(@)') })] }),
    '/endpoint': (url) => ({ backend: [to(url, { group: 'a' }), to(url, { group: 'b', target: 'mixed', is_collection: false })], ...using('[a.students[0].name, s]', { proxy: { static: { data: { s: 1 } } } }) }),
    '/flatmap': (url) => ({ backend: [to(url), to(url, { group: 'b' })], ...using('people[*].name', { proxy: { flatmap_filter: [{ type: 'move', args: ['students', 'people'] }] } }) }),
    '/partial': (url) => ({ backend: [to(url, { group: 'a', ...using('sort(a.mixed)') }), to(url, { group: 'b' })], ...using('{a: a, b: b.mixed}') })
  })
  t.same(JSON.parse((await get('/backend')).body), { a: ['Bill', 'Mary'], collection: [1, 2, 3] })
  t.match(await get('/endpoint'), { body: '{"collection":["Bill",1]}' })
  t.match(await get('/flatmap'), { body: '{"collection":["Bill","Mary"]}' })
  t.match(await get('/partial'), { status: 200, completed: 'false', body: '{"a":null,"b":[1,"a"]}' }, 'a backend whose expression fails is a failed part')
})

t.test('modifier/jmespath: what cannot be evaluated stops the start, with its place', async (t) => {
  await t.rejects(start(t, { '/a': (url) => ({ backend: [to(url)], ...using('students[') }) }), { message: /endpoints\[0\].*\.expr.*not a JMESPath expression: the expression ends too early/s })
  await t.rejects(start(t, { '/a': (url) => ({ backend: [to(url, using('sorted(a)'))] }) }), { message: /backend\[0\].*unknown function sorted\(\)/s })
  await t.rejects(start(t, { '/a': (url) => ({ output_encoding: 'no-op', backend: [to(url, { encoding: 'no-op' })], ...using('a') }) }), { message: /"no-op"/ })
  await t.rejects(start(t, { '/a': (url) => ({ backend: [to(url)], extra_config: { [namespace]: { expression: 'a' } } }) }), { message: /unknown key "expression"/ })
})
