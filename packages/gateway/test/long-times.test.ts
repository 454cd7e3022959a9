import t from 'tap'
import { loadConfiguration } from '@floodgate/gateway'
import { startOrigin, until } from '@floodgate/testing'
import { createReloadableServer } from '../src/reload/reloadable-server.ts'

// 41 days: a timer of Node would fire at once.
const long = '1000h'

t.test('times beyond 24.8 days: requests do not time out at once, nothing runs all the time, and no timer overflows', async (t) => {
  const warnings: string[] = []
  const note = ({ name, message }: Error): void => { warnings.push(`${name}: ${message}`) }
  process.on('warning', note)
  t.teardown(() => { process.off('warning', note) })
  let checks = 0
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/up') checks++
    response.setHeader('content-type', 'application/json').end('{"a":1}')
  })
  const { port } = new URL(origin.url)
  const config = {
    version: 3,
    listen_ip: '127.0.0.1',
    timeout: long,
    dns_cache_ttl: long,
    idle_timeout: long,
    read_timeout: long,
    read_header_timeout: long,
    write_timeout: long,
    idle_connection_timeout: long,
    dialer_timeout: long,
    dialer_fallback_delay: long,
    response_header_timeout: long,
    expect_continue_timeout: long,
    max_shutdown_wait_time: long,
    extra_config: {
      floodgate: { health: { notice: long, checks: ['hosts'], expires_within: '0s' }, host_health: { path: '/up', interval: long }, max_connection_age: long },
      'telemetry/logging': { level: 'CRITICAL' },
      'telemetry/metrics': { collection_time: long, endpoint_disabled: true }
    },
    endpoints: [
      { endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/a', extra_config: { 'qos/circuit-breaker': { interval: 3_600_000, timeout: 3_600_000, max_errors: 1 } } }] },
      { endpoint: '/limited', timeout: long, extra_config: { 'qos/ratelimit/router': { client_max_rate: 9, client_capacity: 9, every: long, strategy: 'ip', cleanup_period: long } }, backend: [{ host: [origin.url], url_pattern: '/b' }] },
      { endpoint: '/found', backend: [{ host: [`localhost:${port}`], sd: 'dns-a', url_pattern: '/c' }] },
      { endpoint: '/shadowed', backend: [{ host: [origin.url], url_pattern: '/d' }, { host: [origin.url], url_pattern: '/e', extra_config: { proxy: { shadow: true, shadow_timeout: long } } }] }
    ]
  }
  const load = (name: string) => loadConfiguration({ ...config, name } as never, { env: {} })
  const server = await createReloadableServer(await load('first'), {})
  let isClosed = false
  t.teardown(() => isClosed ? undefined : server.close())
  const url = await server.listen(0)
  for (let round = 0; round < 2; round++) {
    for (const path of ['/a', '/limited', '/found', '/shadowed', '/readyz']) {
      const response = await fetch(url + path)
      await response.arrayBuffer()
      t.equal(response.status, 200, path)
    }
    if (round === 0) (await server.prepare(await load('second'))).swap()
  }
  await until(() => checks > 0)
  const most = checks
  let ticks = 0
  const clock = setInterval(() => { ticks++ }, 20)
  await until(() => ticks >= 10)
  clearInterval(clock)
  t.equal(checks, most, 'each host is checked once')
  isClosed = true
  await server.close()
  t.same(warnings, [])
})
