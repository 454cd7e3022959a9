import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { createServer, loadConfiguration, type Configuration } from '@floodgate/gateway'
import { call, startOrigin } from '@floodgate/testing'

/** Two hosts with their own endpoints and limits; the origin tells the path that it is asked for. */
async function createConfig (t: Test): Promise<Configuration> {
  const origin = await startOrigin(t, (request, response) => { response.end(JSON.stringify({ asked: request.url, host: request.headers['x-forwarded-host'] })) })
  const endpoint = (path: string, pattern: string, extra: Record<string, unknown> = {}) => ({ endpoint: path, input_query_strings: ['q'], backend: [{ url_pattern: pattern }], extra_config: extra })
  return {
    version: 3,
    timeout: '60s',
    host: [origin.url],
    extra_config: { 'server/virtualhost': { aliased_hosts: { users: 'users.example.com', basket: 'basket.example.com:9000' } } },
    endpoints: [
      endpoint('/foo', '/any'),
      endpoint('/__virtual/users/foo', '/users', { 'qos/ratelimit/router': { max_rate: 1, every: '1h' } }),
      endpoint('/__virtual/basket/foo', '/basket', { 'security/policies': { req: { policies: ["req_path == '/foo'"] } } }),
      endpoint('/__virtual/basket/items/{id}', '/items/{id}')
    ]
  }
}

async function check (t: Test, url: string): Promise<void> {
  const ask = async (host: string, path: string) => {
    const { status, body } = await call(url, { path, headers: { host } })
    return { status, body: body.toString() }
  }
  t.match(await ask('other.example.com', '/foo?q=1'), { status: 200, body: /"asked":"\/any\?q=1"/ })
  t.match(await ask('users.example.com', '/foo?q=1'), { status: 200, body: '{"asked":"/users?q=1","host":"users.example.com"}' })
  t.match(await ask('users.example.com', '/foo'), { status: 503 }, 'the limit of its endpoint')
  t.match(await ask('other.example.com', '/foo'), { status: 200 }, 'which is not that of others')
  t.match(await ask('basket.example.com:9000', '/foo'), { status: 200, body: /"asked":"\/basket"/ }, 'conditions see the client\'s path')
  t.match(await ask('basket.example.com:9000', '/items/a%20b'), { status: 200, body: /"asked":"\/items\/a%20b"/ })
  t.match(await ask('basket.example.com', '/items/1'), { status: 404 }, 'without its port')
  t.match(await ask('users.example.com', '/items/1'), { status: 404 })
  t.match(await ask('users.example.com', '/__virtual/basket/foo'), { status: 404 })
  t.match(await ask('users.example.com', '/__health'), { status: 200 })
}

t.test('server/virtualhost: endpoints with settings of their own by Host, standalone', async (t) => {
  const lines: string[] = []
  const app = await createServer(await loadConfiguration(await createConfig(t), { env: {} }), { silent: true })
  t.teardown(() => app.close())
  app.addHook('onResponse', (request, _reply, done) => { lines.push(request.originalUrl); done() })
  await check(t, await app.listen({ port: 0, host: '127.0.0.1' }))
  t.equal(lines[1], '/foo?q=1', 'logs show the client\'s path')
})

t.test('server/virtualhost: the same in an app of its own', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/own', async () => 'own')
  await app.register(gateway, { config: await createConfig(t), notFound: 'gateway' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await check(t, url)
  t.equal((await call(url, { path: '/own', headers: { host: 'users.example.com' } })).body.toString(), 'own')
})
