import t from 'tap'
import Fastify, { type FastifyInstance } from 'fastify'
import { registerRoutes } from '@floodgate/router'
import { ask, service, startRoutes, describingRoute } from '../support/routing.ts'

t.test('health: tells that the gateway is alive', async (t) => {
  const url = await startRoutes(t, service(['GET /x']))
  const { status, headers, text } = await ask(url, '/__health?x=1')
  t.equal(status, 200)
  t.equal(headers['content-type'], 'application/json; charset=utf-8')
  t.match(text, /^\{"agents":\{\},"now":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC m=\+\d+\.\d+","status":"ok"\}$/)
})

t.test('health: moves with health_path and goes with disable_health', async (t) => {
  const moved = await startRoutes(t, service(['GET /x'], {}, { health_path: '/alive' }))
  t.equal((await ask(moved, '/alive')).body.status, 'ok')
  t.equal((await ask(moved, '/__health')).status, 404)
  const bare = await startRoutes(t, service(['GET /x'], {}, { health_path: 'alive' }))
  t.equal((await ask(bare, '/alive')).body.status, 'ok', 'the slash may be missing')
  const gone = await startRoutes(t, service(['GET /x'], {}, { disable_health: true }))
  t.equal((await ask(gone, '/__health')).status, 404)
})

t.test('health: may live in a scope without the other routes\' hooks', async (t) => {
  const app = Fastify() as unknown as FastifyInstance
  t.teardown(() => app.close())
  await app.register(async (outer) => {
    await outer.register(async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => { reply.header('x-hooked', 'yes') })
      registerRoutes(scope, service(['GET /x']), describingRoute, { healthScope: outer })
    })
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal((await ask(url, '/__health')).headers['x-hooked'], undefined)
  t.equal((await ask(url, '/x')).headers['x-hooked'], 'yes')
  t.equal((await ask(url, '/__health', { method: 'PUT' })).headers.allow, 'GET')
})

t.test('debug and echo: are off by default', async (t) => {
  const url = await startRoutes(t, service(['GET /x']))
  for (const path of ['/__debug/', '/__debug/x', '/__echo/', '/__echo']) t.equal((await ask(url, path)).status, 404, path)
})

t.test('debug: takes any method below its path', async (t) => {
  const lines: string[] = []
  const url = await startRoutes(t, service(['GET /x'], { debugEndpoint: true }), {
    fastify: { logger: { level: 'debug', stream: { write: (line: string) => { lines.push(line) } } } }
  })
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
    t.match(await ask(url, '/__debug/any/thing?x=1', { method, ...(method === 'TRACE' ? {} : { body: 'x' }) }), { status: 200, text: '{"message":"pong"}', headers: { 'content-type': 'application/json; charset=utf-8' } }, method)
  }
  t.match(await ask(url, '/__debug/', { method: 'HEAD' }), { status: 200, text: '' })
  t.match(await ask(url, '/__debug', {}), { status: 301, headers: { location: '/__debug/' } })
  t.equal((await ask(url, '/__debug/x', { method: 'PURGE' })).headers.allow, 'GET, POST, PUT, PATCH, HEAD, OPTIONS, DELETE, CONNECT, TRACE')
  await ask(url, '/__debug/seen', { headers: { authorization: 'Bearer secret', 'x-shown': 'shown' } })
  const line = lines.find((line) => line.includes('debug endpoint') && line.includes('/__debug/seen'))
  t.match(line, /shown/)
  t.notMatch(line, /secret/)
})

t.test('echo: tells the request as it came', async (t) => {
  const url = await startRoutes(t, service(['GET /x'], { echoEndpoint: true }))
  const { host } = new URL(url)
  const post = await ask(url, '/__echo/some/p%20ath?b=2&a=1&a=%C3%A9+x;&a=3&bad=%zz&flag', { method: 'POST', body: 'hello ü', headers: { 'x-one': ['first', 'second'], 'CONTENT-type': 'nonsense', connection: 'close' } })
  t.equal(post.status, 200)
  t.equal(post.headers['content-type'], 'application/json; charset=utf-8')
  t.same(post.body, {
    req_uri: '/__echo/some/p%20ath?b=2&a=1&a=%C3%A9+x;&a=3&bad=%zz&flag',
    req_uri_details: { fragment: '', host, path: '/__echo/some/p ath', query: 'a=1&a=3&b=2&flag=', user: '' },
    req_method: 'POST',
    req_querystring: { a: ['1', '3'], b: ['2'], flag: [''] },
    req_body: 'hello ü',
    req_headers: { Connection: ['close'], 'Content-Length': ['8'], 'Content-Type': ['nonsense'], 'X-One': ['first', 'second'] }
  })
  t.match(post.text, /^\{"req_uri":.*"req_uri_details":.*"req_method":.*"req_querystring":.*"req_body":.*"req_headers":/)
  t.same((await ask(url, '/__echo/deep?q=x%20y')).body.req_uri_details.query, 'q=x+y')
  t.equal((await ask(url, '/__echo/a%2Fb?q')).body.req_uri, '/__echo/a%2Fb?q')
  t.equal((await ask(url, '/__echo/a%3Fb')).status, 400)
  t.equal((await ask(url, '/__echo/x', { body: 'get with a body' })).body.req_body, 'get with a body')
})
