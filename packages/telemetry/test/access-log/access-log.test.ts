import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import fc from 'fast-check'
import fastify, { type FastifyInstance } from 'fastify'
import { noteFailure, type FeatureContext } from '@floodgate/core'
import { createAccessLog, createLogger, createRequestLog, secretNames, type AccessLogOptions, type LoggingSettings } from '@floodgate/telemetry'
import t, { type Test } from 'tap'
import { createAccessFormat } from '../../src/access-log/access-format.ts'
import { createScrub } from '../../src/scrub.ts'

process.env['TZ'] = 'UTC'

interface World extends AccessLogOptions {
  settings?: LoggingSettings
  router?: object
  extra?: object
  routes?: (app: FastifyInstance) => void
}

/** An app with an access log, listening; `next` waits for the next line of the access log. */
async function start (t: Test, { settings, router, extra, routes, ...options }: World = {}) {
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  const stream = {
    write (line: string) {
      if (/Server listening/.test(line)) return
      const first = waiting.shift()
      if (first) first(line)
      else lines.push(line)
    }
  }
  const app = fastify({ loggerInstance: await createLogger(settings, { stream }), logController: createRequestLog() }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  const model = { extra: { ...extra, ...(router && { router }) }, endpoints: [] } as unknown as FeatureContext['model']
  const hooks = await createAccessLog(settings, { model, log: app.log }, options)
  for (const [name, hook] of Object.entries(hooks ?? {})) app.addHook(name as 'onRequest', hook)
  app.get('/users/:id', async () => ({ ok: true }))
  app.get('/fail', async () => { throw new Error('no') })
  routes?.(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const port = (app.server.address() as AddressInfo).port
  return { app, hooks, lines, port, next: () => lines.length > 0 ? Promise.resolve(lines.shift()!) : new Promise<string>((resolve) => { waiting.push(resolve) }) }
}

async function get (port: number, path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<number> {
  const [response] = await once(http.request({ port, host: '127.0.0.1', path, headers, method, agent: false }).end(), 'response') as [http.IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode!
}

const time = '\\d{4}/\\d\\d/\\d\\d - \\d\\d:\\d\\d:\\d\\d'
const ms = '\\d+\\.\\d{3}'

t.test('createAccessLog: the line of KrakenD Community has its failures below, without secrets and each on one line', async (t) => {
  const routes = (app: FastifyInstance) => {
    app.get('/two', async (_, reply) => {
      noteFailure(reply.raw, 'invalid status code 500: http://api/x?token=abc')
      noteFailure(reply.raw, 'second\nline')
      return {}
    })
  }
  const community = await start(t, { routes })
  await get(community.port, '/two')
  t.match(await community.next(), /^\[GIN\] [^\n]*"\/two"\nError #01: invalid status code 500: http:\/\/api\/x\?token=\[redacted\]\nError #02: second\\nline\n$/)
  await get(community.port, '/users/1')
  t.match(await community.next(), /^\[GIN\] [^\n]*"\/users\/1"\n$/)
  const other = await start(t, { routes, settings: { access_log_format: 'default' } })
  await get(other.port, '/two')
  t.match(await other.next(), /^[^\n]*\n$/, 'other formats keep to one line')
})

t.test('createAccessLog: each format writes one line per request', async (t) => {
  const cases: [string, LoggingSettings | undefined, RegExp][] = [
    ['KrakenD Community', undefined, new RegExp(`^\\[GIN\\] ${time} \\| 200 \\| +[\\d.]+(?:µs|ms) \\| {7}127.0.0.1 \\| GET {6}"/users/1\\?a=%20b&token=\\[redacted\\]"\\n$`)],
    ['default', { prefix: '[KRAKEND]', access_log_format: 'default' }, new RegExp(`^\\[KRAKEND\\] ${time}\\.\\d{3} \\[AccessLog\\] \\|200\\| ${ms} \\| 127.0.0.1 \\| GET /users/1\\n$`)],
    ['httpdCommon', { access_log_format: 'httpdCommon' }, new RegExp(`^127.0.0.1 - - \\[${time}\\.\\d{3}\\] "GET /users/1 HTTP/1.1" 200 -\\n$`)],
    ['httpdCombine', { access_log_format: 'httpdCombine' }, new RegExp(`^127.0.0.1 - - \\[${time}\\.\\d{3}\\] "GET /users/1 HTTP/1.1" 200 - "-" "say \\\\"hi\\\\" é"\\n$`)],
    ['httpdCombined', { access_log_format: 'httpdCombined', access_log_missing_key_marker: 'none' }, / - "none" "say /],
    ['json', { access_log_format: 'json', prefix: 'a"b' }, new RegExp(`^\\{"prefix":"a\\\\"b", "time":"${time}\\.\\d{3}", "status_code":200, "latency":"0\\.\\d{3}", "client_ip":"127.0.0.1", "method":"GET", "path":"/users/1"\\}\\n$`)],
    ['custom', { access_log_format: 'custom', access_log_custom_format: '[A] %{requestID} %{traceID} %{spanID} %{prefix}|%{time:15h}|%{latency}|%{method} %{scheme}://%{host}%{path}?%{query} %{query.a} %{query.b} %{query.token} %{query.jwt} %{header.Authorization} %{header.Cookie} %{header.X-Odd} %{jwt.sub} %{jwt.roles} %{jwt.no} %{proto}\\n', prefix: 'p' },
      /^\[A\] req-1 - - p\|\d\dh\|0\.\d{3}\|GET http:\/\/127\.0\.0\.1:\d+\/users\/1\?a=%20b&token=\[redacted\] {2}b - \[redacted\] - \[redacted\] - a\\tb someone \[\\"x\\"\] - HTTP\/1\.1\n$/]
  ]
  for (const [name, settings, want] of cases) {
    const { port, next } = await start(t, { ...(settings && { settings }), claims: () => ({ sub: 'someone', roles: ['x'] }) })
    t.equal(await get(port, '/users/1?a=%20b&token=t0psecret', { authorization: 'Bearer t0psecret', 'x-odd': 'a\tb', 'user-agent': 'say "hi" é' }), 200)
    t.match(await next(), want, name)
  }
})

t.test('createAccessLog: tells of what matched no route, failed, or had an odd path', async (t) => {
  const { port, next } = await start(t)
  t.equal(await get(port, '/none'), 404)
  t.match(await next(), /\| 404 \| .* \| GET {6}"\/none"/)
  t.equal(await get(port, '/fail', {}, 'GET'), 500)
  t.match([await next(), await next()].sort(), [/ERROR: no .*statusCode/, /\| 500 \| .*"\/fail"/])
  await get(port, '/none?x="')
  t.match(await next(), /"\/none\?x=\\""\n$/)
  await get(port, '/f%C3%B6%22%0A%C2%9B?%20', {}, 'POST')
  t.match(await next(), / POST {5}"\/fö\\"\\n\\u009b\?%20"\n$/)
  await get(port, '/to/http%3A%2F%2Fu%3At0psecret%40h')
  t.match(await next(), /"\/to\/http:\/\/\[redacted\]@h"/)
})

t.test('createAccessLog: tells of clients that went away, whether their body was read or not', async (t) => {
  let entered = () => {}
  const { port, next } = await start(t, {
    settings: { access_log_format: 'httpdCommon' },
    routes (app) {
      app.get('/hang', () => { entered() })
      app.post('/hang', () => { entered() })
      app.get('/half', (request, reply) => {
        reply.hijack()
        reply.raw.writeHead(206)
        reply.raw.write('x', () => { entered() })
      })
    }
  })
  const leave = async (head: string) => {
    const reached = new Promise<void>((resolve) => { entered = resolve })
    const socket = net.connect(port, '127.0.0.1', () => { socket.write(head) })
    await reached
    socket.destroy()
    return await next()
  }
  t.match(await leave('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n'), /^127\.0\.0\.1 - - .*"GET \/hang HTTP\/1\.1" 499 -/)
  t.match(await leave('POST /hang HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'), /^127\.0\.0\.1 - - .*"POST \/hang HTTP\/1\.1" 499 -/)
  t.match(await leave('GET /half HTTP/1.1\r\nHost: a\r\n\r\n'), /^127\.0\.0\.1 - - .*"GET \/half HTTP\/1\.1" 206 -/)
})

t.test('createAccessLog: shows no secret of a request, in no format', async (t) => {
  const custom = '%{query.token} %{query} %{path} %{header.Authorization} %{header.Cookie} %{header.Proxy-Authorization} %{header.X-Api-Key} %{header.Referer} %{header.Origin}'
  const secrets = secretNames()
  for (const format of ['', 'default', 'httpdCommon', 'httpdCombine', 'json', 'custom']) {
    const write = await createAccessFormat(format, custom, { prefix: '', missing: '-', claims: () => null, secrets, scrub: createScrub(secrets) })
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/), fc.constantFrom('token', 'API_KEY', 'access%5ftoken'), (text, name) => {
      const secret = `s3cret${text}`
      const originalUrl = `/a/http://u:${secret}@h/b?x=1&${name}=${secret}&to=${encodeURIComponent(`http://u:${secret}@h`)}`
      const headers = { authorization: secret, cookie: secret, 'proxy-authorization': secret, 'x-api-key': secret, referer: `http://h/a?${name}=${secret}&b`, origin: `http://u:${secret}@h` }
      const line = write({ request: { originalUrl, method: 'GET', headers, raw: { httpVersion: '1.1' } } as never, clientIp: '::1', status: 200, latency: 1, time: 0, failures: [] })
      return line !== '' && !line.includes(secret)
    }), { numRuns: 50 })
  }
  t.pass()
})

t.test('createAccessLog: asks the configuration for the client\'s address and for secret names', async (t) => {
  const { port, next } = await start(t, {
    settings: { access_log_format: 'custom', access_log_custom_format: '%{clientIP} %{query} %{jwt.sub} %{header.X-Mine}' },
    router: { remote_ip_headers: ['X-Client'] },
    extra: { 'auth/api-keys': { strategy: 'header', identifier: 'X-Mine' } }
  })
  await get(port, '/users/1', { 'x-client': '10.1.2.3', 'x-mine': 't0psecret' })
  t.equal(await next(), '10.1.2.3 - - [redacted]\n')
})

t.test('createAccessLog: leaves out logger_skip_paths, however they are written', async (t) => {
  const { port, next, lines } = await start(t, { router: { logger_skip_paths: ['/users/1', '/ü', '/none'] } })
  await get(port, '/users/1?a=1')
  await get(port, '/%C3%BC')
  await get(port, '/none')
  await get(port, '/users/2')
  t.match(await next(), /"\/users\/2"/)
  t.strictSame(lines, [])
})

t.test('createAccessLog: is no hook at all when it is disabled', async (t) => {
  const { port, hooks, lines } = await start(t, { router: { disable_access_log: true } })
  t.equal(hooks, undefined)
  await get(port, '/users/1')
  await get(port, '/none')
  t.strictSame(lines, [])
})

t.test('createAccessLog: refuses patterns with variables that nothing fills in', async (t) => {
  const log = await createLogger(undefined, { stream: { write () {} } })
  const create = (pattern: string) => createAccessLog({ access_log_format: 'custom', access_log_custom_format: pattern }, { model: { extra: {}, endpoints: [] } as never, log })
  await t.rejects(create(''), { code: 'FG_ERR_TELEMETRY_NO_PATTERN' })
  await t.rejects(create('no variable'), { code: 'FG_ERR_TELEMETRY_NO_PATTERN', message: /"access_log_custom_format" has no pattern/ })
  await t.rejects(create('%{status}'), { code: 'FG_ERR_TELEMETRY_VARIABLE', message: /%\{status\}.* use .*%\{statusCode\}/ })
  await t.rejects(create('%{resp.x}'), { code: 'FG_ERR_TELEMETRY_VARIABLE', message: /%\{resp\.x\}/ })
})

t.test('createAccessLog: writes through a host\'s logger where the app has its own', async (t) => {
  for (const [settings, want] of [
    [{}, { level: 30, msg: 'access', method: 'GET', path: '/a?token=[redacted]', statusCode: 404, clientIp: '127.0.0.1', reqId: /^req-/ }],
    [{ access_log_format: 'custom', access_log_custom_format: '%{method} %{path}' }, { level: 30, msg: 'GET /a', reqId: /^req-/ }]
  ] as const) {
    let resolve: (line: string) => void
    const written = new Promise<string>((_resolve) => { resolve = _resolve })
    const app = fastify({ logger: { stream: { write: (line: string) => { if (!line.includes('listening')) resolve(line) } } }, logController: createRequestLog() })
    t.teardown(() => app.close())
    const hooks = (await createAccessLog(settings, { model: { extra: {}, endpoints: [] } as never, log: app.log }))!
    app.addHook('onRequest', hooks.onRequest!)
    await app.listen({ port: 0, host: '127.0.0.1' })
    await get((app.server.address() as AddressInfo).port, '/a?token=t0psecret')
    t.match(JSON.parse(await written), want)
  }
})
