import t from 'tap'
import { defaultTransport, hashSettings, parseClientTls, parseHttpClientOptions } from '@floodgate/http-client'
import type { ClientSettings } from '@floodgate/settings'

const pin = 'sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

function parse (floodgate: unknown, { inherited = {}, ...rest }: Record<string, unknown> & { inherited?: object } = {}) {
  return parseHttpClientOptions({ ...rest, floodgate }, { globalTls: null, transport: defaultTransport, ...inherited })
}

/** Problems as `path: code`, without the part that all have in common. */
function codes (problems: ReturnType<typeof parse>['problems']): string[] {
  return problems.map(({ path, code }) => `${path.slice(1).join('.')}: ${code}`)
}

t.test('parseHttpClientOptions: takes every key of floodgate', async (t) => {
  const { settings, problems, warnings } = parse({
    '@comment': 'x',
    redirects: { max: 3, allowed_hosts: ['*.Example.com', 'a.test:8443', '10.0.0.1', '[::1]:443', 'a.test:8443'], strip_headers: ['X-Api-Key', 'cookie'], client_certs: 'any' },
    servername: 'Orders.internal',
    pins: [pin, pin.replace('/', '//')],
    no_proxy: ['*', '.internal', 'a.test:80', '10.0.0.0/8', '::1', 'fd00::/8'],
    max_connections: 4,
    http2: true
  })
  t.strictSame([problems, warnings], [[], []])
  t.strictSame(settings.own, {
    redirects: { max: 3, allowedHosts: ['*.example.com', '10.0.0.1', '[::1]:443', 'a.test:8443'], stripHeaders: ['cookie', 'x-api-key'] },
    servername: 'orders.internal',
    pins: [pin.slice(7)],
    noProxy: ['*', '.internal', '10.0.0.0/8', '::1', 'a.test:80', 'fd00::/8'],
    maxConnections: 4,
    balance: 'least-requests',
    http2: true
  })
})

t.test('parseHttpClientOptions: what asks for nothing leaves the settings as they are, and their client', async (t) => {
  const plain = parseHttpClientOptions({}, { globalTls: null, transport: defaultTransport }).settings
  for (const nothing of [{}, { redirects: {} }, { http2: false, redirects: { same_origin: false, client_certs: 'any', strip_headers: [] } }]) {
    const { settings, problems, warnings } = parse(nothing)
    t.strictSame(settings, plain)
    t.equal(hashSettings(settings), hashSettings(plain))
    t.strictSame([problems, warnings], [[], []])
  }
})

t.test('hashSettings: each key of floodgate makes settings of their own, in whatever order its lists stand', async (t) => {
  const { settings: plain } = parse({})
  const clientTls = { ...parseClientTls({ min_version: 'TLS12' }).tls, clientCerts: [{ certificate: '/a.pem', privateKey: '/a.key' }] }
  const all: ClientSettings[] = [
    plain,
    ...[{ redirects: { max: 3 } }, { redirects: { allowed_hosts: [] } }, { redirects: { allowed_hosts: ['a.test'] } }, { redirects: { same_origin: true } }, { redirects: { strip_headers: ['a'] } },
      { servername: 'a' }, { pins: [pin] }, { no_proxy: [] }, { no_proxy: ['a'] }, { max_connections: 1 }, { max_connections: 2 }, { http2: true }].map((own) => parse(own).settings),
    parse({ redirects: { client_certs: 'origin' } }, { inherited: { globalTls: clientTls } }).settings
  ]
  t.equal(new Set(all.map(hashSettings)).size, all.length)
  t.equal(hashSettings(parse({ no_proxy: ['a', 'b'] }).settings), hashSettings(parse({ no_proxy: ['B', 'a', 'b'] }).settings))
})

t.test('parseHttpClientOptions: refuses what no key of floodgate can be', async (t) => {
  const cases: [unknown, string[]][] = [
    [true, [': wrong-type']],
    [{ servernam: 'a' }, ['servernam: unknown-key']],
    [{ redirects: { max: 0 } }, ['redirects.max: out-of-range']],
    [{ redirects: { max: 10, client_certs: 'orign' } }, ['redirects.max: out-of-range', 'redirects.client_certs: unknown-value']],
    [{ redirects: { allowed_hosts: ['http://a.test', 'a.test/b', 'a b', '*', '*.1.2.3.4', '1.2.3', 'a.test:0', '', 7] } }, ['8: wrong-type', ...'01234567'].map((at) => `redirects.allowed_hosts.${at.length > 1 ? at : `${at}: unknown-value`}`)],
    [{ redirects: { strip_headers: ['X Y', ''] } }, ['redirects.strip_headers.0: unknown-value', 'redirects.strip_headers.1: unknown-value']],
    [{ servername: 'https://a.test' }, ['servername: unknown-value']],
    [{ servername: 'a.test:443' }, ['servername: unknown-value']],
    [{ pins: [] }, ['pins: no-pin']],
    [{ pins: ['sha1/abc', 'sha256/abc', pin.slice(7), pin.replace('=', '')] }, [0, 1, 2, 3].map((at) => `pins.${at}: unknown-value`)],
    [{ no_proxy: ['http://a', 'a,b', '10.0.0.0/33', 'a/8', ''] }, [0, 1, 2, 3, 4].map((at) => `no_proxy.${at}: unknown-value`)],
    [{ max_connections: 0 }, ['max_connections: out-of-range']],
    [{ http2: 'yes' }, ['http2: wrong-type']]
  ]
  for (const [floodgate, expected] of cases) t.strictSame(codes(parse(floodgate).problems), expected, JSON.stringify(floodgate))
  t.match(parse({ redirects: { client_certs: 'orign' } }).problems[0]?.instead, /did you mean "origin"/)
  t.match(parse({ servernam: 'a' }).problems[0]?.instead, /did you mean "servername"/)
})

t.test('parseHttpClientOptions: refuses combinations that cannot be, and tells those that change nothing', async (t) => {
  const tls = (options: object) => ({ inherited: { globalTls: parseClientTls(options).tls } })
  t.strictSame(codes(parse({ redirects: { same_origin: true, allowed_hosts: ['a.test'] } }).problems), ['redirects.allowed_hosts: conflict'])
  t.strictSame(codes(parse({ http2: true }, { inherited: { transport: { ...defaultTransport, disableKeepAlives: true } } }).problems), ['http2: conflict'])
  t.strictSame(codes(parse({ http2: true }, tls({ min_version: 'TLS10', max_version: 'TLS11' })).problems), ['http2: conflict'])
  t.strictSame(codes(parse({ redirects: { same_origin: true, strip_headers: ['a'] } }).warnings), ['redirects.strip_headers: no-effect'])
  t.strictSame(codes(parse({ redirects: { client_certs: 'origin' } }).warnings), ['redirects.client_certs: no-effect'])
  t.strictSame(codes(parse({ redirects: { max: 2 } }, { no_redirect: true }).warnings), ['redirects: no-effect'])
  t.strictSame(codes(parse({ servername: 'a' }, tls({ allow_insecure_connections: true })).warnings), ['servername: insecure'])
})

t.test('parseHttpClientOptions: times of a backend take the place of those of the root', async (t) => {
  const inherited = { transport: { ...defaultTransport, dialerTimeout: 5000, responseHeaderTimeout: 6000 } }
  const { settings, problems } = parse({ dialer_timeout: '0s', idle_connection_timeout: '1m', timeout: '1.5s' }, { inherited })
  t.same(problems, [])
  t.match(settings.transport, { dialerTimeout: 0, responseHeaderTimeout: 6000, idleConnectionTimeout: 60_000 })
  t.same(settings.own, { timeout: 1500 })
  t.equal(parse({ timeout: '0s' }).settings.own, undefined)
  t.same(codes(parse({ timeout: '-1s', response_header_timeout: 'soon' }).problems).sort(), ['response_header_timeout: unknown-value', 'timeout: out-of-range'])
})
