import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { createServer } from '../src/serve/server.ts'
import { loadConfiguration } from '../src/load.ts'
import { missingRedis, startForwardProxy, startOrigin, startRedis } from '@floodgate/testing'

/** The bcrypt hash of `secret`. */
const hash = '$2b$04$HPEBM49ehMU2/BvuAk26uOnrp5qcli76.mw7T2TAQ/k26yJSSNdYS'

/** A gateway in front of a server that answers with its path, or redirects. */
async function serve (t: Test, config: (url: string) => object, options: object = {}) {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { card: '1234567890123456' }, path: request.url }))
  })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, timeout: '60s', ...config(origin.url) }, ...options })
  return app
}

t.test('plugin/http-client no-redirect and http-proxy: the backend is called as configured', async (t) => {
  const proxy = await startForwardProxy(t)
  const app = await serve(t, (url) => ({
    endpoints: ['/moved', '/there'].map((path) => ({
      endpoint: path,
      output_encoding: 'no-op',
      backend: [{ host: [url], url_pattern: path, encoding: 'no-op', extra_config: { 'plugin/http-client': path === '/moved' ? { name: 'no-redirect' } : { name: 'http-proxy', 'http-proxy': { proxy_address: proxy.url } } } }]
    }))
  }))
  const { statusCode, headers } = await app.inject('/moved')
  t.match({ statusCode, location: headers.location }, { statusCode: 302, location: '/there' })
  t.equal(proxy.seen.length, 0)
  t.equal((await app.inject('/there')).statusCode, 200)
  t.equal(proxy.seen.length, 1)
})

t.test('plugin/req-resp-modifier content-replacer and response-schema-validator: as the namespaces that replaced them', async (t) => {
  const app = await serve(t, (url) => ({
    endpoints: [
      { endpoint: '/a', extra_config: { 'plugin/req-resp-modifier': { name: ['content-replacer'], 'content-replacer': { 'data.card': { find: '(^\\d{4})(.*)', replace: '$1-XXXX', regexp: true } } } }, backend: [{ host: [url], url_pattern: '/a' }] },
      { endpoint: '/b', extra_config: { 'plugin/req-resp-modifier': { name: ['response-schema-validator'], 'response-schema-validator': { schema: { required: ['id'] }, error: { status: 502, body: 'wrong' } } } }, backend: [{ host: [url], url_pattern: '/b' }] }
    ]
  }))
  t.match((await app.inject('/a')).json(), { data: { card: '1234-XXXX' } })
  const { statusCode, body } = await app.inject('/b')
  t.match({ statusCode, body }, { statusCode: 502, body: 'wrong' })
})

t.test('plugin/http-server basic-auth: asks for a password where it is listed', async (t) => {
  const app = await serve(t, (url) => ({
    extra_config: { 'plugin/http-server': { name: ['basic-auth'], 'basic-auth': { endpoints: ['/closed'], users: { admin: hash } } } },
    endpoints: ['/closed', '/open'].map((path) => ({ endpoint: path, backend: [{ host: [url], url_pattern: path }] }))
  }))
  const status = async (url: string, password?: string) => (await app.inject({ url, headers: password === undefined ? {} : { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` } })).statusCode
  t.strictSame([await status('/open'), await status('/closed'), await status('/closed', 'wrong'), await status('/closed', 'secret')], [200, 401, 401, 200])
})

t.test('plugin/http-server redis-ratelimit: limits each client, counted in Redis', { skip: missingRedis() ?? false }, async (t) => {
  const redis = await startRedis(t)
  const app = await serve(t, (url) => ({
    extra_config: { 'plugin/http-server': { name: ['redis-ratelimit'], 'redis-ratelimit': { host: `127.0.0.1:${redis.port}`, tokenizer: 'header', tokenizer_field: 'X-Client', rate: 2, burst: 2, period: '1h' } } },
    endpoints: [{ endpoint: '/a', backend: [{ host: [url], url_pattern: '/a' }] }]
  }))
  const status = async (client: string) => (await app.inject({ url: '/a', headers: { 'x-client': client } })).statusCode
  t.strictSame([await status('one'), await status('one'), await status('one'), await status('two')], [200, 200, 429, 200])
})

t.test('plugin/http-server and plugin/http-client static-filesystem: files of a folder', async (t) => {
  const folder = t.testdir({ 'a.json': '{"file":true}' })
  const app = await serve(t, (url) => ({
    extra_config: { 'plugin/http-server': { name: ['static-filesystem'], 'static-filesystem': { prefix: '/files/', path: folder } } },
    endpoints: [{ endpoint: '/a', backend: [{ host: [url], url_pattern: '/a.json', extra_config: { 'plugin/http-client': { name: 'static-filesystem', 'static-filesystem': { path: folder } } } }] }]
  }))
  t.strictSame((await app.inject('/files/a.json')).json(), { file: true })
  t.strictSame((await app.inject('/a')).json(), { file: true })
})

// eslint-disable-next-line no-template-curly-in-string
const rewriting = { name: ['url-rewrite'], 'url-rewrite': { literal: { '/hi there': '/users/1', '/users/2': '/users/3' }, regexp: [['^/v1/(.+)$', '/${1}']] } }
const rewritten = (url: string) => ({ extra_config: { 'plugin/http-server': rewriting }, endpoints: [{ endpoint: '/users/{id}', input_query_strings: ['q'], backend: [{ host: [url], url_pattern: '/u/{id}' }] }] })

t.test('plugin/http-server url-rewrite: before everything on the gateway\'s own server', async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.setHeader('content-type', 'application/json').end(JSON.stringify({ path: request.url })) })
  const app = await createServer(await loadConfiguration({ version: 3, timeout: '60s', ...rewritten(origin.url) }, { env: {} }), { silent: true })
  t.teardown(() => app.close())
  const ask = async (url: string) => {
    const { statusCode, body } = await app.inject(url)
    return statusCode === 200 ? (JSON.parse(body) as { path: string }).path : statusCode
  }
  t.equal(await ask('/hi%20there'), '/u/1', 'the path is compared decoded')
  t.equal(await ask('/users/2?q=a%20b&x=1'), '/u/3?q=a+b', 'the query stays, and its own route does not count')
  t.equal(await ask('/v1/users/x%2Fy'), 404)
  t.equal(await ask('/v1/users/a%20b'), '/u/a%20b')
  t.equal(await ask('/v1/users/a%3Fb'), await ask('/users/a%3Fb'), 'what it makes is a path')
  t.equal(await ask('/v1/v1/users/7'), 404, 'once')
  t.equal(await ask('/users/7'), '/u/7')
  t.equal(await ask('/nothing'), 404)
})

t.test('plugin/http-server url-rewrite: in an app, for requests that match no route of it', async (t) => {
  const app = await serve(t, rewritten, { notFound: 'gateway' })
  const ask = async (url: string) => (await app.inject(url)).json() as { path?: string }
  t.equal((await ask('/v1/users/7')).path, '/u/7')
  t.equal((await ask('/hi%20there?q=1')).path, '/u/1?q=1')
  t.equal((await ask('/users/2')).path, '/u/2', 'the app\'s router came first')
  t.match(app.floodgate.get().warnings, [{ message: /applies only to requests that no route of the app matches, with the option "notFound": "gateway"/ }])
})
