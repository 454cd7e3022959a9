import Fastify, { type InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'

async function serve (t: Test, backend: object, endpoint: object = {}, root: object = {}) {
  const seen: { url: string, host: string }[] = []
  const origin = await startOrigin(t, (request, response) => {
    seen.push({ url: request.url!, host: request.headers.host! })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  const app = Fastify()
  t.teardown(() => app.close())
  const config = { version: 3, timeout: '60s', ...root, endpoints: [{ endpoint: '/x/{id}', ...endpoint, backend: [{ host: [origin.url], url_pattern: '/', ...backend }] }] }
  await app.register(gateway, { config: JSON.parse(JSON.stringify(config).replaceAll('PORT', new URL(origin.url).port)) })
  return async (options: InjectOptions = {}) => {
    seen.length = 0
    const { statusCode: status } = await app.inject({ url: '/x/1', ...options })
    return { status, url: seen[0]?.url ?? null, host: seen[0]?.host ?? null }
  }
}

async function problemOf (t: Test, backend: object): Promise<string> {
  const app = Fastify()
  t.teardown(() => app.close())
  return await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints: [{ endpoint: '/x', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/', ...backend }] }] } }).then(() => '', (error: unknown) => (error as Error).message)
}

t.test('dynamic routing: url_pattern takes headers and query parameters that the endpoint does not let in', async (t) => {
  const ask = await serve(t, { url_pattern: '/{input_headers.X-Tenant}/{id}?region={input_query_strings.region}' })
  t.match(await ask({ url: '/x/7?region=eu&region=us', headers: { 'x-tenant': 'acme' } }), { status: 200, url: '/acme/7?region=eu' })
  t.match(await ask({ url: '/x/7?region=a%26b%3Dc%23d', headers: { 'x-tenant': 'a/b?c#d' } }), { status: 200, url: '/a%2Fb%3Fc%23d/7?region=a%26b%3Dc%23d' }, 'a value stays in its place')
  t.match(await ask({ url: '/x/7?region=eu', headers: { 'x-tenant': '..' } }), { status: 400, url: null }, 'and does not climb out of it')
  t.match(await ask({ url: '/x/7?region=eu' }), { status: 400, url: null })
  t.match(await ask({ headers: { 'x-tenant': 'acme' } }), { status: 400, url: null })
  t.match(await ask({ url: '/x/7?region=eu', headers: { 'x-tenant': '' } }), { status: 400, url: null })
})

t.test('dynamic routing: with disable_path_decoding the values of a request are encoded all the same', async (t) => {
  const ask = await serve(t, { url_pattern: '/{input_headers.x-tenant}/{id}' }, {}, { extra_config: { router: { disable_path_decoding: true } } })
  t.match(await ask({ headers: { 'X-Tenant': 'a/b%2f' } }), { status: 200, url: '/a%2Fb%252f/1' })
})

t.test('dynamic routing: a host takes values, and no client makes an address or a path of it', async (t) => {
  const ask = await serve(t, { host: ['http://{input_headers.X-Host}:PORT'], disable_host_sanitize: true, url_pattern: '/p' })
  const withHost = (host: string) => ask({ headers: { 'x-host': host } })
  // A name that resolves to this machine on every system, and is not "localhost".
  const name = (await import('node:os')).hostname()
  const reached = await withHost(name)
  t.ok(reached.status !== 400, 'a name is called')
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', 'localhost', 'LOCALHOST', 'a.localhost', 'localhost.', 'a/b', 'a:80', 'a@b', 'a#b', 'a?b', 'a b', '-a', 'a..b', '.a', '', 'ä', '%61']) {
    t.match(await withHost(Buffer.from(host).toString('latin1')), { status: 400, url: null }, JSON.stringify(host))
  }
})

t.test('dynamic routing: what no address can take stops the start', async (t) => {
  t.match(await problemOf(t, { host: ['http://{input_headers.X-Host}'] }), /disable_host_sanitize/)
  t.match(await problemOf(t, { host: ['{input_headers.X-Host}'], disable_host_sanitize: true }), /http:\/\/ or https/)
  t.match(await problemOf(t, { host: ['http://{id}'], disable_host_sanitize: true }), /it cannot take \{id\}/)
  t.match(await problemOf(t, { host: ['{input_headers.X}'], sd: 'dns', disable_host_sanitize: true }), /dns/)
  t.match(await problemOf(t, { url_pattern: '/{input_body.tenant}' }), /input_body/)
  t.equal(await problemOf(t, { host: ['http://{input_headers.X-Host}.internal'], disable_host_sanitize: true }), '')
})

t.test('dynamic routing: a value that only a backend with a condition takes is needed when its condition holds', async (t) => {
  const seen: string[] = []
  const origin = await startOrigin(t, ({ url }, response) => {
    seen.push(url!)
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${url!.split('/')[1]!}":true}`)
  })
  const when = (value: string) => ({ 'backend/conditional': { strategy: 'header', name: 'X-Plan', value } })
  const app = Fastify()
  t.teardown(() => app.close())
  const host = [origin.url]
  const backends = [
    { host, url_pattern: '/gold/{input_headers.X-Tenant}', extra_config: when('gold') },
    { host, url_pattern: '/silver?r={input_query_strings.r}', extra_config: when('silver') },
    { host, url_pattern: '/rest', extra_config: { 'backend/conditional': { strategy: 'fallback' } } }
  ]
  const of = (endpoint: string, backend: object[]) => ({ endpoint, input_headers: ['X-Plan'], backend })
  const config = { version: 3, timeout: '60s', endpoints: [of('/x', backends), of('/y', [...backends, { host, url_pattern: '/always' }]), of('/z', [backends[0]!, { host, url_pattern: '/both/{input_headers.X-Tenant}' }])] }
  await app.register(gateway, { config: config as never, env: {} })
  const ask = async (url: string, headers: Record<string, string>) => {
    seen.length = 0
    const { statusCode: status } = await app.inject({ url, headers })
    return { status, seen: [...seen].sort() }
  }
  t.same(await ask('/x', { 'x-plan': 'none' }), { status: 200, seen: ['/rest'] })
  t.same(await ask('/x', { 'x-plan': 'gold', 'x-tenant': 'acme' }), { status: 200, seen: ['/gold/acme'] })
  t.same(await ask('/x?r=eu', { 'x-plan': 'silver' }), { status: 200, seen: ['/silver?r=eu'] })
  for (const plan of ['gold', 'silver']) t.same(await ask('/x', { 'x-plan': plan }), { status: 400, seen: [] })
  t.equal((await ask('/y', { 'x-plan': 'gold' })).status, 400, 'whatever the others answer')
  t.same(await ask('/y', { 'x-plan': 'none' }), { status: 200, seen: ['/always', '/rest'] })
  t.same(await ask('/z', { 'x-plan': 'none' }), { status: 400, seen: [] }, 'a backend without a condition takes it as well')
})
