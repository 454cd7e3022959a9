import http2 from 'node:http2'
import Fastify from 'fastify'
import t from 'tap'
import { gateway } from '@floodgate/gateway'
import { readAll, startOrigin } from '@floodgate/testing'
import { endpoint, serve } from '../support/serve.ts'

t.test('modifier/lua-endpoint: reads and changes the client\'s request', async (t) => {
  const send = await serve(t, {
    endpoint: {
      method: 'POST',
      input_headers: ['*'],
      input_query_strings: ['*'],
      ...endpoint({
        pre: `local c = ctx.load()
        c:headers('X-Seen', c:method() .. '|' .. c:url() .. '|' .. c:query('q') .. c:query('none') .. '|' .. c:params('id') .. c:params('none') .. '|' .. c:params():get('id') .. '|' .. c:headers('x-in') .. c:headers('none') .. '|' .. c:headers():get('X-In'):get(0) .. '|' .. c:headerList('X-Twice'):len() .. '|' .. c:body())
        c:headers('X-In', nil)
        local list = luaList.new() list:set(0, '3') list:set(1, '4') c:headerList('X-Twice', list)
        c:query('q', 'ä')
        c:params('id', 'other')
        c:body(c:body() .. 'ü')`
      })
    },
    backend: { method: 'POST' }
  })
  const { status, seen } = await send('/a/7?r=2&q=1', { method: 'POST', body: 'ö', headers: { 'x-in': 'in', 'x-twice': ['1', '2'], 'content-type': 'text/plain' } })
  t.equal(status, 200)
  t.match(seen, [{ url: '/b/other?q=%C3%A4&r=2', body: 'öü', headers: { 'x-seen': Buffer.from('POST|/a/7?r=2&q=1|1|7|7|in|in|2|ö').toString('latin1'), 'x-twice': '3, 4', 'content-length': '4' } }])
  t.equal(seen[0]!.headers['x-in'], undefined)
})

t.test('modifier/lua-endpoint: the host, the address, the method', async (t) => {
  const send = await serve(t, {
    endpoint: { input_headers: ['*'], input_query_strings: ['*'], ...endpoint({ pre: "local c = ctx.load() c:headers('X-Host', c:host()) c:url('/elsewhere?q=new') c:headers('X-Url', c:url()) c:method('PUT') c:headers('X-Method', c:method())" }) }
  })
  const { seen } = await send('/a/7', { headers: { host: 'shop.test' } })
  t.match(seen, [{ method: 'GET', url: '/b/7?q=new', headers: { 'x-host': 'shop.test', 'x-url': '/elsewhere?q=new', 'x-method': 'PUT' } }])
})

t.test('modifier/lua-endpoint: a body where there was none, and one that is not read', async (t) => {
  const options = { endpoint: { input_headers: ['*'], ...endpoint({ pre: "ctx.load():body('made')" }) }, backend: { method: 'POST' } }
  t.match((await (await serve(t, options))('/a/7')).seen, [{ body: 'made' }])
  const post = await serve(t, { ...options, endpoint: { ...options.endpoint, method: 'POST' } })
  t.match((await post('/a/7', { method: 'POST' })).seen, [{ body: 'made' }])
  t.match((await post('/a/7', { method: 'POST', headers: { 'content-type': 'text/plain' } })).seen, [{ body: 'made' }])
  t.match((await post('/a/7', { method: 'POST', body: 'client', headers: { 'content-type': 'text/plain' } })).seen, [{ body: 'made', headers: { 'content-length': '4' } }])
})

t.test('modifier/lua-endpoint: an error is answered with its status, without a body', async (t) => {
  for (const [pre, status, type] of [["custom_error('no', 451)", 451], ["custom_error('no', 403, 'text/x')", 403, 'text/x'], ["custom_error('no')", 500], ["error('no')", 500], ['no lua', 500], ["custom_error('no', 7)", 500]] as const) {
    const send = await serve(t, { service: { extra_config: { router: { return_error_msg: true } } }, endpoint: endpoint({ pre }) })
    const { headers, text, ...answer } = await send()
    t.match({ ...answer, text }, { status, text: '', seen: [] }, pre)
    t.equal(headers['content-type'], type, pre)
    t.equal(headers['x-krakend-completed'], undefined, pre)
  }
})

t.test('modifier/lua-endpoint at the service: before every request; errors are 500', async (t) => {
  const send = await serve(t, {
    service: { extra_config: { 'modifier/lua-endpoint': { pre: "local c = ctx.load() if c:headers('X-Refuse') ~= '' then custom_error('no', 403) end c:headers('X-Lua', c:url()) if c:method() == 'POST' then c:body(c:body() .. '!') end" } } },
    endpoint: { input_headers: ['*'], method: 'POST' },
    backend: { method: 'POST' }
  })
  t.match((await send('/a/7', { method: 'POST', body: 'b' })).seen, [{ headers: { 'x-lua': '/a/7' }, body: 'b!' }])
  t.match(await send('/a/7', { method: 'POST', headers: { 'x-refuse': '1' } }), { status: 500, text: '', seen: [] })
  t.match(await send('/none', { headers: { 'x-refuse': '1' } }), { status: 500 }, 'also where there is no route')
  t.match(await send('/none'), { status: 404 })
})

t.test('modifier/lua-endpoint: a body that is too large is refused', async (t) => {
  const send = await serve(t, { service: { extra_config: { floodgate: { max_request_body: 10 } } }, endpoint: { method: 'POST', ...endpoint({ pre: 'ctx.load():body()' }) } })
  t.match(await send('/a/7', { method: 'POST', body: 'x'.repeat(11) }), { status: 413, seen: [] })
})

t.test('modifier/lua-endpoint: a script that waits for its own request goes on', async (t) => {
  const send = await serve(t, { endpoint: { input_headers: ['*'], ...endpoint({ pre: "ctx.load():headers('X-Status', http_response.new('ORIGIN/own'):statusCode())" }) } })
  t.match((await send()).seen, [{ url: '/own' }, { url: '/b/7', headers: { 'x-status': '200' } }])
})

t.test('modifier/lua-endpoint: a header that a script sets cannot be dropped or imitated by the client', async (t) => {
  const send = await serve(t, { endpoint: { input_headers: ['*'], ...endpoint({ pre: "ctx.load():headers('X-User', 'script')" }) } })
  const { seen } = await send('/a/7', { headers: { connection: 'close, X-User', 'x-user': 'client', x_user: 'client' } })
  t.match(seen, [{ headers: { 'x-user': 'script' } }])
  t.equal(seen[0]!.headers['x_user'], undefined)
})

t.test('modifier/lua-endpoint: over HTTP/2', async (t) => {
  const origin = await startOrigin(t, (request, response) => { readAll(request).then((body) => { response.end(JSON.stringify({ url: request.url, header: request.headers['x-lua'], body: String(body) })) }).catch(() => { response.destroy() }) })
  const app = Fastify({ http2: true })
  t.teardown(() => app.close())
  const pre = "local c = ctx.load() c:headers('X-Lua', c:host() .. c:method() .. c:headers():len()) c:query('q', 'new') c:body(c:body() .. '!')"
  await app.register(gateway, { config: { version: 3, endpoints: [{ endpoint: '/a', method: 'POST', input_headers: ['*'], input_query_strings: ['*'], ...endpoint({ pre }), backend: [{ host: [origin.url], url_pattern: '/b', method: 'POST' }] }] }, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const session = http2.connect(url)
  t.teardown(() => { session.destroy() })
  const stream = session.request({ ':path': '/a?q=old', ':method': 'POST', 'x-one': '1' })
  stream.end('body')
  t.match(JSON.parse(String(await readAll(stream))), { url: '/b?q=new', body: 'body!', header: `${new URL(url).host}POST1` })
})

t.test('modifier/lua-endpoint: a content type of custom_error that HTTP does not allow, after the body was read', async (t) => {
  const send = await serve(t, {
    endpoint: { method: 'POST', ...endpoint({ pre: "ctx.load():body() custom_error('x', 418, 'text/plain\\r\\nX-Evil: 1\\0')" }) },
    backend: { method: 'POST' }
  })
  const { status, headers } = await send('/a/7', { method: 'POST', body: 'b', headers: { 'content-type': 'text/plain' } })
  t.equal(status, 418)
  t.equal(headers['content-type'], 'text/plain  X-Evil: 1')
  t.equal(headers['x-evil'], undefined)
})

t.test('modifier/lua-endpoint: a request of a script ends when the client leaves', async (t) => {
  const controller = new AbortController()
  let ended = (): void => {}
  const end = new Promise<void>((resolve) => { ended = resolve })
  // Never answers.
  const other = await startOrigin(t, (_request, response) => {
    response.on('close', ended)
    controller.abort()
  })
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  const config = { version: 3, endpoints: [{ endpoint: '/a', timeout: '1h', ...endpoint({ pre: `http_response.new('${other.url}')` }), backend: [{ host: [other.url], url_pattern: '/' }] }] }
  await app.register(gateway, { config, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await t.rejects(fetch(`${url}/a`, { signal: controller.signal }))
  await end
})
