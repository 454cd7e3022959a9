import { generateKeyPairSync, sign } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A token of the key set that the origin serves. */
function issueToken (): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encode({ alg: 'ES256', kid: 'a' })}.${encode({ sub: 'somebody', exp: Math.floor(Date.now() / 1000) + 3600 })}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** Asks over one connection, so that one worker answers everything. */
function createClient (url: string) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const token = issueToken()
  return {
    close () { agent.destroy() },
    async ask (path: string) {
      const { status, body } = await call(url + path, { agent, headers: { authorization: `Bearer ${token}` } })
      return { status, body: body.toString() }
    }
  }
}

for (const workers of [null, 2]) {
  t.test(`run: what did not change keeps its state over reloads, ${workers === null ? 'alone' : `in ${workers} workers`}`, { timeout: 180_000 }, async (t) => {
    const calls: Record<string, number> = {}
    const origin = await startOrigin(t, (request, response) => {
      const path = request.url!.split('?')[0]!
      const count = calls[path] = (calls[path] ?? 0) + 1
      const answer = (body: object, status = 200) => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'max-age=600' }).end(JSON.stringify(body))
      }
      if (path === '/keys') answer({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' }] })
      else if (path === '/token') answer({ access_token: `access-${count}`, token_type: 'Bearer', expires_in: 3600 })
      else answer({ path, count, authorization: request.headers.authorization }, path === '/broken' ? 500 : 200)
    })
    // Connections stay, however slow the machine is.
    origin.server.keepAliveTimeout = 600_000
    const failing = await startOrigin(t, (_request, response) => {
      calls['failing'] = (calls['failing'] ?? 0) + 1
      response.writeHead(503).end()
    })
    const pass = (endpoint: string, backend: object = {}, extra: object = {}) => ({
      endpoint,
      output_encoding: 'no-op',
      extra_config: extra,
      backend: [{ host: [origin.url], url_pattern: endpoint, ...backend }]
    })
    const kept = [
      pass('/kept'),
      pass('/limited', {}, { 'qos/ratelimit/router': { max_rate: 1, every: '24h', client_max_rate: 1, strategy: 'ip' } }),
      pass('/backend-limited', { extra_config: { 'qos/ratelimit/proxy': { max_rate: 1, every: '24h', capacity: 1 } } }),
      { ...pass('/broken', { extra_config: { 'qos/circuit-breaker': { interval: 0, timeout: 3600, max_errors: 1 } } }), output_encoding: 'json' },
      pass('/broken-http', { url_pattern: '/broken', extra_config: { 'qos/circuit-breaker/http': { interval: 0, timeout: 3600, max_errors: 1, valid_status_codes: [200] } } }),
      pass('/cached', { extra_config: { 'qos/http-cache': {} } }),
      pass('/cached-shared', { extra_config: { 'qos/http-cache': { shared: true } } }),
      pass('/validated', {}, { 'auth/validator': { alg: 'ES256', jwk_url: `${origin.url}/keys`, cache: true, cache_duration: 3600, disable_jwk_security: true } }),
      pass('/authorized', { extra_config: { 'auth/client-credentials': { client_id: 'a', client_secret: 'b', token_url: `${origin.url}/token` } } }),
      pass('/ejected', {
        host: [failing.url, origin.url],
        extra_config: { 'backend/http/client': { floodgate: { failover: false, eject: { consecutive: 1, for: '24h', max_percent: 50, statuses: [503] } } } }
      })
    ]
    const file = join(t.testdir({}), 'krakend.json')
    const write = (...more: object[]) => {
      writeFileSync(`${file}.new`, JSON.stringify({
        version: 3,
        listen_ip: '127.0.0.1',
        timeout: '60s',
        extra_config: { router: { disable_access_log: true } },
        endpoints: [...more, ...kept]
      }))
      renameSync(`${file}.new`, file)
    }
    write()
    const command = startCommand(t, ['run', '-p', '0', '-c', file, ...workers === null ? [] : ['--workers', String(workers)]])
    const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
    const { ask, close } = createClient(url!)
    t.teardown(close)

    /** What every endpoint answers, and how often the hosts were asked for it. */
    const askAll = async () => {
      const answers: Record<string, unknown> = {}
      const before = { ...calls }
      for (const { endpoint } of kept) {
        const { status, body } = await ask(endpoint)
        answers[endpoint] = endpoint.startsWith('/cached') || endpoint === '/authorized' ? [status, /access-\d+/.exec(body)?.[0] ?? body] : status
      }
      return { answers, calls: Object.fromEntries(Object.entries(calls).map(([path, count]) => [path, count - (before[path] ?? 0)])) }
    }
    // Buckets are emptied, breakers open, the failing host is out, keys and tokens are fetched.
    for (let i = 0; i < 4; i++) await askAll()
    const settled = await askAll()
    t.match(settled, {
      answers: { '/kept': 200, '/limited': 429, '/backend-limited': 500, '/broken': 500, '/broken-http': 500, '/validated': 200, '/authorized': [200, 'access-1'], '/ejected': 200 },
      calls: { '/kept': 1, '/limited': 0, '/backend-limited': 0, '/broken': 0, '/cached': 0, '/cached-shared': 0, '/validated': 1, '/keys': 0, '/token': 0, failing: 0, '/ejected': 1 }
    })
    const { accepted } = origin
    const opened = [...origin.sockets]
    for (let i = 1; i <= 3; i++) {
      write(...Array.from({ length: i }, (_, n) => pass(`/new/${n}`)))
      command.kill('SIGHUP')
      while ((command.output.match(/configuration reloaded/g) ?? []).length < i) await command.next()
      t.equal((await ask(`/new/${i - 1}`)).status, 200)
      t.same(await askAll(), { ...settled, calls: { ...settled.calls, ...Object.fromEntries(Object.keys(calls).filter((path) => path.startsWith('/new/')).map((path) => [path, 0])) } }, `reload ${i}`)
    }
    t.ok(opened.every((socket) => origin.sockets.has(socket)), 'no connection was closed')
    // A reload fetches the keys: a request beside that needs another connection, which stays for the next one.
    t.ok(origin.accepted <= accepted + 1, 'over the same connections')
    t.notMatch(command.output, /key set could not be fetched|gets no requests until[^]*gets no requests until/, 'the host is told once')
  })
}
