import { spawnSync } from 'node:child_process'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import { createMetricRegistry, writeExposition, type Endpoint, type Feature, type MetricDefinition } from '@floodgate/core'
import { missingProgram, startOrigin } from '@floodgate/testing'
import { createRequestMetrics } from '../../src/metrics/request-metrics.ts'

const withoutPromtool = missingProgram('promtool', 'get it with `apt-get install prometheus`')

async function startGateway (t: Test, endpoints: object[], extra: object = {}, features: Feature[] = []) {
  const app = Fastify()
  t.teardown(() => app.close())
  const config = { version: 3, timeout: '60s', extra_config: { floodgate: { metrics: { port: 0 } }, ...extra }, endpoints } as unknown as Configuration
  await app.register(gateway, { config, env: {}, notFound: 'gateway', prefix: '/api', features })
  await app.ready()
  const entry = app.floodgate.get()
  const read = async (): Promise<string> => (await fetch(entry.metricsUrl!)).text()
  /** Values of a metric by its labels. */
  const values = async (name: string): Promise<Record<string, number>> => Object.fromEntries(
    Array.from((await read()).matchAll(new RegExp(`^${name}(?:{(.*)})? (.*)$`, 'gm')), ([, labels = '', value]) => [labels, Number(value)])
  )
  return { app, entry, read, values, url: entry.metricsUrl! }
}

t.test('metrics of requests: by endpoint and status, also what hooks answer, and what matches nothing', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    const status = Number(new URL(request.url!, 'http://a').searchParams.get('status') ?? 200)
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"a":1}')
  })
  const { app, entry, read, values } = await startGateway(t, [
    { endpoint: '/users/{id}', input_query_strings: ['status'], output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/', encoding: 'no-op' }] },
    { endpoint: '/limited', extra_config: { 'qos/ratelimit/router': { max_rate: 1, every: '1h' } }, backend: [{ host: [origin.url], url_pattern: '/' }] },
    { endpoint: '/unused', backend: [{ host: [origin.url], url_pattern: '/' }] },
    { endpoint: '/post', method: 'POST', backend: [{ host: [origin.url], url_pattern: '/' }] }
  ])
  const paths = ['/users/1', '/users/2?status=404', '/users/3', '/users/1/', '/limited', '/limited', '/nowhere', '/post', '/__health']
  for (const path of paths) await app.inject(`/api${path}`)
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/api/nowhere' })
  t.strictSame(await values('floodgate_http_requests_total'), {
    'endpoint="/users/{id}",method="GET",status="200"': 2,
    'endpoint="/users/{id}",method="GET",status="404"': 1,
    'endpoint="/limited",method="GET",status="200"': 1,
    'endpoint="/limited",method="GET",status="503"': 1
  })
  t.strictSame(await values('floodgate_http_unmatched_requests_total'), {
    'method="GET",status="301"': 1, 'method="GET",status="404"': 1, 'method="GET",status="405"': 1, 'method="other",status="404"': 1
  })
  t.strictSame(await values('floodgate_http_request_duration_seconds_count'), { 'endpoint="/users/{id}",method="GET"': 3, 'endpoint="/limited",method="GET"': 2 })
  t.strictSame(await values('floodgate_limit_requests_total'), {
    'limit="router",endpoint="/limited",method="GET",result="allowed"': 1,
    'limit="router",endpoint="/limited",method="GET",result="refused",rate="client"': 0,
    'limit="router",endpoint="/limited",method="GET",result="refused",rate="all"': 1
  })
  const refusals = await values('floodgate_limit_last_refusal_timestamp_seconds')
  t.strictSame(Object.keys(refusals), ['limit="router",endpoint="/limited",method="GET",rate="all"'], 'a limit that has refused nothing has none')
  t.ok(Math.abs(Date.now() / 1000 - Object.values(refusals)[0]!) < 60)
  const text = await read()
  t.notMatch(text, /unused.*status/, 'an endpoint without requests has no series of requests')
  if (withoutPromtool === null) {
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    t.equal(`${stdout}${stderr}`, '')
  }
  const named = (name: string) => entry.stats().metrics.find((family) => family.name === name)?.samples
  t.strictSame(named('floodgate_http_requests_total')?.map(([, value]) => value), [2, 1, 1, 1], 'the same as data')
  const [[, , buckets]] = named('floodgate_http_request_duration_seconds') as unknown as [[object, number, number[]]]
  t.equal(buckets.reduce((sum, count) => sum + count, 0), 3)
})

t.test('metrics of requests: in flight, and clients that disconnect', async (t) => {
  const arrived: (() => void)[] = []
  const origin = await startOrigin(t, () => { arrived.shift()!() })
  const { app, values } = await startGateway(t, [{ endpoint: '/slow', backend: [{ host: [origin.url], url_pattern: '/' }] }])
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const waits = new Promise<void>((resolve) => { arrived.push(resolve) })
  const request = http.get({ port, path: '/api/slow', agent: false }).on('error', () => {})
  await waits
  const labels = 'endpoint="/slow",method="GET"'
  t.strictSame(await values('floodgate_http_requests_in_flight'), { [labels]: 1 })
  request.destroy()
  let counted: Record<string, number> = {}
  while (Object.keys(counted).length === 0) counted = await values('floodgate_http_requests_total')
  t.strictSame(counted, { [`${labels},status="499"`]: 1 })
  t.strictSame(await values('floodgate_http_requests_in_flight'), { [labels]: 0 })
})

t.test('metrics: breakers, caches, keys and users', async (t) => {
  let isDown = true
  const origin = await startOrigin(t, (_, response) => {
    response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' }).end('{"a":1}')
  })
  const { app, values } = await startGateway(t, [
    { endpoint: '/broken', backend: [{ host: [origin.url], url_pattern: '/b?key=secret', extra_config: { 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 0, name: 'mine' } } }] },
    { endpoint: '/cached', backend: [{ host: [origin.url], url_pattern: '/c', extra_config: { 'qos/http-cache': {} } }] },
    { endpoint: '/keys', extra_config: { 'auth/api-keys': { roles: ['a'] } }, backend: [{ host: [origin.url], url_pattern: '/' }] },
    { endpoint: '/users', extra_config: { 'auth/basic': { users: { joe: '$2b$04$iunBMIhUbQHP2vdzDGjLSukhkHk1NvLvhe3U4MyPj9fRPjuR5SEsO' } } }, backend: [{ host: [origin.url], url_pattern: '/' }] },
    { endpoint: '/tokens', extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: `${origin.url}/keys`, disable_jwk_security: true } }, backend: [{ host: [origin.url], url_pattern: '/' }] }
  ], { 'auth/api-keys': { strategy: 'header', identifier: 'x-key', keys: [{ key: 'one', roles: ['a'] }, { key: 'two', roles: ['b'] }] } })
  for (let i = 0; i < 3; i++) await app.inject('/api/broken')
  const place = 'breaker="mine",endpoint="/broken",method="GET",backend="/b"'
  t.strictSame(await values('floodgate_breaker_state'), { [`${place},state="closed"`]: 0, [`${place},state="open"`]: 1, [`${place},state="half-open"`]: 0 })
  t.equal((await values('floodgate_breaker_changes_total'))[`${place},to="open"`], 1)
  t.strictSame(await values('floodgate_breaker_refused_total'), { [place]: 2 })
  const isRecent = (seconds: number | undefined): boolean => seconds !== undefined && Math.abs(Date.now() / 1000 - seconds) < 60
  t.ok(isRecent((await values('floodgate_breaker_open_since_timestamp_seconds'))[place]))
  isDown = false
  for (let i = 0; i < 3; i++) await app.inject('/api/cached')
  const cache = 'cache="own",endpoint="/cached",method="GET",backend="/c"'
  t.match(await values('floodgate_cache_requests_total'), { [`${cache},result="hit"`]: 2, [`${cache},result="miss"`]: 1 })
  t.strictSame(await values('floodgate_cache_entries'), { [cache]: 1 })
  t.ok((await values('floodgate_cache_size_bytes'))[cache]! > 512)
  for (const headers of [{ 'x-key': 'one' }, { 'x-key': 'two' }, { 'x-key': 'three' }, {}]) await app.inject({ url: '/api/keys', headers: headers as {} })
  await app.inject('/api/users')
  const { private: token } = { private: `${Buffer.from('{"alg":"RS256","kid":"a"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.AA` }
  for (const authorization of ['', 'Bearer x', `Bearer ${token}`]) await app.inject({ url: '/api/tokens', headers: { authorization } })
  const by = (name: string, path: string, rest: string) => `by="${name}",endpoint="${path}",method="GET",${rest}`
  t.strictSame(await values('floodgate_auth_requests_total'), {
    [by('api-keys', '/keys', 'result="accepted"')]: 1,
    [by('api-keys', '/keys', 'result="refused",reason="roles"')]: 1,
    [by('api-keys', '/keys', 'result="refused",reason="unknown_key"')]: 1,
    [by('api-keys', '/keys', 'result="refused",reason="missing"')]: 1,
    [by('basic', '/users', 'result="accepted"')]: 0,
    [by('basic', '/users', 'result="refused",reason="missing"')]: 1,
    [by('validator', '/tokens', 'result="accepted"')]: 0,
    [by('validator', '/tokens', 'result="refused",reason="missing"')]: 1,
    [by('validator', '/tokens', 'result="refused",reason="malformed"')]: 1,
    [by('validator', '/tokens', 'result="refused",reason="unknown_key"')]: 1
  })
  t.strictSame(await values('floodgate_key_set_fetches_total'), { [`url="${origin.url}/keys",result="success"`]: 0, [`url="${origin.url}/keys",result="failure"`]: 1 })
  t.ok(isRecent((await values('floodgate_key_set_failing_since_timestamp_seconds'))[`url="${origin.url}/keys"`]))
  t.strictSame(await values('floodgate_key_set_keys'), {}, 'none was fetched')
})

t.test('metrics: the client of each backend, and what decides how it is called', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end() })
  const proxied = { 'backend/http/client': { proxy_address: 'http://joe:secret@proxy:3128', client_tls: { allow_insecure_connections: true } } }
  const { read } = await startGateway(t, [
    { endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }, { host: [origin.url], url_pattern: '/', extra_config: proxied }] }
  ])
  const text = await read()
  t.match(text, /^floodgate_client_info\{client="[0-9a-f]{16}",endpoint="\/a",method="GET",backend="\/",tls="default",insecure="false",client_certificates="0",http2="false"\} 1$/m)
  t.match(text, /backend="\/ \(2\)",proxy="http:\/\/proxy:3128",tls="TLS13",insecure="true"/)
  t.notMatch(text, /secret|joe/)
})

t.test('metrics: those of a feature of the host are served, and wrong ones stop the start', async (t) => {
  const definition: MetricDefinition = { name: 'acme_seen_total', type: 'counter', help: 'Seen.', labels: ['endpoint', 'method'] }
  const own = (definition: MetricDefinition): Feature => ({
    namespace: 'acme/seen',
    schemas: { endpoint: { type: 'object' } },
    route (_, { path, method }, { metrics }) {
      const counter = metrics?.counter(definition, { endpoint: path, method })
      return { onRequest: (_request, _reply, done) => { counter?.add(); done() } }
    }
  })
  const origin = await startOrigin(t, (_, response) => { response.end('{}') })
  const endpoints = [{ endpoint: '/a', extra_config: { 'acme/seen': {} }, backend: [{ host: [origin.url], url_pattern: '/' }] }]
  const { app, values } = await startGateway(t, endpoints, {}, [own(definition)])
  await app.inject('/api/a')
  t.strictSame(await values('acme_seen_total'), { 'endpoint="/a",method="GET"': 1 })
  await t.rejects(startGateway(t, endpoints, {}, [own({ ...definition, name: 'acmeSeen' })]), /acmeSeen.*snake case/)
})

t.test('metrics of requests: statuses are bounded', (t) => {
  const registry = createMetricRegistry()
  const use = registry.use()
  const endpoint = { index: 0, path: '/a', method: 'GET' } as Endpoint
  const { hooks, end } = createRequestMetrics([endpoint], use, false)
  for (let status = 100; status < 1000; status++) {
    const raw = { headersSent: true, statusCode: status }
    const request = { routeOptions: { config: { floodgate: { kind: 'endpoint', endpoint } } } }
    ;(hooks.onRequest as unknown as (request: object, reply: object, done: () => void) => void)(request, { raw }, () => {})
    end(raw)
  }
  const counted = Array.from(writeExposition(use.read()).matchAll(/requests_total\{.*status="(.*)"\} (\d+)/g), ([, status, count]) => [status, Number(count)] as const)
  t.equal(counted.length, 32 + 9)
  t.equal(counted.reduce((sum, [, count]) => sum + count, 0), 900)
  t.strictSame(counted.at(-1), ['9xx', 100])
  t.end()
})
