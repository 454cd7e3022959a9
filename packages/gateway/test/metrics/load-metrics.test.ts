import { spawnSync } from 'node:child_process'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { createServer, loadConfiguration, type Configuration } from '@floodgate/gateway'
import type { ClientStatistics } from '@floodgate/http-client'
import { createAuthority, missingProgram, startForwardProxy, startOrigin, writeFiles } from '@floodgate/testing'
import { describeClientMetrics } from '../../src/metrics/client-metrics.ts'
import { writeExposition } from '@floodgate/core'

const ca = createAuthority('ca')

/** Checks a text as Prometheus reads it, and by its conventions. */
function check (text: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  return status === 0 && stderr === '' ? '' : `${stdout}${stderr}`
}

const withoutPromtool = missingProgram('promtool', 'get it with `apt-get install prometheus`')

async function startGateway (t: Test, config: Configuration) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config, env: {} })
  await app.ready()
  return { app, url: app.floodgate.get().metricsUrl! }
}

const read = async (url: string): Promise<string> => (await fetch(url)).text()

/** The samples of a client metric, by their labels, in the order of the text; all clients in one. */
function samples (text: string, name: string): [labels: string, value: number][] {
  return Array.from(text.matchAll(new RegExp(`^floodgate_client_${name}{client="[0-9a-f]{16}",?(.*)} (.*)$`, 'gm')), ([, labels = '', value]) => [labels, Number(value)])
}

t.test('metrics: tell what the clients of backends did', async (t) => {
  const own = ca.issue({ cn: 'the gateway', days: 30 })
  const files = writeFiles(t, { 'ca.pem': ca.cert, 'client.pem': own.cert, 'client.key': own.key })
  const trusted = await startOrigin(t, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end()
    else response.setHeader('content-type', 'application/json').end('{}')
  }, { ...ca.issue({ cn: 'trusted', days: 10 }), requestCert: true, rejectUnauthorized: false })
  const stranger = await startOrigin(t, (_, response) => { response.end() }, createAuthority('nobody').issue({ cn: 'stranger' }))
  const proxy = await startForwardProxy(t, { auth: 'user:secret' })
  const tls = { ca_certs: [files['ca.pem']], disable_system_ca_pool: true, client_certs: [{ certificate: files['client.pem'], private_key: files['client.key'] }] }
  const proxied = (credentials: string) => ({ extra_config: { 'backend/http/client': { client_tls: tls, proxy_address: proxy.url.replace('//', `//${credentials}@`) } } })
  const backend = (url: string, more = {}) => [{ host: [url], url_pattern: '/moved', ...more }]
  const { app, url } = await startGateway(t, {
    version: 3,
    timeout: '60s',
    client_tls: tls,
    extra_config: { floodgate: { metrics: { port: 0 } } },
    endpoints: [
      { endpoint: '/trusted', backend: backend(trusted.url) },
      { endpoint: '/stranger', backend: backend(stranger.url) },
      { endpoint: '/proxied', backend: backend(trusted.url, proxied('user:secret')) },
      { endpoint: '/refused', backend: backend(trusted.url, proxied('user:wrong-secret')) }
    ]
  })
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  for (const path of ['/trusted', '/trusted', '/stranger', '/proxied', '/refused']) await app.inject(path)

  const text = await read(url)
  const direct = `destination="${trusted.url}"`
  const through = `${direct},proxy="${proxy.url}"`
  const strange = `destination="${stranger.url}"`
  t.strictSame(samples(text, 'connections_opened_total'), [[direct, 1], [strange, 0], [through, 1], [through, 0]])
  t.strictSame(samples(text, 'connections_reused_total'), [[direct, 3], [strange, 0], [through, 1], [through, 0]])
  t.strictSame(samples(text, 'requests_total').map(([, value]) => value), [4, 1, 2, 1], 'hops of redirects count')
  t.strictSame(samples(text, 'redirects_total').map(([, value]) => value), [2, 0, 1, 0])
  t.strictSame(samples(text, 'handshake_failures_total'), [[`${strange},cause="UNABLE_TO_GET_ISSUER_CERT_LOCALLY"`, 1]])
  t.strictSame(samples(text, 'proxy_failures_total'), [[`${through},cause="FG_ERR_HTTP_CLIENT_PROXY_AUTH"`, 1]])
  t.match(samples(text, 'call_failures_total'), [[`origin="${stranger.url}",code="FG_ERR_HTTP_CLIENT_CERTIFICATE"`, 1], [`origin="${trusted.url}",code="FG_ERR_HTTP_CLIENT_PROXY_AUTH"`, 1]])
  const days = samples(text, 'certificate_expiry_timestamp_seconds').slice(0, 3).map(([labels, time]) => [labels, Math.round((time - Date.now() / 1000) / 86_400)])
  t.strictSame(days, [
    [`use="client",from="${files['client.pem']}",subject="CN=the gateway"`, 30],
    [`use="authority",from="${files['ca.pem']}",subject="CN=ca"`, 2],
    [`use="peer",from="127.0.0.1:${trusted.port}",subject="CN=trusted"`, 10]
  ])
  t.notMatch(text, /secret/)
  const [statistics] = app.floodgate.get().stats()
  t.match(statistics!.certificates.map(({ use, daysLeft }) => `${use} ${daysLeft}`), ['client 29', 'authority 1', 'peer 9'])
  await t.test('promtool finds nothing to say', { skip: withoutPromtool ?? false }, (t) => {
    t.equal(check(text), '')
    t.end()
  })
  await app.close()
  await t.rejects(fetch(url), 'ends with the app')
})

t.test('metrics: the listener knows one path, and asks for a free port', async (t) => {
  const config = (metrics: object) => ({ version: 3, extra_config: { floodgate: { metrics } }, endpoints: [] }) as unknown as Configuration
  const { url } = await startGateway(t, config({ port: 0 }))
  const { status, headers } = await fetch(url, { method: 'HEAD' })
  t.strictSame([status, headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  t.equal((await fetch(`${url}?name=a`)).status, 200)
  t.equal((await fetch(new URL('/', url))).status, 404)
  t.equal((await fetch(url, { method: 'POST' })).headers.get('allow'), 'GET, HEAD')
  const port = Number(new URL(url).port)
  await t.rejects(startGateway(t, config({ port })), { code: 'FG_ERR_GATEWAY_METRICS_LISTEN', message: `the metrics cannot be served on 127.0.0.1:${port}: the port is already in use; set another port or listen_ip in extra_config.floodgate.metrics` })
  await t.rejects(startGateway(t, config({ port: 0, listen_ip: '192.0.2.1' })), { message: /on 192\.0\.2\.1:0: this machine does not have this address/ })
  const standalone = await createServer(await loadConfiguration(config({ port })), { silent: true })
  t.teardown(() => standalone.close())
  await standalone.ready()
  t.equal(standalone.floodgate.get().metricsUrl, null, 'a server that is only built takes no port')
  await t.rejects(loadConfiguration(config({ port: 'a', listen_addr: '::' })), {
    code: 'FG_ERR_CONFIG_INVALID',
    message: /floodgate\.metrics\.port: must be a whole number, not "a"[^]*unknown key "listen_addr"/
  })
})

t.test('metrics: labels are escaped, and tell of the bounds of counting', async (t) => {
  const statistics: ClientStatistics = {
    key: 'k',
    calls: 0,
    origins: [{ origin: 'other', requests: 3, redirects: 0, retries: 0, failovers: 0, repeats: 0, failures: {}, serverErrors: {}, lastAt: {} }],
    hosts: [],
    pools: [],
    rotation: { renewed: 0, failed: 1, lastRenewed: null, lastError: 'broken' },
    certificates: [{ use: 'client', from: 'C:\\certs\\"a".pem', subject: 'CN=two\nlines', validTo: '2030-01-01T00:00:00.000Z', daysLeft: 1 }]
  }
  const text = writeExposition(describeClientMetrics([statistics]))
  t.ok(text.includes('{client="k",use="client",from="C:\\\\certs\\\\\\"a\\".pem",subject="CN=two\\nlines"} 1893456000\n'), text)
  t.ok(text.includes('floodgate_client_renewal_failing{client="k"} 1\n'))
  t.notMatch(text, /connections_open/, 'a metric without samples is not there')
  if (withoutPromtool === null) t.equal(check(text), '')
})
