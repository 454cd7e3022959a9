import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type http from 'node:http'
import t, { type Test } from 'tap'
import { call, freePort, missingProgram, missingRedis, startOrigin, startRedis } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

const withoutPromtool = missingProgram('promtool', 'get it with `apt-get install prometheus`')
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function token (claims: object): string {
  const text = `${encode({ alg: 'RS256', kid: 'k' })}.${encode(claims)}`
  return `Bearer ${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

const far = 4_102_444_800

async function startAll (t: Test, workers: number) {
  const held: http.ServerResponse[] = []
  /** What reached the backend, by path. */
  const seen: Record<string, number> = {}
  const origin = await startOrigin(t, (request, response) => {
    seen[request.url!] = (seen[request.url!] ?? 0) + 1
    if (request.url === '/slow') { held.push(response); return }
    if (request.url === '/keys') { response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] })); return }
    response.writeHead(request.url === '/bad' ? 503 : 200, { 'content-type': 'application/json', 'cache-control': 'max-age=600' }).end('{"a":1}')
  })
  const dead = `http://127.0.0.1:${await freePort()}`
  const redis = await startRedis(t)
  const [metrics, port] = [await freePort(), await freePort()]
  const backend = (path: string, more: object = {}) => [{ host: [origin.url], url_pattern: path, ...more }]
  const noop = { output_encoding: 'no-op' }
  const config = {
    version: 3,
    port,
    listen_ip: '127.0.0.1',
    extra_config: {
      redis: { connection_pools: [{ name: 'main', address: `127.0.0.1:${redis.port}` }] },
      floodgate: { metrics: { port: metrics }, eject: { consecutive: 1, for: '10m' } }
    },
    endpoints: [
      { endpoint: '/ok', backend: backend('/ok') },
      { endpoint: '/bad', ...noop, backend: backend('/bad', { encoding: 'no-op' }) },
      { endpoint: '/slow', timeout: '1m', backend: backend('/slow') },
      { endpoint: '/gone', backend: [{ host: [dead], url_pattern: '/' }] },
      { endpoint: '/both', backend: [{ host: [dead, origin.url], url_pattern: '/ok' }] },
      { endpoint: '/limited', extra_config: { 'qos/ratelimit/router': { max_rate: 3, every: '1h', capacity: 3 } }, backend: backend('/ok') },
      { endpoint: '/redis', extra_config: { 'qos/ratelimit/router/redis': { connection_name: 'main', max_rate: 4, every: '1h', capacity: 4 } }, backend: backend('/ok') },
      { endpoint: '/broken', backend: backend('/bad', { extra_config: { 'qos/circuit-breaker': { interval: 600, timeout: 600, max_errors: 2, name: 'mine' } } }) },
      { endpoint: '/cached', backend: backend('/ok', { extra_config: { 'qos/http-cache': {} } }) },
      { endpoint: '/token', extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: `${origin.url}/keys`, disable_jwk_security: true, cache: true } }, backend: backend('/ok') }
    ]
  }
  const dir = t.testdir({ 'krakend.json': JSON.stringify(config) })
  const file = `${dir}/krakend.json`
  const command = startCommand(t, ['run', '-c', file, ...workers > 0 ? ['--workers', String(workers)] : []])
  await command.said(workers > 0 ? new RegExp(`(?:worker \\d \\(process \\d+\\) serves[^]*){${workers}}`) : /listening on/)
  const ask = async (path: string, headers: http.OutgoingHttpHeaders = {}): Promise<number> =>
    (await call(`http://127.0.0.1:${port}${path}`, { headers })).status
  const scrape = async (): Promise<Map<string, number>> => {
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    return new Map(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end).replace(/client="[0-9a-f]{16}"/g, 'client'), Number(line.slice(end + 1))] as const
    }))
  }
  /** Waits until a series has its value: the last response may have reached its client before it is counted. */
  const reach = async (series: string, wanted: number): Promise<void> => {
    let values = await scrape()
    for (let tries = 0; values.get(series) !== wanted && tries < 300; tries++) values = await scrape()
    t.equal(values.get(series), wanted, series)
  }
  return {
    command, ask, scrape, reach, held, seen, origin, dead, file, config, metrics
  }
}

for (const workers of [0, 4]) {
  t.test(`metrics ${workers === 0 ? 'of one process' : `of ${workers} workers`} are what was sent`, { timeout: 300_000, skip: missingRedis() ?? false }, async (t) => {
    const { command, ask, scrape, reach, held, seen, origin, dead, file, config, metrics } = await startAll(t, workers)
    const place = (path: string) => `endpoint="${path}",method="GET"`
    const times = async (count: number, path: string, headers = {}): Promise<Record<number, number>> => {
      const statuses: Record<number, number> = {}
      for (let i = 0; i < count; i++) {
        const status = await ask(path, headers)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
      return statuses
    }
    /** What was answered is what is counted, by endpoint and status. */
    const check = async (path: string, statuses: Record<number, number>): Promise<void> => {
      for (const [status, count] of Object.entries(statuses)) await reach(`floodgate_http_requests_total{${place(path)},status="${status}"}`, count)
      const sum = Object.values(statuses).reduce((sum, count) => sum + count, 0)
      await reach(`floodgate_http_request_duration_seconds_count{${place(path)}}`, sum)
      t.equal((await scrape()).get(`floodgate_http_request_duration_seconds_bucket{${place(path)},le="+Inf"}`), sum)
    }

    // Endpoints and statuses, what matches none, and what is in flight.
    for (const path of ['/ok', '/bad', '/gone']) await check(path, await times(12, path))
    t.strictSame(await times(5, '/nothing'), { 404: 5 })
    await reach('floodgate_http_unmatched_requests_total{method="GET",status="404"}', 5)
    const slow = Array.from({ length: 6 }, () => ask('/slow'))
    await reach(`floodgate_http_requests_in_flight{${place('/slow')}}`, 6)
    while (held.length < 6) await new Promise(setImmediate)
    t.equal((await scrape()).get('floodgate_client_calls_running{client}'), 6)
    for (const response of held) response.end('{}')
    await Promise.all(slow)
    await check('/slow', { 200: 6 })
    t.equal((await scrape()).get(`floodgate_http_requests_in_flight{${place('/slow')}}`), 0)

    // One of two hosts is away: its first call goes to the other one, and it is out.
    await check('/both', await times(20, '/both'))

    // Limits: those of the gateway, and those in Redis.
    for (const [path, limit, allowed] of [['/limited', 'router', 3], ['/redis', 'router/redis', 4]] as const) {
      const statuses = await times(10, path)
      t.match(statuses, { 200: allowed }, path)
      await check(path, statuses)
      const values = [...await scrape()].filter(([series]) => series.startsWith('floodgate_limit_requests_total{') && series.includes(place(path)))
      const of = (result: string): number => values.filter(([series]) => series.includes(`result="${result}"`)).reduce((sum, [, value]) => sum + value, 0)
      t.strictSame([of('allowed'), of('refused')], [allowed, 10 - allowed], `${path}: ${values.map(([series]) => series).join(' ')}`)
      t.ok(values.every(([series]) => series.includes(`limit="${limit}"`)), limit)
    }

    // A breaker opens after three failures, and refuses the others; another worker may learn of it one request later.
    await check('/broken', await times(10, '/broken'))
    const breaker = 'breaker="mine",endpoint="/broken",method="GET",backend="/bad"'
    const broken = seen['/bad']! - 12
    t.ok(broken >= 3 && broken <= 3 + workers, `${broken} calls`)
    await reach(`floodgate_breaker_refused_total{${breaker}}`, 10 - broken)
    let values = await scrape()
    const processes = Math.max(1, workers)
    t.strictSame(['closed', 'open', 'half-open'].map((state) => values.get(`floodgate_breaker_state{${breaker},state="${state}"}`)), [0, processes, 0])

    // A cache: one worker keeps what it has copied from another.
    await check('/cached', await times(12, '/cached'))
    const cache = 'cache="own",endpoint="/cached",method="GET",backend="/ok"'
    values = await scrape()
    const hits = values.get(`floodgate_cache_requests_total{${cache},result="hit"}`)!
    const misses = values.get(`floodgate_cache_requests_total{${cache},result="miss"}`)!
    t.equal(hits + misses, 12)
    t.ok(misses >= 1 && misses <= processes, `${misses} misses`)
    const entries = values.get(`floodgate_cache_entries{${cache}}`)!
    t.ok(entries >= 1 && entries <= processes, `${entries} entries`)
    t.ok(values.get(`floodgate_cache_size_bytes{${cache}}`)! > 0)

    // Tokens: accepted, and refused by reason; and the set of keys.
    await times(3, '/token', { authorization: token({ exp: far }) })
    await times(2, '/token', { authorization: token({ exp: 1 }) })
    await times(1, '/token')
    await times(2, '/token', { authorization: 'Bearer a.b' })
    const auth = `by="validator",${place('/token')}`
    await reach(`floodgate_auth_requests_total{${auth},result="accepted"}`, 3)
    values = await scrape()
    t.strictSame(['expired', 'missing', 'malformed'].map((reason) => values.get(`floodgate_auth_requests_total{${auth},result="refused",reason="${reason}"}`)), [2, 1, 2])
    const keys = `url="${origin.url}/keys"`
    t.equal(values.get(`floodgate_key_set_keys{${keys}}`), 1)
    const age = Date.now() / 1000 - values.get(`floodgate_key_set_fetch_timestamp_seconds{${keys}}`)!
    t.ok(age >= 0 && age < 300, `${age} s`)
    const fetches = values.get(`floodgate_key_set_fetches_total{${keys},result="success"}`)!
    t.ok(fetches >= 1 && fetches <= processes, `${fetches} fetches`)
    t.equal(values.get(`floodgate_key_set_fetches_total{${keys},result="failure"}`), 0)

    // Calls and hosts: what reached the backend, and the one that is away. Of the dead host each process learns by itself.
    const of = (name: string, ...parts: string[]): number => [...values]
      .filter(([series]) => series.startsWith(`${name}{`) && parts.every((part) => series.includes(part))).reduce((sum, [, value]) => sum + value, 0)
    const sent = 12 + 6 + 20 + 3 + 4 + misses + 3
    t.equal(seen['/ok']! + seen['/slow']!, sent)
    t.equal(of('floodgate_client_requests_total', `origin="${origin.url}"`), Object.values(seen).reduce((sum, count) => sum + count, 0))
    t.equal(of('floodgate_client_server_errors_total', 'status="503"'), seen['/bad'])
    t.equal(fetches, seen['/keys'])
    t.equal(of('floodgate_client_call_failures_total', `origin="${dead}"`, 'code="FG_ERR_HTTP_CLIENT_DIAL"'), 12 + of('floodgate_client_failovers_total', `origin="${dead}"`))
    const last = values.get(`floodgate_client_last_failure_timestamp_seconds{client,origin="${dead}",code="FG_ERR_HTTP_CLIENT_DIAL"}`)!
    t.ok(Math.abs(Date.now() / 1000 - last) < 300)
    t.equal(values.get(`floodgate_client_host_out{client,origin="${dead}",by="failures"}`), 1)
    const since = values.get(`floodgate_client_host_out_since_timestamp_seconds{client,origin="${dead}",by="failures"}`)!
    t.ok(since <= last + 1 && Date.now() / 1000 - since < 300, 'since when it is out')
    const ejections = of('floodgate_client_host_ejections_total', `origin="${dead}"`)
    t.ok(ejections >= 1 && ejections <= processes, `${ejections} ejections`)
    const names = (name: string): string[] => [...values.keys()].filter((series) => series.startsWith(`${name}{`))
    for (const { endpoint } of config.endpoints) t.ok(names('floodgate_client_info').some((series) => series.includes(`client,endpoint="${endpoint}"`)), endpoint)

    // Processes, the event loop, and the build.
    const own = workers === 0 ? ['0'] : ['0', '1', '2', '3', '4']
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds', 'process_open_fds', 'floodgate_event_loop_delay_p50_seconds', 'floodgate_event_loop_delay_p99_seconds', 'floodgate_event_loop_delay_max_seconds']) {
      t.strictSame(names(name).sort(), own.map((worker) => `${name}{worker="${worker}"}`))
    }
    t.equal(names('floodgate_build_info').length, 1)
    t.match(names('floodgate_build_info')[0], `node="${process.versions.node}"`)

    // Reloads: one that is refused, one that is served.
    const revision = names('floodgate_config_info')[0]!
    writeFileSync(file, '{')
    command.kill('SIGHUP')
    await reach('floodgate_config_reloads_total{result="failure"}', 1)
    writeFileSync(file, JSON.stringify({ ...config, endpoints: [...config.endpoints, { endpoint: '/new', backend: config.endpoints[0]!.backend }] }))
    command.kill('SIGHUP')
    await reach('floodgate_config_reloads_total{result="success"}', 1)
    await check('/new', await times(8, '/new'))
    values = await scrape()
    t.equal(names('floodgate_config_info').length, 1)
    t.not(names('floodgate_config_info')[0], revision)
    t.equal(values.get(`floodgate_http_requests_total{${place('/ok')},status="200"}`), 12, 'a reload loses nothing')
    t.equal(values.get(`floodgate_auth_requests_total{${auth},result="refused",reason="expired"}`), 2)

    if (workers > 0) {
      t.equal(values.get('floodgate_workers{state="serving"}'), workers)
      const [, pid] = /worker 1 \(process (\d+)\) serves/.exec(command.output)!
      process.kill(Number(pid), 'SIGKILL')
      await reach('floodgate_worker_restarts_total{reason="SIGKILL"}', 1)
      await reach('floodgate_workers{state="serving"}', workers)
      t.equal((await scrape()).get(`floodgate_http_requests_total{${place('/ok')},status="200"}`), 12)
    }
    if (withoutPromtool === null) {
      const input = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
      const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
      t.equal(`${stdout}${stderr}`, '')
    }
    t.equal(readFileSync(file, 'utf8').includes('/new'), true)
  })
}
