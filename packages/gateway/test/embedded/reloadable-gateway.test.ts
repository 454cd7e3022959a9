import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import gateway, { loadConfiguration, type GatewayOptions } from '@floodgate/gateway'
import type { Feature } from '@floodgate/core'
import { checkConfiguration } from '@floodgate/inspect'
import { formatProblems } from '@floodgate/config-loader'
import { freePort, startOrigin, until } from '@floodgate/testing'

const pass = (path: string, more = {}) => ({ endpoint: path, output_encoding: 'no-op', backend: [{ url_pattern: path, ...more }] })
const configure = (host: string, endpoints: object[], more: object = {}) => ({ version: 3, timeout: '60s', host: [host], endpoints, ...more }) as never

async function mount (t: Test, options: GatewayOptions, logger: object | boolean = false) {
  const app = Fastify({ forceCloseConnections: true, logger } as object) as FastifyInstance
  t.teardown(() => app.close())
  await app.register(gateway, { reloadable: true, env: {}, ...options })
  const read = async (url: string) => {
    const { statusCode, body } = await app.inject(url)
    return statusCode === 200 ? body : statusCode
  }
  return { app, read, status: async (url: string) => (await app.inject(url)).statusCode, reload: (config?: object | string) => app.floodgate.get().reload(config) }
}

function writeConfig (t: Test, config: object): { file: string, write (config: object | string): void } {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = join(folder, 'krakend.json')
  const write = (config: object | string): void => { writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config)) }
  write(config)
  return { file, write }
}

t.test('reload: what did not change keeps its connections, limits, breakers and caches, wherever it stands', async (t) => {
  let asked = 0
  const origin = await startOrigin(t, (request, response) => {
    asked++
    response.statusCode = request.url === '/broken' ? 500 : 200
    response.setHeader('cache-control', 'max-age=60').end(`answer ${asked}`)
  })
  const limited = { ...pass('/limited'), extra_config: { 'qos/ratelimit/router': { max_rate: 2, every: '1h', client_max_rate: 1, strategy: 'ip' } } }
  const broken = (maxErrors: number) => ({ endpoint: '/broken', backend: [{ url_pattern: '/broken', extra_config: { 'qos/circuit-breaker': { interval: 0, timeout: 600, max_errors: maxErrors } } }] })
  const cached = pass('/cached', { extra_config: { 'qos/http-cache': {} } })
  const { status, read, reload } = await mount(t, { config: configure(origin.url, [limited, broken(1), cached]) })
  t.equal(await status('/limited'), 200)
  t.equal(await status('/limited'), 429)
  for (let i = 0; i < 3; i++) await status('/broken')
  const answer = await read('/cached')
  const connections = origin.accepted
  for (let i = 0; i < 5; i++) {
    const result = await reload(configure(origin.url, [pass(`/new/${i}`), cached, limited, broken(1)]))
    t.match(result.changed, { added: [`GET /new/${i}`], altered: [], clients: { added: 0, removed: 0 } })
    t.equal(await status(`/new/${i}`), 200)
    t.equal(await status('/limited'), 429, 'the bucket is empty')
    const before = asked
    t.equal(await status('/broken'), 500)
    t.equal(await read('/cached'), answer)
    t.equal(asked, before, 'neither the open breaker nor the cache calls the backend')
  }
  t.equal(origin.accepted, connections, 'over the same connections')
  await reload(configure(origin.url, [broken(9)]))
  const before = asked
  await status('/broken')
  t.equal(asked, before + 1, 'a breaker with other settings is a new one')
})

t.test('reload: the entry, statistics and metrics are those of the configuration in use', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const metrics = (port: number) => ({ extra_config: { floodgate: { metrics: { port } } } })
  const { app, reload, status } = await mount(t, { config: configure(origin.url, [pass('/a')], metrics(0)), prefix: '/api' })
  await app.ready()
  const entry = app.floodgate.get()
  const first = entry.revision
  const url = entry.metricsUrl!
  t.match(await (await fetch(url)).text(), `floodgate_config_info{revision="${first}"} 1`)
  const result = await reload(configure(origin.url, [pass('/b')], metrics(0)))
  t.equal(result.revision, entry.revision)
  t.not(entry.revision, first)
  t.equal(entry.metricsUrl, url)
  t.same(entry.endpoints.map(({ path }) => path), ['/b'])
  t.equal(entry.model.endpoints[0], entry.endpoints[0])
  t.equal(entry.stats().revision, result.revision)
  t.equal(entry.name, '/api')
  await reload(configure(origin.url, [{}]))
  const text = await (await fetch(url)).text()
  t.match(text, `floodgate_config_info{revision="${result.revision}"} 1`)
  t.match(text, 'floodgate_config_reloads_total{result="success"} 1')
  t.match(text, 'floodgate_config_reloads_total{result="failure"} 1')
  const taken = await startOrigin(t, () => {})
  t.match(await reload(configure(origin.url, [pass('/c')], metrics(taken.port))), { changed: null, problems: [{ code: 'FG_ERR_GATEWAY_METRICS_LISTEN' }] })
  t.equal(await status('/api/b'), 200)
  await reload(configure(origin.url, []))
  t.equal(entry.metricsUrl, null)
})

t.test('reload: a broken configuration changes nothing, and has the problems that check reports', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const lines: string[] = []
  const { file, write } = writeConfig(t, configure(origin.url, [pass('/a')]))
  const { reload, read, app } = await mount(t, { config: file }, { stream: { write (line: string) { lines.push((JSON.parse(line) as { msg: string }).msg) } } })
  const { revision } = app.floodgate.get()
  const broken: (object | string)[] = [
    '{ "version": 3,',
    configure(origin.url, [{ endpoint: '/a' }]),
    configure(origin.url, [pass('/a')], { port: 'x' }),
    configure(origin.url, [{ ...pass('/a'), extra_config: { 'auth/validator': {} } }]),
    configure(origin.url, [{ ...pass('/a'), extra_config: { 'validation/json-schema': { type: 'nothing' } } }]),
    configure(origin.url, [pass('/a', { extra_config: { 'backend/http/client': { client_tls: { ca_certs: ['none.pem'] } } } })])
  ]
  for (const config of broken) {
    write(config)
    lines.length = 0
    const result = await reload()
    t.equal(result.changed, null)
    t.equal(result.revision, revision)
    const problems = await checkConfiguration(file, { env: {} })
    const text = (all: typeof problems) => formatProblems(all.filter(({ severity }) => severity === 'error'))
    t.equal(text(result.problems as typeof problems), text(problems))
    t.not(text(problems), '')
    t.match(lines[0], /^configuration not reloaded, the previous one stays in use: \d+ errors?$/)
    t.equal(await read('/a'), 'ok')
  }
  write(configure(origin.url, [pass('/b')]))
  t.match(await reload(), { changed: { added: ['GET /b'], removed: ['GET /a'] }, problems: [] })
  t.equal(await read('/b'), 'ok')
})

t.test('reload: a path, an object, what was loaded, or what it was loaded from', async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.end(request.url) })
  const config = (path: string) => configure(origin.url, [pass(path)])
  const [one, two] = [writeConfig(t, config('/one')), writeConfig(t, config('/two'))]
  const { reload, status } = await mount(t, { config: one.file })
  await reload(two.file)
  two.write(config('/two/new'))
  t.match(await reload(), { changed: { added: ['GET /two/new'] } }, 'the file in use is read again')
  await reload(join(two.file, 'none'))
  two.write(config('/two/newer'))
  t.match(await reload(), { changed: { added: ['GET /two/newer'] } }, 'not the one that was refused')
  await reload(config('/object'))
  t.equal(await status('/object'), 200)
  const loaded = await loadConfiguration(config('/loaded'), { env: {} })
  t.match(await reload(loaded), { revision: loaded.revision })
  await t.rejects(reload(), { code: 'FG_ERR_GATEWAY_RELOAD_SOURCE' })
  t.equal(await status('/loaded'), 200)
})

t.test('reload: calls run one after the other, each with its own result', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const { app, reload, status } = await mount(t, { config: configure(origin.url, []) })
  const results = await Promise.all(['/a', '/b', '', '/c'].map((path) => reload(configure(origin.url, path === '' ? [{}] : [pass(path)]))))
  t.match(results.map(({ changed }) => changed?.added ?? null), [['GET /a'], ['GET /b'], null, ['GET /c']])
  t.match(results[3]!.changed!.removed, ['GET /b'])
  t.equal(results[2]!.revision, results[1]!.revision)
  t.equal(await status('/c'), 200)
  t.equal(app.floodgate.get().revision, results[3]!.revision)
})

t.test('reload: keys that need a restart are named', async (t) => {
  const { reload } = await mount(t, { config: configure('http://127.0.0.1:81', [pass('/a')]) })
  t.match(await reload(configure('http://127.0.0.1:81', [pass('/a')], { port: 9999, read_timeout: '3s' })), { changed: { altered: [] }, restart: ['port', 'read_timeout'] })
})

t.test('reload: without another configuration, files are read again', async (t) => {
  const { reload } = await mount(t, {
    config: configure('http://127.0.0.1:81', [pass('/a')]),
    features: [{
      namespace: 'test/renews',
      schemas: { service: { type: 'object' } as never },
      setup (context) { context.onRenew(() => { renewed++ }) }
    }]
  })
  let renewed = 0
  const config = configure('http://127.0.0.1:81', [pass('/a')], { extra_config: { 'test/renews': {} } })
  await reload(config)
  t.equal(renewed, 0)
  await reload(config)
  t.equal(renewed, 1)
})

t.test('reload: several gateways in one app, each by its name', async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.end(request.url) })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: configure(origin.url, [pass('/a')]), prefix: '/one', reloadable: true })
  await app.register(gateway, { config: configure(origin.url, [pass('/a')]), prefix: '/two', reloadable: true })
  await app.register(gateway, { config: configure(origin.url, [pass('/a')]), name: 'fixed' })
  await app.floodgate.get('/two').reload(configure(origin.url, [pass('/b')]))
  await app.ready()
  const status = async (url: string) => (await app.inject(url)).statusCode
  t.same([await status('/one/a'), await status('/two/a'), await status('/two/b'), await status('/a')], [200, 404, 200, 200])
  await t.rejects(app.floodgate.get('fixed').reload(), {
    code: 'FG_ERR_GATEWAY_NOT_RELOADABLE',
    message: 'the configuration of "fixed" (@floodgate/gateway at /) cannot be replaced while it runs: register @floodgate/gateway with { reloadable: true }'
  })
})

t.test('reload: features serve and close with their configuration, and ports pass on', async (t) => {
  const events: string[] = []
  const port = await freePort()
  const { app, reload } = await mount(t, {
    config: configure('http://127.0.0.1:81', [], { extra_config: { 'test/port': { name: 'one' } } }),
    features: [{
      namespace: 'test/port',
      schemas: { service: { type: 'object' } as never },
      service (settings, { onServe, onClose }) {
        const { name } = settings as { name: string }
        onServe(() => { events.push(`${name} serves`) })
        onClose(() => { events.push(`${name} closes`) })
        return undefined
      }
    }]
  })
  await reload(configure('http://127.0.0.1:81', [], { extra_config: { 'test/port': { name: 'two' } } }))
  t.same(events, ['one closes'])
  await app.listen({ port, host: '127.0.0.1' })
  await until(() => events.length === 2)
  await reload(configure('http://127.0.0.1:81', [], { extra_config: { 'test/port': { name: 'three' } } }))
  await app.close()
  t.same(events, ['one closes', 'two serves', 'three serves', 'two closes', 'three closes'])
  await t.rejects(reload(), { code: 'FG_ERR_GATEWAY_STOPS' })
})

t.test('reload: host.close() waits for requests of every configuration', async (t) => {
  const answers: (() => void)[] = []
  const origin = await startOrigin(t, (request, response) => { answers.push(() => { response.end(request.url) }) })
  const app = Fastify()
  await app.register(gateway, { config: configure(origin.url, [pass('/a')]), reloadable: true })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const once = { headers: { connection: 'close' } }
  const one = fetch(`${url}/a`, once)
  await until(() => answers.length === 1)
  await app.floodgate.get().reload(configure(origin.url, [pass('/b')]))
  const two = fetch(`${url}/b`, once)
  await until(() => answers.length === 2)
  const closed = app.close()
  for (const answer of answers) answer()
  t.equal(await (await one).text(), '/a')
  t.equal(await (await two).text(), '/b')
  await closed
})

t.test('watch: a changed file replaces the configuration, a broken one does not', async (t) => {
  const origin = await startOrigin(t, (_request, response) => { response.end('ok') })
  const { file, write } = writeConfig(t, configure(origin.url, [pass('/a')]))
  const lines: string[] = []
  const { app, status, reload } = await mount(t, { config: file, watch: true }, { stream: { write (line: string) { lines.push((JSON.parse(line) as { msg: string }).msg) } } })
  const logged = (text: string) => until(() => lines.some((line) => line.startsWith(text)))
  write('{')
  await logged('configuration not reloaded')
  write(configure(origin.url, [pass('/b')]))
  await logged('configuration reloaded')
  t.equal(await status('/b'), 200)
  write(configure(origin.url, [pass('/c')]))
  t.match(await reload(), { changed: {}, revision: app.floodgate.get().revision })
  t.equal(app.floodgate.get().endpoints[0]!.path, '/c')
})

t.test('options: reloadable and watch', async (t) => {
  const config = configure('http://127.0.0.1:81', [pass('/a')])
  const rejects = (options: object, message: RegExp) => t.rejects(async () => { await Fastify().register(gateway, { config, ...options } as GatewayOptions) }, { code: 'FG_ERR_GATEWAY_OPTIONS', message })
  await rejects({ reloadable: 'yes' }, /"reloadable" must be/)
  await rejects({ watch: true }, /"watch" needs "reloadable": true/)
  await rejects({ watch: true, reloadable: true }, /"watch" needs a path as "config"/)
  await rejects({ reloadable: true, overrides: { '/a': { schema: { hide: true } } } }, /"overrides" of "\/a": "schema" has no effect with "reloadable"/)
})

t.test('reloadable: a start that fails leaves nothing open', async (t) => {
  const closed: string[] = []
  const app = Fastify()
  await t.rejects(async () => {
    await app.register(gateway, {
      config: configure('http://127.0.0.1:81', [], { extra_config: { 'test/fails': {} } }),
      reloadable: true,
      features: [{
        namespace: 'test/fails',
        schemas: { service: { type: 'object' } as never },
        setup ({ onClose }) { onClose(() => { closed.push('closed') }); throw new Error('no') }
      }]
    })
  }, { code: 'FG_ERR_GATEWAY_FEATURE_FAILED' })
  t.same(closed, ['closed'])
  await app.close()
})

t.test('reload: a hook onListen of a feature that fails ends no process, and the next configuration is served', async (t) => {
  const feature: Feature = {
    namespace: 'own/hook',
    schemas: { service: { type: 'object' } },
    setup ({ scope, model }) {
      const thrown: unknown = null
      if (model.name === 'next') scope.addHook('onListen', async () => { throw thrown })
    }
  }
  const lines: string[] = []
  const origin = await startOrigin(t, (_request, response) => { response.end('{}') })
  const named = (name: string) => configure(origin.url, [pass('/a')], { name, extra_config: { 'own/hook': {} } })
  const { app, status, reload } = await mount(t, { config: named('first'), features: [feature] }, { stream: { write (line: string) { lines.push(line) } } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const rejected: unknown[] = []
  const note = (reason: unknown): void => { rejected.push(reason) }
  process.on('unhandledRejection', note)
  t.teardown(() => { process.off('unhandledRejection', note) })
  t.not((await reload(named('next'))).changed, null)
  await until(() => lines.some((line) => line.includes('a hook onListen of a feature failed')))
  t.equal(await status('/a'), 200)
  t.same(rejected, [])
})
