import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfiguration, type Configuration } from '@floodgate/gateway'
import { freePort, startOrigin } from '@floodgate/testing'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

const load = (config: Partial<Configuration>) => loadConfiguration({ version: 3, timeout: '60s', listen_ip: '127.0.0.1', endpoints: [], ...config }, { env: {} })

async function start (t: Test, config: Partial<Configuration>) {
  const server = await createReloadableServer(await load(config), {})
  t.teardown(() => server.close())
  const url = await server.listen(0)
  return {
    server,
    url,
    async reload (next: Partial<Configuration>) { (await server.prepare(await load(next))).swap() },
    async status (path: string) {
      const response = await fetch(url + path)
      await response.arrayBuffer()
      return response.status
    }
  }
}

const quiet = { 'telemetry/logging': { level: 'CRITICAL', stdout: false }, router: { disable_access_log: true } }
const pass = (endpoint: string, host: string, more = {}) => ({ endpoint, output_encoding: 'no-op', backend: [{ host: [host], url_pattern: endpoint, ...more }] })

t.test('ReloadableServer: what did not change keeps its connections, limits, breakers and caches, wherever it stands', async (t) => {
  let asked = 0
  const origin = await startOrigin(t, (request, response) => {
    asked++
    response.statusCode = request.url === '/broken' ? 500 : 200
    response.setHeader('cache-control', 'max-age=60').end(`answer ${asked}`)
  })
  const limited = { ...pass('/limited', origin.url), extra_config: { 'qos/ratelimit/router': { max_rate: 2, every: '1h', client_max_rate: 1, strategy: 'ip' } } }
  const broken = (maxErrors: number) => ({ endpoint: '/broken', backend: [{ host: [origin.url], url_pattern: '/broken', extra_config: { 'qos/circuit-breaker': { interval: 0, timeout: 600, max_errors: maxErrors } } }] })
  const cached = pass('/cached', origin.url, { extra_config: { 'qos/http-cache': {} } })
  const { server, url, reload, status } = await start(t, { extra_config: quiet, endpoints: [limited, broken(1), cached] })
  const read = async () => (await fetch(`${url}/cached`)).text()

  t.equal(await status('/limited'), 200)
  t.equal(await status('/limited'), 429)
  for (let i = 0; i < 3; i++) t.equal(await status('/broken'), 500)
  const calls = asked
  t.equal(await status('/broken'), 500)
  t.equal(asked, calls, 'the breaker is open')
  const answer = await read()
  const connections = origin.accepted

  for (let i = 0; i < 10; i++) {
    await reload({ extra_config: quiet, endpoints: [pass(`/new/${i}`, origin.url), cached, limited, broken(1)] })
    t.equal(await status(`/new/${i}`), 200)
    t.equal(await status('/limited'), 429, 'the bucket is empty')
    const before = asked
    t.equal(await status('/broken'), 500)
    t.equal(await read(), answer)
    t.equal(asked, before, 'neither the open breaker nor the cache calls the backend')
  }
  t.equal(await status('/new/0'), 404)
  t.equal(origin.accepted, connections, 'over the same connections')

  await reload({ extra_config: quiet, endpoints: [broken(9)] })
  const before = asked
  await status('/broken')
  t.equal(asked, before + 1, 'a breaker with other settings is a new one')
  await reload({ extra_config: quiet, endpoints: [limited] })
  t.equal(await status('/limited'), 200, 'state of a removed endpoint is gone')
  t.equal(server.loaded.model.endpoints.length, 1)
})

t.test('ReloadableServer: a running request ends on the configuration it began with, which closes behind it', async (t) => {
  let answer = (): void => {}
  const origin = await startOrigin(t, (_request, response) => { answer = () => { response.end('late') } })
  const { server, url, reload, status } = await start(t, { extra_config: quiet, endpoints: [pass('/a', origin.url)] })
  const closed = new Promise<void>((resolve) => { onClose(server.app, resolve) })
  const first = server.app
  const running = fetch(`${url}/a`)
  await once(origin.server, 'request')
  await reload({ extra_config: quiet })
  t.not(server.app, first)
  t.equal(await status('/a'), 404)
  answer()
  t.equal(await (await running).text(), 'late')
  await closed
})

function onClose (app: { close: unknown }, done: () => void): void {
  const { close } = app as { close: () => Promise<void> }
  Object.assign(app, { close: () => close.call(app).finally(done) })
}

t.test('ReloadableServer: a configuration that cannot be served changes nothing', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const taken = await startOrigin(t, () => {})
  const { server, url, status } = await start(t, { extra_config: quiet, endpoints: [pass('/a', origin.url)] })
  const { app } = server
  t.equal(await status('/a'), 200)
  const metrics = { extra_config: { ...quiet, floodgate: { metrics: { port: taken.port } } } }
  await t.rejects(server.prepare(await load(metrics)), { code: 'FG_ERR_GATEWAY_METRICS_LISTEN' })
  const candidate = await server.prepare(await load({ extra_config: quiet, endpoints: [pass('/b', origin.url)] }))
  t.equal(await status('/b'), 404, 'it is not served before the swap')
  await candidate.abandon()
  t.equal(server.app, app)
  t.equal(await status('/a'), 200)
  t.equal(origin.accepted, 1, 'the client is still there')
  t.equal((await fetch(`${url}/a`)).status, 200)
})

t.test('ReloadableServer: ports beside the listener stay open while their settings stay', async (t) => {
  const port = await freePort()
  const withPorts = (metrics: object, key = '') => ({
    extra_config: { ...quiet, floodgate: { metrics }, 'auth/revoker': { N: 100, P: 0.1, hash_name: 'optimal', TTL: 60, port, token_keys: ['jti'], ...(key !== '' && { revoke_server_api_key: key }) } }
  }) as Partial<Configuration>
  const { server, reload } = await start(t, withPorts({ port: 0 }))
  const at = server.app.floodgate.get().metricsUrl!
  const ask = (path: string, key = '', options = {}) => fetch(`http://127.0.0.1:${port}${path}`, { ...options, headers: { authorization: `Bearer ${key}` } })
  await revokerOpens(ask)
  t.equal((await ask('/tokens', '', { method: 'POST', body: '{"tokens":["jti-1"]}' })).status, 204)
  for (let i = 0; i < 3; i++) await reload(withPorts({ port: 0 }))
  t.equal(server.app.floodgate.get().metricsUrl, at)
  t.match(await (await fetch(at)).text(), `floodgate_config_info{revision="${server.loaded.revision}"} 1`)
  t.same(await (await ask('/tokens/jti-1')).json(), { revoked: true })
  await reload(withPorts({ port: await freePort() }, 'secret'))
  t.not(server.app.floodgate.get().metricsUrl, at)
  await t.rejects(fetch(at), 'the port before is closed')
  while (await ask('/tokens/jti-1').then(({ status }) => status, () => 0) !== 401) await new Promise(setImmediate)
  t.same(await (await ask('/tokens/jti-1', 'secret')).json(), { revoked: true }, 'revocations stay')
  await reload({ extra_config: quiet })
  t.equal(server.app.floodgate.get().metricsUrl, null)
})

async function revokerOpens (ask: (path: string) => Promise<Response>): Promise<void> {
  while (await ask('/tokens/x').then(() => false, () => true)) await new Promise(setImmediate)
}

t.test('ReloadableServer: 60 reloads leave nothing behind', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const config = (i: number): Partial<Configuration> => ({
    extra_config: quiet,
    endpoints: [pass('/a', origin.url), pass(`/${i}`, origin.url, { extra_config: { 'backend/http/client': { client_tls: { min_version: i % 2 === 0 ? 'TLS12' : 'TLS13' } } } })]
  })
  const { server, reload, status } = await start(t, config(0))
  const listeners = server.server.eventNames().map((name) => server.server.listenerCount(name))
  for (let i = 1; i <= 60; i++) {
    await reload(config(i))
    t.equal(await status(`/${i}`), 200)
  }
  t.same(server.server.eventNames().map((name) => server.server.listenerCount(name)), listeners)
  const clients = () => server.app.floodgate.get().stats()
  while (clients().length > 2) await new Promise(setImmediate)
  t.equal(clients().length, 2, 'clients of the current configuration only')
  t.equal(clients().revision, server.loaded.revision)
})

t.test('ReloadableServer: a script whose file has changed runs anew, one that cannot be used leaves the previous one in use', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.setHeader('content-type', 'application/json').end('{"a":1}') })
  const file = join(t.testdir({}), 's.mjs')
  const write = (value: string) => { writeFileSync(file, `export default { response ({ data }) { data.by = ${value} } }`) }
  const config = { extra_config: quiet, endpoints: [{ endpoint: '/a', extra_config: { 'floodgate.script': { module: file } }, backend: [{ host: [origin.url], url_pattern: '/' }] }] }
  write('"first"')
  const { server, url, reload } = await start(t, config)
  const by = async () => ((await (await fetch(`${url}/a`)).json()) as { by: string }).by
  t.equal(await by(), 'first')
  write('"second"')
  await reload(config)
  t.equal(await by(), 'second')
  write('"third')
  await t.rejects(load(config).then((loaded) => server.prepare(loaded)), { code: 'FG_ERR_CONFIG_INVALID', message: /s\.mjs|Unterminated string/ })
  t.equal(await by(), 'second')
})

t.test('ReloadableServer: requests are served while a large configuration is built', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const config = (count: number) => ({ extra_config: quiet, endpoints: Array.from({ length: count }, (_, i) => pass(`/e/${i}`, origin.url)) }) as Partial<Configuration>
  const { server, status } = await start(t, config(1))
  const next = await load(config(2000))
  let turns = 0
  let isBuilding = true
  const count = (): void => {
    turns++
    if (isBuilding) setImmediate(count)
  }
  count()
  const candidate = await server.prepare(next)
  isBuilding = false
  t.ok(turns > 5, `${turns} turns of the event loop`)
  candidate.swap()
  t.equal(await status('/e/1999'), 200)
})
