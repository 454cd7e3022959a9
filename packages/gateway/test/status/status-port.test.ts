import http from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { loadConfiguration, type Configuration } from '@floodgate/gateway'
import { checkBuild } from '@floodgate/gateway/check-build'
import { call, freePort, startOrigin, until, writeFiles } from '@floodgate/testing'
import { ownFeature } from '../../src/own-settings.ts'
import { mostViewers } from '../../src/status/feed.ts'

const token = 'a-token-of-this-test'

function configOf (status: object, endpoints: object[] = [], more: object = {}): Configuration {
  return { version: 3, timeout: '60s', name: 'shop', extra_config: { floodgate: { status, ...more } }, endpoints } as unknown as Configuration
}

async function startGateway (t: Test, config: Configuration, options: object = {}) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config, env: {}, ...options })
  await app.ready()
  return { app, url: app.floodgate.get().statusUrl! }
}

interface Answer { readonly status: number, readonly headers: IncomingHttpHeaders, readonly text: string }

/** As a client that names the host as it likes. */
async function ask (url: string, path: string, options: { method?: string, headers?: Record<string, string>, body?: string } = {}): Promise<Answer> {
  const { status, headers, body } = await call(new URL(path, url).href, options)
  return { status, headers, text: body.toString() }
}

interface Table { id: string, columns: { title: string, metric: string | null }[], rows: [string, (string | number | null)[]][] }
interface All { about: { name: string, revision: string, notices: { text: string }[] }, tables: Table[] }

const tableOf = (text: string, id: string): Table => (JSON.parse(text) as All).tables.find((table) => table.id === id)!

/** Follows the stream; `events` fills up. */
function follow (t: Test, url: string) {
  const events: { event: string, data: string }[] = []
  let status = 0
  let isOver = false
  const request = http.get(new URL('/events', url), { agent: false }).on('response', (response) => {
    let text = ''
    status = response.statusCode!
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event = '', data = ''] = /event: (.*)\ndata: (.*)/.exec(text.slice(0, end)) ?? []
        events.push({ event, data })
        text = text.slice(end + 2)
      }
    })
    response.on('close', () => { isOver = true }).on('error', () => {})
  })
  request.on('error', () => { isOver = true })
  t.teardown(() => { request.destroy() })
  return { events, request, get status () { return status }, get isOver () { return isOver } }
}

t.test('status: everything as data, without secrets, then what changes', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url!.startsWith('/bad') ? 500 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  const away = `http://127.0.0.1:${await freePort()}`
  const { app, url } = await startGateway(t, configOf({ port: 0 }, [
    { endpoint: '/good', backend: [{ host: [origin.url], url_pattern: '/', extra_config: { 'backend/http/client': { proxy_address: 'http://me:hidden-word@127.0.0.1:1', no_redirect: true, floodgate: { no_proxy: ['127.0.0.1'] } } } }] },
    { endpoint: '/bad', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/bad?api_key=k1', encoding: 'no-op' }] },
    { endpoint: '/away', backend: [{ host: [away], url_pattern: '/' }] },
    { endpoint: '/idle', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/idle', encoding: 'no-op' }] }
  ], { eject: { consecutive: 2, for: '1m' } }))
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
  for (const path of ['/good', '/good', '/bad', '/away', '/away']) await app.inject(path)
  const { status, headers, text } = await ask(url, '/status.json')
  t.strictSame([status, headers['content-type'], headers['cache-control']], [200, 'application/json', 'no-store'])
  const { about } = JSON.parse(text) as All
  t.match(about, { name: 'shop', revision: /^[0-9a-f]{12}$/ })
  t.notMatch(text, /secret|hidden-word|k1/)
  const endpoints = tableOf(text, 'endpoints')
  t.strictSame(endpoints.rows.map(([, [method, path, , , , , , inFlight, requests]]) => [method, path, inFlight, requests]), [
    ['GET', '/good', 0, 2], ['GET', '/bad', 0, 1], ['GET', '/away', 0, 2], ['GET', '/idle', null, null]
  ])
  t.ok(endpoints.columns.slice(2).every(({ metric }) => metric?.startsWith('floodgate_http_')), 'each figure has its metric')
  const backends = tableOf(text, 'backends').rows.map(([, cells]) => cells)
  t.match(backends[0]![12], /^3 of the backend, 2 of the root\nbackend: no_redirect: true \(configuration\)\nbackend: proxy_address: http:\/\/\*\*\*@127\.0\.0\.1:1 /)
  t.match(backends[0]![12], /backend: floodgate\.no_proxy: 127\.0\.0\.1 /)
  t.match(backends[1]![12], /^2 of the root\nglobal: floodgate\.eject\.consecutive: 2 .*\nglobal: floodgate\.eject\.for: 1m/)
  const isRecent = (time: unknown): boolean => typeof time === 'number' && Math.abs(Date.now() - time) < 60_000
  t.match(tableOf(text, 'failures').rows.map(([, [host, code, , verdict, last, , total]]) => [host, code, verdict, isRecent(last), total]), [
    [origin.url, '500', /its own log says why/, true, 1],
    [away, 'FG_ERR_HTTP_CLIENT_DIAL', /nothing listens/, true, 2]
  ])
  t.match(backends.slice(0, 3).map((cells) => [isRecent(cells[7]), cells[8]]), [[false, null], [true, /^500: /], [true, /^DIAL: No connection/]])
  const hosts = tableOf(text, 'hosts').rows.map(([, cells]) => cells)
  t.match(hosts.map((cells) => [cells[0], isRecent(cells[12]), cells[13]]), [[origin.url, false, null], [origin.url, true, /^500: /], [away, true, /^DIAL: /]])
  t.match(tableOf(text, 'processes').rows, [['0', ['0']]])

  const viewer = follow(t, url)
  await until(() => viewer.events.length >= 2)
  t.equal(viewer.events[0]!.event, 'all')
  await app.inject('/good')
  const hasRequest = (data: string) => (JSON.parse(data) as { tables: { id: string, set: [string, unknown[]][] }[] }).tables
    .some(({ id, set }) => id === 'endpoints' && set.some(([, cells]) => cells[1] === '/good' && cells[8] === 3))
  await until(() => viewer.events.some(({ event, data }) => event === 'change' && hasRequest(data)))
  const { data } = viewer.events.find(({ event, data }) => event === 'change' && hasRequest(data))!
  t.notMatch(data, /"\/idle"/, 'rows that are the same are not sent again')
  await app.close()
  await until(() => viewer.isOver)
  t.pass('the port closes with the app, and its streams')
})

t.test('status: viewers are bounded', async (t) => {
  const { url } = await startGateway(t, configOf({ port: 0 }))
  const viewers = Array.from({ length: mostViewers }, () => follow(t, url))
  await until(() => viewers.every(({ events }) => events.length > 0))
  t.match(await ask(url, '/events'), { status: 503, text: /^50 viewers/ })
  viewers[0]!.request.destroy()
  const later: ReturnType<typeof follow>[] = []
  await until(() => {
    if (later.at(-1)?.status !== 200 && (later.length === 0 || later.at(-1)!.isOver)) later.push(follow(t, url))
    return later.at(-1)?.status === 200
  })
  t.pass('one that leaves makes room')
})

t.test('status: 200 viewers at once: 50 are served, the others are refused clearly, and the port goes on', async (t) => {
  const { url } = await startGateway(t, configOf({ port: 0 }, Array.from({ length: 500 }, (_, i) => ({ endpoint: `/${i}`, backend: [{ host: ['http://127.0.0.1:8081'], url_pattern: '/' }] }))))
  const viewers = Array.from({ length: 200 }, () => follow(t, url))
  await until(() => viewers.every(({ status }) => status !== 0))
  const served = viewers.filter(({ status }) => status === 200)
  t.strictSame([served.length, viewers.filter(({ status }) => status === 503).length], [mostViewers, 200 - mostViewers])
  await until(() => served.every(({ events }) => events.length > 1))
  t.match(await ask(url, '/events'), { status: 503, text: /^50 viewers are connected, which is the most/, headers: { 'content-type': /^text\/plain/ } })
  t.equal((await ask(url, '/status.json')).status, 200)
  for (const { request } of viewers) request.destroy()
  while ((await ask(url, '/events', { method: 'HEAD' })).status !== 200);
  t.pass('all of them have left')
})

t.test('status: a token in a query is not read, and appears in no log and no answer', async (t) => {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'trace', stream: { write (line: string) { lines.push(line) } } } })
  t.teardown(() => app.close())
  await app.register(gateway, { config: configOf({ port: 0, token }), env: {} })
  await app.ready()
  const url = app.floodgate.get().statusUrl!
  for (const path of ['/', '/events', '/status.json', '/login', '/elsewhere']) {
    for (const name of ['token', 'access_token', 'authorization']) {
      const { status, text, headers } = await ask(url, `${path}?${name}=${token}`)
      t.equal(status, path === '/login' || path === '/elsewhere' ? 404 : 401, path)
      t.notMatch(text + JSON.stringify(headers), token)
    }
  }
  t.match(await ask(url, `/?token=${token}`, { method: 'POST', body: '' }), { status: 401, text: /This is not the token/ })
  t.match(await ask(url, '/', { method: 'POST', body: `token=${token}&token=wrong` }), { status: 303 }, 'the first one counts')
  t.notMatch(lines.join(''), token)
  t.match(lines.join(''), /status page at/, 'the log was read')
})

t.test('status: of several cookies of its name, one that is right is enough; names of other ports do not count', async (t) => {
  const { url } = await startGateway(t, configOf({ port: 0, token }))
  const { headers } = await ask(url, '/', { method: 'POST', body: `token=+${token}+` })
  const [name, value] = headers['set-cookie']![0]!.split(';')[0]!.split('=') as [string, string]
  const statusOf = async (cookie: string) => (await ask(url, '/status.json', { headers: { cookie } })).status
  for (const cookie of [`${name}=old; ${name}=${value}`, `${name}=${value};${name}=old`, `a=b;  ${name}=${value}; ${name}=`]) t.equal(await statusOf(cookie), 200, cookie)
  for (const cookie of [`${name}=old; ${name}=older`, `x${name}=${value}`, `${name}1=${value}`, `${name}="${value}"`, `${name}=`, ';;', '=']) t.equal(await statusOf(cookie), 401, cookie)
})

t.test('status: on a loopback address without a token only for its own host, and nothing but its paths', async (t) => {
  const { url } = await startGateway(t, configOf({ port: 0 }))
  for (const host of ['localhost', 'localhost:1', '127.0.0.1:8080', '[::1]:80', 'LOCALHOST']) {
    t.equal((await ask(url, '/status.json', { headers: { host } })).status, 200, host)
  }
  for (const host of ['evil.example', 'evil.example:9091', 'localhost.evil.example', '127.0.0.1.evil.example']) {
    for (const path of ['/', '/status.json', '/events', '/login']) t.equal((await ask(url, path, { headers: { host } })).status, 421, `${host} ${path}`)
  }
  for (const path of ['/', '/status.json', '/events']) {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
    t.equal((await ask(url, path, { headers })).status, 403, `${path} for a page of another site`)
  }
  t.equal((await ask(url, '/', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })).status, 200, 'a link leads to it')
  t.equal((await ask(url, '/metrics')).status, 404)
  t.match(await ask(url, '/', { method: 'POST' }), { status: 405, headers: { allow: 'GET, HEAD' } })
  const { headers, text } = await ask(url, '/')
  const policy = headers['content-security-policy']!
  t.match(policy, /^default-src 'none'; script-src 'sha256-[^ ]+ 'sha256-[^ ]+; connect-src 'self'; style-src /)
  t.notMatch(policy, /unsafe|\*|https?:/)
  t.notMatch(text, /(?:src|href)="(?!#|data:,|\/status\.json)/, 'nothing is loaded from elsewhere')
  t.equal(headers['x-content-type-options'], 'nosniff')
})

t.test('status: with a token, for programs and browsers', async (t) => {
  const files = writeFiles(t, { token: `${token}\n` })
  for (const status of [{ token }, { token_file: files['token'] }, { token_env: 'STATUS_TOKEN' }]) {
    const { app, url } = await startGateway(t, configOf({ port: 0, address: '0.0.0.0', ...status }), { env: { STATUS_TOKEN: token } })
    const local = url.replace('0.0.0.0', '127.0.0.1')
    t.match(await ask(local, '/status.json'), { status: 401, headers: { 'www-authenticate': 'Bearer' } })
    t.equal((await ask(local, '/events')).status, 401)
    for (const wrong of [`${token}x`, token.slice(1), '']) {
      t.equal((await ask(local, '/status.json', { headers: { authorization: `Bearer ${wrong}` } })).status, 401)
    }
    t.equal((await ask(local, '/status.json', { headers: { authorization: `Bearer ${token}`, host: 'gateway.internal' } })).status, 200)
    const form = await ask(local, '/')
    t.match(form, { status: 401, text: /<form method="post">/ })
    t.notMatch(form.text, /<script/)
    const send = (body: string) => ask(local, '/login', { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    t.match(await send('token=wrong'), { status: 401, text: /This is not the token/ })
    t.match(await send(`token=${'x'.repeat(100_000)}`), { status: 401 })
    const { status: code, headers } = await send(`token=${token}`)
    t.match([code, headers.location], [303, '/'])
    const cookie = headers['set-cookie']![0]!
    t.match(cookie, new RegExp(`^floodgate_status_${new URL(local).port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`))
    t.notMatch(cookie, token)
    t.equal((await ask(local, '/status.json', { headers: { cookie: `a=b; ${cookie.split(';')[0]!}` } })).status, 200)
    t.equal((await ask(local, '/status.json', { headers: { cookie: `${cookie.split(';')[0]!}x` } })).status, 401)
    await app.close()
  }
})

t.test('status: what is wrong with its settings is an error of the configuration, without the token', async (t) => {
  const problemsOf = async (status: object): Promise<string[]> => {
    const loaded = await loadConfiguration(configOf(status), { env: {} })
    return (await checkBuild(loaded, { features: [ownFeature] })).map(({ place, message }) => `${place.join('.')}: ${message}`)
  }
  const at = 'extra_config.floodgate.status'
  t.strictSame(await problemsOf({ port: 0, address: '0.0.0.0' }), [`${at}.address: "0.0.0.0" is not a loopback address: set a token as well (token, token_file or token_env), or use 127.0.0.1`])
  t.strictSame(await problemsOf({ port: 0, address: '::', token }), [])
  t.strictSame(await problemsOf({ port: 0, token, token_env: 'A' }), [`${at}.token_env: there is "token" already: keep one of them`])
  t.strictSame(await problemsOf({ port: 0, token_env: 'NOT_SET_HERE_1' }), [`${at}.token_env: the environment variable NOT_SET_HERE_1 is not set`])
  t.strictSame(await problemsOf({ port: 0, token_file: '/nowhere/token' }), [`${at}.token_file: the file cannot be read: ENOENT`])
  const unsent = /^extra_config\.floodgate\.status\.token(?:_env)?: the token has spaces, line ends, or characters that are not ASCII, which programs cannot send/
  for (const wrong of ['a token of this test', 'a-token-of-this\ttest', 'a-token-of-this-tést', 'a-token-of-​this-test']) {
    const [problem] = await problemsOf({ port: 0, token: wrong })
    t.match(problem, unsent, wrong)
    t.notMatch(problem, wrong)
  }
  const { short } = writeFiles(t, { short: 'abc' })
  t.strictSame(await problemsOf({ port: 0, token_file: short }), [`${at}.token_file: the token there has 3 characters: use 16 or more`])
  await t.rejects(loadConfiguration(configOf({ port: 0, token: 'hunter2' })), { message: /status\.token: (?![^]*hunter2)/ })
  const { url } = await startGateway(t, configOf({ port: 0 }))
  const { port } = new URL(url)
  await t.rejects(startGateway(t, configOf({ port: Number(port) })), {
    code: 'FG_ERR_GATEWAY_STATUS_LISTEN',
    message: `the status page cannot be served on 127.0.0.1:${port}: the port is already in use; set another port or address in extra_config.floodgate.status`
  })
})

t.test('status: passes from one configuration to the next', async (t) => {
  const { app, url } = await startGateway(t, configOf({ port: 0 }, [{ endpoint: '/one', backend: [{ host: ['http://127.0.0.1:8081'], url_pattern: '/' }] }]), { reloadable: true })
  const viewer = follow(t, url)
  await until(() => viewer.events.length > 0)
  const entry = app.floodgate.get()
  const endpointsOf = async (options = {}) => tableOf((await ask(entry.statusUrl!, '/status.json', options)).text, 'endpoints').rows.map(([, [, path]]) => path)
  t.strictSame(await endpointsOf(), ['/one'])
  await entry.reload(configOf({ port: 0 }, [{ endpoint: '/two', backend: [{ host: ['http://127.0.0.1:8081'], url_pattern: '/' }] }]))
  t.equal(entry.statusUrl, url, 'the port stays')
  await until(() => viewer.isOver)
  t.strictSame(await endpointsOf(), ['/two'], 'viewers connect again')
  const failed = await entry.reload({ version: 3, endpoints: [{ endpoint: 'x' }] } as unknown as Configuration)
  t.equal(failed.changed, null)
  t.match(tableOf((await ask(url, '/status.json')).text, 'reloads').rows.map(([, [, result, , text]]) => [result, text]), [
    ['failure', /^not applied: /], ['success', 'endpoints: 1 added, 1 removed, 0 altered']
  ])
  await entry.reload(configOf({ port: 0, token }))
  t.equal(entry.statusUrl, url)
  t.equal((await ask(url, '/status.json')).status, 401, 'a token that is new counts at once')
  t.strictSame(await endpointsOf({ headers: { authorization: `Bearer ${token}` } }), [])
  await entry.reload({ version: 3, endpoints: [] } as unknown as Configuration)
  t.equal(entry.statusUrl, null)
  await t.rejects(ask(url, '/'))
})
