import t from 'tap'
import { defaultTransport, parseTransport, type SettingProblem } from '@floodgate/http-client'

/** Problems as `path: code`, to compare at a glance. */
function codes (problems: readonly SettingProblem[]): string[] {
  return problems.map(({ path, code }) => `${path.join('.')}: ${code}`)
}

t.test('parseTransport: reads the root\'s transport keys and leaves the others alone', async (t) => {
  t.strictSame(parseTransport({ version: 3, endpoints: [], timeout: '2s' }), { transport: defaultTransport, globalTls: null, problems: [], warnings: [] })
  t.strictSame(parseTransport({
    dialer_timeout: 100,
    dialer_keep_alive: -1,
    dialer_fallback_delay: 20,
    disable_keep_alives: true,
    max_idle_connections: 5,
    max_idle_connections_per_host: 0,
    idle_connection_timeout: 1000,
    response_header_timeout: 300,
    expect_continue_timeout: 7,
    disable_compression: true
  }).transport, {
    dialerTimeout: 100,
    dialerKeepAlive: -1,
    dialerFallbackDelay: 20,
    disableKeepAlives: true,
    maxIdleConnections: 5,
    maxIdleConnectionsPerHost: 250,
    idleConnectionTimeout: 1000,
    responseHeaderTimeout: 300,
    expectContinueTimeout: 7,
    disableCompression: true
  })
  t.strictSame(codes(parseTransport({ dialer_timeout: 'x', disable_keep_alives: 1, max_idle_connections: 1.5 }).problems), ['dialer_timeout: wrong-type', 'disable_keep_alives: wrong-type', 'max_idle_connections: wrong-type'])
})

t.test('parseTransport: allow_insecure_connections of the root is a client_tls', async (t) => {
  t.match(parseTransport({ allow_insecure_connections: true }), { globalTls: { allowInsecureConnections: true, minVersion: 'TLS13' }, warnings: [{ path: ['allow_insecure_connections'], code: 'insecure' }] })
  t.match(parseTransport({ allow_insecure_connections: true, client_tls: { min_version: 'TLS12' } }), { globalTls: { allowInsecureConnections: true, minVersion: 'TLS12' } })
  t.equal(parseTransport({ allow_insecure_connections: false }).globalTls, null)
  t.match(parseTransport({ client_tls: {} }).globalTls, { allowInsecureConnections: false, minVersion: 'TLS13' })
  t.match(parseTransport({ client_tls: { min_version: 'tls12', insecure: true } }).problems, [{ path: ['client_tls', 'min_version'] }, { path: ['client_tls', 'insecure'] }])
  t.match(parseTransport({ client_tls: [] }).problems, [{ path: ['client_tls'], code: 'wrong-type' }])
})
