import t from 'tap'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { ask, service, startRoutes } from '../support/routing.ts'

const notFound = { status: 404, text: '404 page not found', headers: { 'content-type': 'text/plain', 'x-krakend-completed': 'false' } }
const notAllowed = (allow: string) => ({ status: 405, text: '405 method not allowed', headers: { 'content-type': 'text/plain', 'x-krakend-completed': 'false', allow } })

t.test('unmatched: answers unknown paths 404', async (t) => {
  const url = await startRoutes(t, service(['GET /known', 'DELETE /known/{id}/sub']))
  for (const path of ['/nope', '/', '/known/1', '/known/1/sub/x', '/known/1/', '//', '/%2F', '*', '/knownx']) t.match(await ask(url, path), notFound, path)
  t.match(await ask(url, '/nope', { method: 'POST', body: '{"broken', headers: { 'content-type': 'application/json' } }), notFound, 'bodies are not read')
  t.match(await ask(url, '/nope', { method: 'HEAD' }), { ...notFound, text: '' })
})

t.test('unmatched: answers wrong methods 405 with those there are, in order of first registration', async (t) => {
  const url = await startRoutes(t, service(['PUT /thing', 'GET /thing', 'POST /thing', 'PATCH /other', 'DELETE /thing', 'PATCH /thing', 'DELETE /known/{id}/sub']))
  // The health endpoint brings GET before all others.
  for (const method of ['OPTIONS', 'TRACE', 'PURGE', 'PROPFIND']) t.match(await ask(url, '/thing', { method }), notAllowed('GET, PUT, POST, PATCH, DELETE'), method)
  t.match(await ask(url, '/thing', { method: 'HEAD' }), { ...notAllowed('GET, PUT, POST, PATCH, DELETE'), text: '' })
  t.match(await ask(url, '/known/1/sub'), notAllowed('DELETE'))
  t.match(await ask(url, '/known/a%2Fb/sub'), notFound)
  t.match(await ask(url, '/__health', { method: 'POST', body: '{}' }), notAllowed('GET'))
  const bare = await startRoutes(t, service(['PUT /thing', 'GET /thing'], {}, { disable_health: true }))
  t.match(await ask(bare, '/thing', { method: 'POST' }), notAllowed('PUT, GET'))
  const silent = await startRoutes(t, service(['PUT /thing'], {}, { disable_handle_method_not_allowed: true }))
  t.match(await ask(silent, '/thing'), notFound)
})

t.test('unmatched: redirects to the right spelling of a path', async (t) => {
  const model = service(['GET /plain', 'GET /slashed/', 'GET /deep/{id}', 'POST /post', 'GET /Mixed/{id}/Case', 'GET /plain/ü', 'GET /v1/*'])
  const cases: [string, string][] = [
    ['/plain/', '/plain'],
    ['/slashed', '/slashed/'],
    ['/deep/1/', '/deep/1'],
    ['/plain/?a=1&b=2', '/plain?a=1&b=2'],
    ['/plain/?', '/plain?'],
    ['//plain', '/plain'],
    ['/deep//1', '/deep/1'],
    ['///deep///1//', '/deep/1'],
    ['/PLAIN', '/plain'],
    ['/DEEP/AbC', '/deep/AbC'],
    ['/mixed/X/case/', '/Mixed/X/Case'],
    ['/x/../plain', '/plain'],
    ['/./plain/.', '/plain'],
    ['/deep/a%20b!/', '/deep/a%20b%21'],
    ['/PLAIN/%C3%9C', '/plain/%C3%BC'],
    ['/SLASHED', '/slashed/'],
    ['/v1', '/v1/'],
    ['/V1/Rest/Of', '/v1/Rest/Of'],
    ['/deep/%2Fx/..%2F1', '/deep/1'],
    ['/__health/', '/__health']
  ]
  for (const options of [{}, { prefix: '/api' }, { embedded: true }]) {
    const url = await startRoutes(t, model, options)
    const prefix = options.prefix ?? ''
    for (const [path, location] of cases) {
      t.match(await ask(url, prefix + path), { status: 301, headers: { location: prefix + location, 'content-type': 'text/html; charset=utf-8' } }, prefix + path)
    }
    const post = await ask(url, `${prefix}/post/?x=1`, { method: 'POST', body: '{}' })
    t.match(post, { status: 307, text: '', headers: { location: `${prefix}/post?x=1` } })
    t.notOk('content-type' in post.headers)
    t.match(await ask(url, `${prefix}/post/`), notFound, 'another method has other paths')
  }
  const url = await startRoutes(t, model)
  t.equal((await ask(url, '/plain/?a=<b>&"')).text, '<a href="/plain?a=&lt;b&gt;&amp;&#34;">Moved Permanently</a>.\n\n')
})

t.test('unmatched: redirects can be switched off', async (t) => {
  const endpoints = ['GET /plain', 'GET /deep/{id}']
  const strict = await startRoutes(t, service(endpoints, {}, { disable_redirect_trailing_slash: true, disable_redirect_fixed_path: true }))
  for (const path of ['/plain/', '//plain', '/PLAIN', '/x/../plain', '/deep/1/']) t.match(await ask(strict, path), notFound, path)
  const fixed = await startRoutes(t, service(endpoints, {}, { disable_redirect_trailing_slash: true }))
  t.equal((await ask(fixed, '/plain/')).headers.location, '/plain', 'the right spelling includes the slash')
  const trailing = await startRoutes(t, service(endpoints, {}, { disable_redirect_fixed_path: true }))
  t.equal((await ask(trailing, '/plain/')).headers.location, '/plain')
  t.match(await ask(trailing, '/PLAIN'), notFound)
})

t.test('unmatched: remove_extra_slash matches instead', async (t) => {
  for (const options of [{}, { embedded: true }]) {
    const url = await startRoutes(t, service(['GET /plain', 'GET /deep/{id}', 'POST /post', 'GET /two/{a}/{b}', 'GET /all/*'], {}, { remove_extra_slash: true }), options)
    t.match(await ask(url, '//plain'), { status: 200, body: { endpoint: 'GET /plain' } })
    t.match(await ask(url, '/deep///7?q=//'), { status: 200, body: { params: { id: '7' } } })
    t.match(await ask(url, '/x/../deep/./7'), { status: 200, body: { params: { id: '7' } } })
    t.equal((await ask(url, '/plain//')).headers.location, '/plain')
    t.match(await ask(url, '//post'), notAllowed('POST'))
    for (const path of ['/two//b', '/two/x/..', '/two/%2e%2e/b', '/two/./b', '/deep//', '/all/../b']) t.match(await ask(url, path), notFound, path)
    t.match(await ask(url, '/two/x/../y/z'), { status: 200, body: { params: { a: 'y', b: 'z' } } })
    t.match(await ask(url, '/all/a//b/%2E/c'), { status: 200, body: { params: { '*': 'a/b/c' } } })
    t.equal((await ask(url, '/two/a//b/')).headers.location, '/two/a/b')
  }
})

t.test('unmatched: a parameter serves a path that another route has with a slash at its end', async (t) => {
  const url = await startRoutes(t, service(['GET /a/{x}', 'GET /a/b/', 'GET /a/c/d']))
  t.match(await ask(url, '/a/b'), { status: 200, body: { params: { x: 'b' } } }, 'a difference on purpose: there it depends on other routes whether this is redirected')
  t.match(await ask(url, '/a/b/'), { status: 200, body: { endpoint: 'GET /a/b/' } })
  t.match(await ask(url, '/a/c'), { status: 200, body: { params: { x: 'c' } } })
})

t.test('unmatched: an asterisk alone is a path in a wrong spelling', async (t) => {
  const param = await startRoutes(t, service(['GET /{x}']))
  t.match(await ask(param, '*'), { status: 301, headers: { location: '/%2A' } })
  t.match(await ask(param, '/%2A'), { status: 200, body: { params: { x: '*' } } })
  t.match(await ask(await startRoutes(t, service(['GET /{x}'], {}, { remove_extra_slash: true })), '*'), { status: 200, body: { params: { x: '*' } } })
  t.match(await ask(await startRoutes(t, service(['GET /{x}'], {}, { disable_redirect_fixed_path: true })), '*'), notFound)
})

t.test('unmatched: OPTIONS of an asterisk asks about the server', async (t) => {
  const url = await startRoutes(t, service(['GET /{x}', 'OPTIONS /{x}']))
  t.match(await ask(url, '*', { method: 'OPTIONS' }), { status: 200, text: '', headers: { 'x-krakend-completed': undefined } })
  t.match(await ask(url, '*', { method: 'PUT' }), notFound)
})

t.test('unmatched: never redirects to another host', async (t) => {
  const url = await startRoutes(t, service(['GET /{a}/{b}', 'GET /{a}/{b}/{c}', 'GET /x/*']))
  for (const path of ['//evil.test/', '//evil.test//', '///evil.test/', '/%2Fevil.test/', '/%5Cevil.test/x/', '//evil.test/%2e%2e/', '/\\evil.test/x/']) {
    const { headers: { location = '/' } } = await ask(url, path)
    t.match(location, /^\/(?![/\\])/, path)
  }
})

t.test('unmatched: redirects lead to an endpoint at once', async (t) => {
  const url = await startRoutes(t, service(['GET /a', 'GET /A/b/', 'GET /a/{x}', 'GET /{x}/b/{y}', 'GET /{x}/c/', 'GET /w/*', 'GET /é/{x}', 'GET /x/{y}/{z}/c/']))
  const segment = fc.constantFrom('a', 'A', 'b', 'B', 'c', 'w', '', '', '.', '..', '%2F', '%C3%A9', '%C3%89', 'x%20y', '%25', '%3F', '%E9', '%5C', "it's")
  await fc.assert(fc.asyncProperty(fc.array(segment, { maxLength: 6 }), fc.constantFrom('', '?q=1'), async (segments, query) => {
    const first = await ask(url, `/${segments.join('/')}${query}`)
    if (first.status !== 301) return [200, 400, 404].includes(first.status)
    const { location = '' } = first.headers
    const second = await ask(url, location)
    return /^\/(?![/\\])/.test(location) && location.endsWith(query) && (second.status === 200 || second.text === 'error: encoded url params' || second.text.startsWith('error: invalid URL escape'))
  }), { numRuns: 300, examples: [[['a', '.', ''], ''], [['', 'c'], ''], [['x', 'a', '', 'c'], '']] })
})

t.test('unmatched: auto_options answers OPTIONS with the methods of a path, sorted', async (t) => {
  for (const options of [{}, { embedded: true, notFound: false }]) {
    const url = await startRoutes(t, service(['PUT /multi', 'GET /multi', 'DELETE /multi', 'POST /single/{id}'], {}, { auto_options: true }), options)
    const answer = await ask(url, '/multi', { method: 'OPTIONS' })
    t.match(answer, { status: 200, text: '', headers: { allow: 'DELETE, GET, PUT' } })
    t.notOk('x-krakend-completed' in answer.headers)
    t.match(await ask(url, '/single/7', { method: 'OPTIONS' }), { status: 200, headers: { allow: 'POST' } })
    t.equal((await ask(url, '/nope', { method: 'OPTIONS' })).status, 404)
    if (options.notFound === undefined) t.match(await ask(url, '/single/7', { method: 'PATCH' }), notAllowed('POST, OPTIONS'))
  }
})

t.test('unmatched: error_body gives 404 and 405 JSON of their own', async (t) => {
  const url = await startRoutes(t, service(['GET /known'], {}, { error_body: { 404: { error: 'Not here', code: 404, nested: { b: [1, { d: 1, c: null }], a: 2 }, 10: 'ten', 9: 'nine' }, 405: { html: '<b>&</b>\u2028' } } }))
  t.match(await ask(url, '/nope'), { status: 404, text: '{"10":"ten","9":"nine","code":404,"error":"Not here","nested":{"a":2,"b":[1,{"c":null,"d":1}]}}', headers: { 'content-type': 'application/json; charset=utf-8', 'x-krakend-completed': 'false' } })
  t.match(await ask(url, '/known', { method: 'PUT' }), { status: 405, text: '{"html":"\\u003cb\\u003e\\u0026\\u003c/b\\u003e\\u2028"}', headers: { allow: 'GET' } })
})

t.test('unmatched: a Content-Type that is none, or missing, changes nothing', async (t) => {
  const router = { error_body: { 404: { gone: 1 } } }
  for (const options of [{}, { prefix: '/api' }]) {
    const url = await startRoutes(t, service(['PUT /up', 'GET /known'], {}, router), options)
    const prefix = options.prefix ?? ''
    for (const type of ['a,b,,c', 'json', 'text/', '/', ';', 'a/b/c', 'application/json']) {
      const sent = { method: 'POST', body: '{"x', headers: { 'content-type': type } }
      t.match(await ask(url, `${prefix}/nope`, sent), { status: 404, text: '{"gone":1}', headers: { 'x-krakend-completed': 'false' } }, type)
      t.match(await ask(url, `${prefix}/up`, sent), notAllowed('PUT'), type)
      t.match(await ask(url, `${prefix}/known`, { ...sent, method: 'DELETE', body: '' }), notAllowed('GET'), type)
    }
    for (const body of ['', 'x']) {
      t.match(await ask(url, `${prefix}/known`, { method: 'QUERY', body }), notAllowed('GET'))
      t.match(await ask(url, `${prefix}/nope`, { method: 'QUERY', body, headers: { 'content-type': 'x' } }), { status: 404, text: '{"gone":1}' })
    }
  }
})

t.test('unmatched: a # is a character of the path', async (t) => {
  const url = await startRoutes(t, service(['GET /secret', 'GET /u/{id}', 'GET /w/*']))
  for (const path of ['/secret#', '/secret#?a', '/#/secret', '/secret#/secret']) t.match(await ask(url, path), notFound, path)
  for (const path of ['/u/a#b', '/u/#', '/w/a#b']) t.match(await ask(url, path), { status: 400, text: 'error: encoded url params' }, path)
  t.match(await ask(url, '/secret?a=#b'), { status: 200 })
})

t.test('unmatched: leaves a host\'s own handler alone', async (t) => {
  const model = service(['GET /item/{id}', 'GET /tree/{a}/{b}'])
  const before = (app: FastifyInstance) => { app.setNotFoundHandler((_request, reply) => { reply.code(404).send('the host') }) }
  for (const options of [{ notFound: false }, {}]) {
    const url = await startRoutes(t, model, { embedded: true, before, ...options })
    t.equal((await ask(url, '/item/1')).status, 200)
    for (const path of ['/nope', '/item/1/', '/item/a%2Fb', '/item/', '/tree/a%2Fb']) t.match(await ask(url, path), { status: 404, text: 'the host' }, path)
  }
  await t.rejects(startRoutes(t, model, { embedded: true, before, notFound: true }), { message: /Not found handler already set/ })
})

t.test('unmatched: below a prefix the host keeps what is outside', async (t) => {
  const url = await startRoutes(t, service(['GET /', 'GET /x']), { prefix: '/api', before: (app) => { app.setNotFoundHandler((_request, reply) => { reply.code(404).send('the host') }) } })
  t.match(await ask(url, '/x'), { text: 'the host' })
  t.match(await ask(url, '/api/nope'), notFound)
  t.match(await ask(url, '/apix'), { text: 'the host' })
  t.match(await ask(url, '/api/x'), { status: 200 })
  t.match(await ask(url, '/api/'), { body: { endpoint: 'GET /' } })
})
