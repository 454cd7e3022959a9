import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import { gateway, type BackendScript, type EndpointScript, type ServiceScript } from '@floodgate/gateway'
import { checkConfiguration } from '@floodgate/inspect/check'
import { readShape } from '../../src/script/module/shape.ts'
import { runModule } from '../../src/script/module/load-module.ts'
import { namespace, script, start, writeFolder } from './support.ts'

t.test('floodgate.script at an endpoint: edits the request before its backends, and the merged response', async (t) => {
  const { send } = await start(t, {
    'e.mjs': `
    export default {
      request (request, context) {
        request.headers['X-New'] = 1
        delete request.headers['x-a']
        request.query.q = ['x y', 'z']
        request.query.added = 'yes'
        request.params.id = 'changed'
        context.state.path = request.path
      },
      async response (response, { state, options, endpoint, claims }) {
        await null
        response.status = 201
        response.headers['X-Out'] = [options.name, state.path]
        response.data.more = { claims, endpoint: endpoint.path, complete: response.complete }
      }
    }`
  }, { extra_config: script('./e.mjs', { name: 'n' }) })
  const { status, headers, body, seen } = await send({ path: '/a/7?q=1', headers: { 'x-a': '1' }, body: 'text' })
  t.match(seen, { url: '/b/changed?added=yes&q=x+y&q=z', body: 'text', headers: { 'x-new': '1', 'x-a': undefined } })
  t.equal(status, 201)
  t.equal(headers['x-out'], 'n, /a/7')
  t.same(JSON.parse(body), { a: 1, more: { claims: null, endpoint: '/a/{id}', complete: true } })
})

t.test('floodgate.script at a backend: sees the address, and edits what is called and what it answered', async (t) => {
  const { send } = await start(t, {
    'b.mjs': `
    export default {
      request (request) {
        const { method, path, url, params } = request
        request.method = 'PUT'
        request.url = url + '&more=' + [method, path, params.id].join('-')
        request.setBody(JSON.stringify({ a: 1 }), 'application/json')
      },
      response (response) { response.data = { was: response.data } }
    }`
  }, { input_query_strings: ['q'] }, { backend: { extra_config: script('b.mjs') } })
  const { body, seen } = await send({ path: '/a/7?q=1', body: 'text', headers: { 'content-type': 'text/plain' } })
  t.match(seen, { method: 'PUT', url: '/b/7?q=1&more=POST-/b/7-7', body: '{"a":1}', headers: { 'content-type': 'application/json', 'content-length': '7' } })
  t.same(JSON.parse(body), { was: { a: 1 } })
})

t.test('floodgate.script: incoming runs after authorization, and what it edits is filtered', async (t) => {
  const { send } = await start(t, {
    'i.mjs': `
    export default {
      async incoming (request, context) {
        const { user } = await request.json()
        if (user === 'no') return { status: 403, headers: { 'x-why': 'user' }, data: { error: 'no' } }
        if (user === 'text') return { body: 'plain' }
        if (user === 'throws') throw context.error(401, 'who?', 'text/x')
        request.headers['x-a'] = user
        request.headers['x-b'] = user
        request.params.id = 'p'
        request.query = { q: [request.query.q?.[0] + '!'], other: ['1'] }
        context.state.user = user
      },
      response (response, { state }) { response.data.user = state.user }
    }`
  }, { extra_config: script('./i.mjs') })
  const { seen, body } = await send({ path: '/a/7?q=1', body: '{"user":"ann"}' })
  t.match(seen, { url: '/b/p?q=1%21', body: '{"user":"ann"}', headers: { 'x-a': 'ann', 'x-b': undefined } })
  t.same(JSON.parse(body), { a: 1, user: 'ann' })
  t.match(await send({ body: '{"user":"no"}' }), { status: 403, headers: { 'x-why': 'user', 'content-type': /json/ }, body: '{"error":"no"}', seen: null })
  t.match(await send({ body: '{"user":"text"}' }), { status: 200, body: 'plain', seen: null })
  t.match(await send({ body: '{"user":"throws"}' }), { status: 401, headers: { 'content-type': 'text/x' }, body: 'who?', seen: null })
  t.match(await send({ body: 'no json' }), { status: 400, body: '', seen: null })
})

t.test('floodgate.script at the service: before every request but the health endpoint, and a function is enough', async (t) => {
  const { send } = await start(t, { 's.mjs': 'export default (request) => { if (request.headers["x-key"] !== "k") return { status: 401 } }' }, {}, { root: { extra_config: script('s.mjs') } })
  t.match(await send(), { status: 401, seen: null })
  t.match(await send({ path: '/nowhere' }), { status: 401 })
  t.match(await send({ path: '/__health', method: 'GET' }), { status: 200 })
  t.match(await send({ headers: { 'x-key': 'k' } }), { status: 200 })
  t.match(await send({ path: '/nowhere', headers: { 'x-key': 'k' } }), { status: 404 })
})

t.test('floodgate.script: a response that request returns is sent, and no backend is called', async (t) => {
  const module = `export default {
    request ({ query }) {
      if (query.q?.[0] === 'data') return { status: 202, headers: { 'X-Own': 'yes' }, data: { own: true } }
      if (query.q?.[0] === 'wrong') return { stauts: 200 }
      if (query.q?.[0] === 'body') return { body: 'b' }
    },
    response (response) { response.headers.after = '1' }
  }`
  const { send, log } = await start(t, { 'm.mjs': module }, { extra_config: script('m.mjs') })
  t.match(await send({ path: '/a/1?q=data' }), { status: 202, headers: { 'x-own': 'yes', after: undefined }, body: '{"own":true}', seen: null })
  t.match(await send({ path: '/a/1' }), { status: 200, headers: { after: '1' } })
  t.match(await send({ path: '/a/1?q=wrong' }), { status: 500, body: '', seen: null })
  t.match(log.at(-1), /request of m\.mjs .*of POST \/a\/\{id\} failed: it returned an object with the key \\"stauts\\"/)
  t.match(await send({ path: '/a/1?q=body' }), { status: 500 })
  const raw = await start(t, { 'm.mjs': module }, { output_encoding: 'no-op', extra_config: script('m.mjs') }, { backend: { encoding: 'no-op' } })
  t.match(await raw.send({ path: '/a/1?q=data' }), { status: 202, headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{"own":true}', seen: null })
  t.match(await raw.send({ path: '/a/1?q=body' }), { status: 200, headers: { 'content-length': '1' }, body: 'b', seen: null })
})

t.test('floodgate.script: errors name file and line in the log, and nothing in the answer', async (t) => {
  const { send, log } = await start(t, {
    'e.mjs': `import { fail } from './other.mjs'
export default {
  request ({ query }, context) {
    if (query.q?.[0] === 'own') throw new Error('secret detail')
    if (query.q?.[0] === 'other') fail()
    if (query.q?.[0] === 'value') throw 'text'
    if (query.q?.[0] === 'status') throw Object.assign(new Error('gone away'), { statusCode: 410 })
    if (query.q?.[0] === 'header') context.state.header = true
  },
  response (response, { state }) { if (state.header) response.headers['x-bad'] = 'a\\nb' }
}`,
    'other.mjs': 'export function fail () {\n  null.x()\n}'
  }, { extra_config: script('./e.mjs') })
  const failing = async (q: string) => { const { status, body } = await send({ path: `/a/1?q=${q}` }); return { status, body, line: JSON.parse(log.at(-1)!) } }
  const own = await failing('own')
  t.match(own, { status: 500, body: '', line: { code: 'FG_ERR_FOREIGN', msg: 'endpoint failed: the function request of ./e.mjs (floodgate.script) of POST /a/{id} failed at e.mjs:4:39: secret detail' } })
  t.match((await failing('other')).line.msg, /failed at e\.mjs:5:/)
  t.match((await failing('other')).line.err.stack, /other\.mjs:2:/)
  t.match((await failing('value')), { status: 500, line: { msg: /text/ } })
  t.match(await failing('status'), { status: 410, body: '', line: { detail: 'floodgate.script ./e.mjs of POST /a/{id} answered with status 410 at e.mjs:7:56' } })
  t.match(await failing('header'), { status: 500, line: { msg: /function response .*header/ } })
})

t.test('floodgate.script: the message of an error with a status is shown where the router shows error texts', async (t) => {
  const { send } = await start(t, { 'e.mjs': 'export default (_, context) => { throw Object.assign(new Error("gone away"), { statusCode: 410 }) }' }, { extra_config: script('./e.mjs') }, { root: { extra_config: { router: { return_error_msg: true } } } })
  t.match(await send(), { status: 410, body: 'gone away' })
})

t.test('floodgate.script: is bounded by the timeout of the endpoint, and learns of its end', async (t) => {
  const { send, log } = await start(t, {
    'e.mjs': `
    import { once } from 'node:events'
    export default { async request ({ query }, { signal, state }) {
      if (query.q[0] === 'never') await new Promise(() => {})
      if (query.q[0] === 'signal') { await once(signal, 'abort'); throw new Error('late') }
    } }`,
    'i.mjs': 'export default { incoming: () => new Promise(() => {}) }'
  }, { timeout: '50ms', extra_config: script('./e.mjs') })
  for (const q of ['never', 'signal']) {
    t.match(await send({ path: `/a/1?q=${q}` }), { status: 500, seen: null })
    t.match(log.at(-1), /had not ended at the timeout|deadline/)
  }
  const incoming = await start(t, { 'i.mjs': 'export default { incoming: () => new Promise(() => {}) }' }, { timeout: '50ms', extra_config: script('./i.mjs') })
  t.match(await incoming.send(), { status: 500, body: '', seen: null })
})

t.test('floodgate.script: numbers keep their digits where they are not changed', async (t) => {
  const { send } = await start(t, { 'n.mjs': 'export default { response ({ data }) { data.sum = data.price + data.n; data.n += 1; data.list[0].big++ } }' }, { extra_config: script('./n.mjs') }, { answer: '{"price":1.50,"n":2.0,"id":12345678901234567890,"list":[{"big":1e2},{"big":1e2}]}' })
  t.equal((await send()).body, '{"price":1.50,"n":3,"id":12345678901234567890,"list":[{"big":101},{"big":1e2}],"sum":3.5}')
})

t.test('floodgate.script with no-op: reads and replaces the body of a response', async (t) => {
  const { send } = await start(t, {
    'r.mjs': `export default { async response (response, { incoming }) {
    if (incoming.headers['x-a'] === 'read') { response.headers['x-length'] = (await response.bytes()).length; return }
    if (response.data !== null) throw new Error('no document was expected')
    response.setBody((await response.text()).toUpperCase(), 'text/x')
  } }`
  }, { output_encoding: 'no-op', extra_config: script('./r.mjs') }, { backend: { encoding: 'no-op' }, answer: 'some text', type: 'text/plain' })
  t.match(await send(), { status: 200, headers: { 'content-type': 'text/x', 'content-length': '9', etag: undefined }, body: 'SOME TEXT' })
  t.match(await send({ headers: { 'x-a': 'read' } }), { headers: { 'x-length': '9', etag: '"1"', 'content-type': 'text/plain' }, body: 'some text' })
})

t.test('floodgate.script: fetch goes through the client of the service', async (t) => {
  const { send } = await start(t, {
    'f.mjs': `export default { async request (request, { fetch, options }) {
    const response = await fetch(options.url)
    request.headers['x-fetched'] = response.status + ' ' + await response.text()
  } }`
  }, { extra_config: script('./f.mjs', { url: 'ORIGIN/other' }) })
  t.match((await send()).seen?.url, '/other')
})

t.test('floodgate.script: what cannot be used stops the start and is found by check, which runs nothing', async (t) => {
  const { send: _, ...served } = await start(t, { 'ok.mjs': 'export default () => {}' }, { extra_config: script('./ok.mjs') })
  t.same([...served.app.floodgate.get().files], [join(served.folder, 'ok.mjs')], 'a reload watches it')
  const cases: [string, string, RegExp, boolean?][] = [
    ['endpoint', 'export default {', /2:17: Unexpected token/],
    ['endpoint', 'const a = 1\nexport const b = a', /no default export/],
    ['endpoint', 'export default { reqest () {} }', /"reqest" of its default export is unknown: did you mean "request"\?/],
    ['endpoint', 'export default {}', /has no function/],
    ['endpoint', 'export default 7', /default export is a number/, true],
    ['endpoint', 'export default { request: 7 }', /"request" of its default export is a number: expected a function/, true],
    ['backend', 'export default { incoming () {} }', /"incoming" of its default export is never called at a backend/],
    ['service', 'export default { request () {} }', /"request" of its default export is never called at the service/],
    ['endpoint', 'throw new Error("at the start")\nexport default () => {}', /m\.mjs:2:7: at the start/, true],
    ['endpoint', 'import "./nothing.mjs"\nexport default () => {}', /nothing\.mjs/, true]
  ]
  for (const [level, source, message, onlyWhenRun = false] of cases) {
    const folder = writeFolder(t, { 'm.mjs': `globalThis.scriptHasRun = true\n${source}` })
    const own = (at: string) => at === level ? { extra_config: script('./m.mjs') } : {}
    const backend = { host: ['http://a.example.com'], url_pattern: '/', ...own('backend') }
    const file = join(folder, 'krakend.json')
    writeFileSync(file, JSON.stringify({ version: 3, ...own('service'), endpoints: [{ endpoint: '/a', backend: [backend], ...own('endpoint') }] }, null, 2))
    const found = (await checkConfiguration(file, { env: {} })).filter(({ severity }) => severity === 'error')
    t.notOk('scriptHasRun' in globalThis)
    if (onlyWhenRun) t.same(found, [], 'only running it tells')
    else {
      t.match(found, [{ file, line: Number, message }], source)
      t.same(found[0]!.place.slice(-3), ['extra_config', namespace, 'module'])
    }
    const app = Fastify()
    await t.rejects((async () => { await app.register(gateway, { config: file, env: {} }) })(), { message }, source)
    await app.close()
    Reflect.deleteProperty(globalThis, 'scriptHasRun')
  }
  for (const [settings, message] of [[{}, /module/], [{ module: './none.mjs' }, /there is no such file/], [{ module: '.' }, /folder/], [{ module: './m.mjs', modul: 1 }, /unknown key "modul"/]] as const) {
    const problems = await checkConfiguration({ version: 3, endpoints: [{ endpoint: '/a', extra_config: { [namespace]: settings }, backend: [{ host: ['http://a'], url_pattern: '/' }] }] }, { env: {}, cwd: writeFolder(t, { 'm.mjs': 'export default () => {}' }) })
    t.match(problems.map((problem) => problem.message).join('\n'), message)
  }
})

t.test('floodgate.script: a module has bounds', async (t) => {
  const folder = writeFolder(t, { 'large.mjs': `export default () => {}\n${'/'.repeat(1024 * 1024)}` })
  const config = { version: 3, endpoints: [{ endpoint: '/a', extra_config: script('./large.mjs'), backend: [{ host: ['http://a'], url_pattern: '/' }] }] }
  t.match(await checkConfiguration(config, { env: {}, cwd: folder }), [{ message: /larger than 1 MiB/ }])
  const endless = 'await new Promise(() => {})\nexport default () => {}'
  const file = join(writeFolder(t, { 'endless.mjs': endless }), 'endless.mjs')
  await t.rejects(runModule(file, endless, 5), /had not been loaded after 5 ms/)
})

t.test('floodgate.script: a module that has changed is run again', async (t) => {
  const folder = writeFolder(t, {})
  const file = join(folder, 'm.mjs')
  const load = async (source: string) => {
    writeFileSync(file, source)
    return await runModule(file, source)
  }
  const first = await load('export default { request () {} }')
  t.equal(await load('export default { request () {} }'), first, 'one that has not is not')
  t.match(Object.keys(await load('export default { response () {} }') as object), ['response'])
})

t.test('files that features read: a reload watches them', async (t) => {
  const folder = writeFolder(t, { 'body.tmpl': '{}', 'query.graphql': '{ a }', 'schema.json': '{"type":"object"}' })
  const [template, query, schema] = ['body.tmpl', 'query.graphql', 'schema.json'].map((name) => join(folder, name)) as [string, string, string]
  const app = Fastify()
  t.teardown(() => app.close())
  const backend = { host: ['http://a.example.com'], url_pattern: '/', extra_config: { 'backend/graphql': { type: 'query', query_path: query } } }
  const endpoint = { endpoint: '/a', method: 'POST', backend: [backend], extra_config: { 'validation/json-schema': { $ref: schema }, 'modifier/request-body-generator': { path: template } } }
  await app.register(gateway, { config: { version: 3, endpoints: [endpoint] } as never, env: {} })
  t.same([...app.floodgate.get().files].toSorted(), [template, query, schema])
})

t.test('floodgate.script: the types fit what modules export', (t) => {
  const service: ServiceScript = { incoming: ({ headers }) => headers['x-key'] === undefined ? { status: 401 } : undefined }
  const endpoint: EndpointScript<{ readonly most: number }> = {
    async incoming (request, context) {
      const { n } = await request.json()
      if (n > context.options.most) throw context.error(400, 'too many')
    },
    request (request, { state, claims }) {
      request.query['by'] = [String(claims?.['sub'])]
      state['method'] = request.method
    },
    response (response) { if (response.data !== null) response.data['ok'] = response.complete }
  }
  const backend: BackendScript = async (request, { fetch }) => {
    request.url = await (await fetch('http://addresses.internal')).text()
    // @ts-expect-error -- the path follows from the URL
    request.path = '/'
  }
  for (const [exported, level] of [[service, 'service'], [endpoint, 'endpoint'], [backend, 'backend']] as const) t.type(readShape(exported, level), 'object')
  t.end()
})

t.test('floodgate.script: what cannot be read, or sent, of a thrown value is a 500', async (t) => {
  for (const thrown of [
    "Object.defineProperty(new Error('x'), 'message', { get () { throw new Error('hidden') } })",
    "Object.assign(new Error('x'), { message: Symbol('q') })",
    'new Proxy({}, { get () { throw 1 }, getPrototypeOf () { throw 1 } })',
    'context.error(418, { a: 1 })',
    "context.error(418, 'x', 'text/plain\\r\\nX: 1')"
  ]) {
    for (const phase of ['incoming', 'request', 'response']) {
      const { send } = await start(t, { 'e.mjs': `export default { async ${phase} (_message, context) { throw ${thrown} } }` }, { extra_config: script('./e.mjs') })
      t.equal((await send({ path: '/a/7' })).status, 500, `${phase}: ${thrown}`)
    }
  }
})
