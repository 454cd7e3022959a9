import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { missingRedis, startForwardProxy, startOrigin, startRedis } from '@floodgate/testing'

/** The bcrypt hash of `secret`. */
const hash = '$2b$04$HPEBM49ehMU2/BvuAk26uOnrp5qcli76.mw7T2TAQ/k26yJSSNdYS'

/** A gateway in front of a server that answers with its path, or redirects. */
async function serve (t: Test, config: (url: string) => object) {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { card: '1234567890123456' }, path: request.url }))
  })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, ...config(origin.url) } })
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
