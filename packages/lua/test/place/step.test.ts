import t from 'tap'
import { backend, messages, proxy, serve } from '../support/serve.ts'

const shown = { service: { extra_config: messages } }

t.test('modifier/lua-proxy: changes of the request reach the backend', async (t) => {
  const send = await serve(t, {
    endpoint: {
      input_headers: ['X-In', 'X-Twice'],
      input_query_strings: ['q', 'r'],
      ...proxy({
        pre: `local r = request.load()
        r:headers('X-Out', r:headers('x-in') .. '|' .. r:method() .. '|' .. r:path() .. '|' .. r:query() .. '|' .. r:url() .. '|' .. r:params('Id') .. '|' .. r:params():len())
        local list = luaList.new() list:set(0, 'a') list:set(1, 'b')
        r:headerList('X-List', list)
        r:headers('X-Lists', r:headerList('X-Twice'):len() .. ' ' .. r:headers():get('X-In'):get(0))
        r:headers('X-In', nil)
        r:params('Id', 'ä b')
        r:query('z=1&a=ä&z=2')
        r:method('PUT') r:path('/elsewhere') r:headers('X-Path', r:path() .. r:method())`
      })
    }
  })
  const { status, seen } = await send('/a/7?r=2&q=1&other=3', { headers: { 'x-in': 'in', 'x-twice': ['1', '2'] } })
  t.equal(status, 200)
  t.match(seen, [{ method: 'GET', headers: { 'x-out': 'in|GET|/a/7|q=1&r=2||7|1', 'x-list': 'a, b', 'x-lists': '2 in', 'x-path': '/elsewherePUT' } }])
  t.equal(seen[0]!.headers['x-in'], undefined)
  t.match(seen[0]!.url, /^\/b\/%C3%A4%20b\?a=%C3%A4&z=1&z=2$/)
})

t.test('modifier/lua-proxy: a parameter does not leave its place in the path', async (t) => {
  const send = await serve(t, { endpoint: proxy({ pre: "request.load():params('Id', '../admin')" }) })
  const { status, seen } = await send()
  t.not(status, 200)
  t.same(seen, [])
})

t.test('modifier/lua-proxy: the body is read and replaced', async (t) => {
  const send = await serve(t, { endpoint: { method: 'POST', input_headers: ['*'], ...proxy({ pre: "local r = request.load() r:body(r:body() .. '!ä') r:headers('X-Length', #r:body())" }) }, backend: { method: 'POST' } })
  const { seen } = await send('/a/7', { method: 'POST', body: 'ü', headers: { 'content-type': 'text/plain' } })
  t.match(seen, [{ method: 'POST', body: 'ü!ä', headers: { 'content-length': '5', 'x-length': '5', 'content-type': 'text/plain' } }])
  t.match((await send('/a/7', { method: 'POST' })).seen, [{ body: '!ä' }])
})

t.test('modifier/lua-proxy: the response', async (t) => {
  const send = await serve(t, {
    endpoint: proxy({
      pre: 'kept = 1',
      post: `local r = response.load()
        local d = r:data()
        d:set('kept', kept + 1) d:del('s') d:set('state', r:statusCode()) d:set('complete', r:isComplete())
        d:get('o'):set('p', 'ä') d:get('l'):get(2):set('k', luaNil.new())
        r:headers('X-One', 'é') r:headers('X-Two', 'b') r:headers('X-Two', nil)
        d:set('header', r:headers('X-One') .. r:headers('x-one'))
        r:isComplete(false)`
    })
  })
  const { json, headers } = await send()
  t.same(json, { a: 1, n: null, l: [1, 2, { k: null }], o: { p: 'ä' }, kept: 2, state: 0, complete: true, header: 'é' })
  t.match(headers, { 'x-krakend-completed': 'false' })
  t.equal(headers['x-two'], undefined)
})

t.test('modifier/lua-proxy: what passes undecoded', async (t) => {
  const send = await serve(t, {
    endpoint: { output_encoding: 'no-op', ...proxy({ post: "local r = response.load() r:headers('X-Was', r:statusCode() .. r:headers('X-Up') .. r:headers('x-up')) r:statusCode(201) r:body(r:body():gsub('x', 'ä')) r:data():set('no', 1)", allow_open_libs: true }) },
    backend: { encoding: 'no-op' },
    answer: { status: 202, headers: { etag: '"1"' }, body: 'xyx' }
  })
  const { status, text, headers } = await send()
  t.match({ status, text }, { status: 201, text: 'äyä' })
  t.match(headers, { 'content-length': '5', 'x-was': '202u' })
  t.equal(headers['etag'], undefined)
})

t.test('modifier/lua-proxy: skip_next', async (t) => {
  const send = await serve(t, { endpoint: { method: 'POST', ...proxy({ skip_next: true, pre: "who = request.load():params('Id')", post: "local r = response.load() r:data():set('who', who) r:headers('X-C', tostring(r:isComplete()))" }) } })
  const { json, seen, headers } = await send('/a/7', { method: 'POST', body: 'unread' })
  t.same(json, { who: '7' })
  t.same(seen, [])
  t.match(headers, { 'x-c': 'false', 'x-krakend-completed': 'false' })
})

t.test('errors of scripts: what clients get', async (t) => {
  const cases: [pre: string, status: number, text: string, type?: RegExp][] = [
    ["custom_error('no', 418)", 418, 'no'],
    ["custom_error('no')", 500, 'no'],
    ["custom_error('{\"ä\":1}', 403, 'application/json')", 403, '{"ä":1}', /^application\/json$/],
    ["custom_error('a || b', 409)", 409, 'a || b'],
    ["custom_error('no', 42)", 500, 'no'],
    ["custom_error('no', 99999)", 500, 'no'],
    ["custom_error('no', 451.9)", 451, 'no'],
    ["custom_error('no', 599)", 599, 'no'],
    ["custom_error('no', 100)", 500, 'no'],
    ["custom_error('no', 0)", 500, 'no'],
    ['response.load()', 500, "attempt to index a non-table object(nil) with key 'load' (pre-script:L1)"],
    ['ctx.load()', 500, "attempt to index a non-table object(nil) with key 'load' (pre-script:L1)"],
    ["custom_error('no', '404')", 404, 'no'],
    ['custom_error()', 500, 'need arguments (pre-script:L1)'],
    ['custom_error({})', 500, 'bad argument #1 to custom_error (string expected, got table) (pre-script:L1)'],
    ["\nerror('boom')", 500, 'boom (pre-script:L2)'],
    ["error('boom', 0)", 500, 'boom (pre-script:L1)'],
    ['error({})', 500, ''],
    ["local ok, e = pcall(custom_error, 'in', 404) error(e, 0)", 404, 'in'],
    ["pcall(custom_error, 'in', 404)", 200, ''],
    ['local x = nil; x.y = 1', 500, "attempt to index a non-table object(nil) with key 'y' (pre-script:L1)"],
    ['nothing()', 500, 'attempt to call a non-function object (pre-script:L1)'],
    ["request.load():headerList('X', 's')", 500, 'invalid header value, must be a luaList (pre-script:L1)'],
    ["string.upper('a')", 500, "attempt to index a non-table object(nil) with key 'upper' (pre-script:L1)"],
    ["request.load().headers(luaNil.new(), 'X')", 500, 'request expected (pre-script:L1)'],
    ["request.load():headers('X', 'a\\r\\nb')", 500, 'invalid header "X": a name or a value with characters that HTTP does not allow (pre-script:L1)'],
    ['this is no lua', 500, "'is': parse error (pre-script:L1)"],
    ['local x = (1 +', 500, 'parse error at EOF (pre-script:L0)'],
    ['luaTable.get = nil', 500, 'attempt to change a table of the gateway (pre-script:L1)']
  ]
  for (const [pre, status, text, type] of cases) {
    const send = await serve(t, { ...shown, endpoint: proxy({ pre }) })
    const answer = await send()
    t.equal(answer.status, status, pre)
    if (status === 200) continue
    t.match(answer.headers['content-type'], type ?? /^text\/plain; charset=utf-8$/, pre)
    if (text !== '') t.equal(answer.text, text, pre)
    t.same(answer.seen, [], pre)
  }
})

t.test('errors of scripts: without return_error_msg the body is empty', async (t) => {
  for (const pre of ["custom_error('no', 418)", "custom_error('no', 418, 'text/html')"]) {
    const { status, text, headers } = await (await serve(t, { endpoint: proxy({ pre }) }))()
    t.match({ status, text, completed: headers['x-krakend-completed'] }, { status: 418, text: '', completed: 'false' })
  }
})

t.test('errors of scripts: in post, the backend has been asked', async (t) => {
  const send = await serve(t, { ...shown, endpoint: proxy({ post: "custom_error('late', 409)" }) })
  t.match(await send(), { status: 409, text: 'late', seen: [{ url: '/b/7' }] })
})

t.test('modifier/lua-backend: the request that is sent, and the answer', async (t) => {
  const send = await serve(t, {
    endpoint: { input_query_strings: ['q'] },
    backend: {
      method: 'POST',
      input_headers: ['X-Own'],
      ...backend({
        pre: "local r = request.load() r:headers('X-Seen', r:method() .. ' ' .. r:path() .. ' ' .. r:query()) r:url(r:url() .. '&more=ä') r:method('PUT') r:body('made')",
        post: "local r = response.load() r:data():set('by', 'backend') r:headers('X-B', '1')"
      })
    }
  })
  const { json, seen, headers } = await send('/a/7?q=1')
  t.match(json, { by: 'backend', a: 1 })
  t.equal(headers['x-b'], '1')
  t.match(seen, [{ method: 'PUT', url: '/b/7?q=1&more=%C3%A4', body: 'made', headers: { 'x-seen': 'POST /b/7 q=1' } }])
})

t.test('modifier/lua-backend: another address', async (t) => {
  const send = await serve(t, { ...shown, backend: { host: ['http://127.0.0.1:10'], ...backend({ pre: "request.load():url('ORIGIN/else?x=1')" }) } })
  t.match(await send(), { status: 200, seen: [{ url: '/else?x=1' }] })
  const wrong = await serve(t, { ...shown, backend: backend({ pre: "request.load():url('file:///etc/passwd')" }) })
  t.match(await wrong(), { status: 500, text: /^unsupported protocol scheme/, seen: [] })
})

t.test('modifier/lua-backend: an error of one of several leaves its part out', async (t) => {
  const send = await serve(t, { backend: backend({ pre: "custom_error('stop', 418)" }), more: [{ group: 'g' }] })
  const { status, json, headers, seen } = await send()
  t.equal(status, 200)
  t.match(Object.keys(json!), ['g'])
  t.equal(headers['x-krakend-completed'], 'false')
  t.equal(seen.length, 1)
})

t.test('modifier/lua-backend: an error counts for the circuit breaker', async (t) => {
  const send = await serve(t, {
    ...shown,
    backend: { extra_config: { 'modifier/lua-backend': { pre: "custom_error('stop', 418)" }, 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 1 } } }
  })
  t.match([(await send()).status, (await send()).status, (await send()).text], [418, 418, 'circuit breaker is open'])
})

t.test('globals of one request are not seen by another', async (t) => {
  const send = await serve(t, {
    endpoint: proxy({
      pre: 'seen = tostring(shared) .. tostring(table.mine) .. tostring(string.mine) .. tostring(("").mine) shared = 1 table.mine = 1 string.mine = 1 math = nil _G.print = nil setmetatable(_G, {__index = function() return 5 end})',
      post: "response.load():data():set('seen', seen)",
      allow_open_libs: true
    })
  })
  for (let i = 0; i < 3; i++) t.equal((await send()).json!['seen'], 'nilnilnilnil')
})

t.test('errors of scripts: statuses without a body', async (t) => {
  for (const status of [204, 304]) {
    const send = await serve(t, { ...shown, endpoint: proxy({ pre: `custom_error('no', ${status})` }) })
    t.match(await send(), { status, text: '' })
  }
})

t.test('modifier/lua-proxy: a type that a script sets stays; the length is that of the body', async (t) => {
  const send = await serve(t, { endpoint: proxy({ post: "local r = response.load() r:headers('Content-Type', 'application/problem+json') r:headers('Content-Length', '3')" }) })
  const { headers, text, json } = await send()
  t.match(headers, { 'content-type': 'application/problem+json', 'content-length': String(text.length) })
  t.match(json, { a: 1 })
})

t.test('modifier/lua-proxy: a document in itself, or many times in another, is not written', async (t) => {
  for (const post of [
    "local d = response.load():data() d:set('self', d)",
    "local t = luaTable.new() for i = 1, 30 do local n = luaTable.new() n:set('a', t) n:set('b', t) t = n end response.load():data():set('x', t)"
  ]) {
    const send = await serve(t, { endpoint: proxy({ post }) })
    t.equal((await send()).status, 500)
  }
})

t.test('modifier/lua-proxy: a script does not decide how the response is framed', async (t) => {
  const send = await serve(t, { endpoint: proxy({ post: "response.load():headers('Transfer-Encoding', 'chunked')" }) })
  const { status, headers } = await send()
  t.equal(status, 200)
  t.equal(headers['transfer-encoding'], undefined)
})
