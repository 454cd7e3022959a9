import { createHash, X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import type { TLSSocket } from 'node:tls'
import t from 'tap'
import { createAuthority, startForwardProxy, startOrigin, writeFiles, type Teardown } from '@floodgate/testing'
import type { OwnClientSettings, RedirectSettings } from '@floodgate/settings'
import { call, startClient, type ChangedSettings } from './support/clients.ts'

const ca = createAuthority('ca')
const clients = createAuthority('ca-client')
const server = ca.issue({ cn: 'server' })
const named = ca.issue({ cn: 'named', san: ['orders.internal'] })
const shown = clients.issue({ cn: 'shown', san: [] })
const files = writeFiles(t, { 'ca.pem': ca.cert, 'shown.pem': shown.cert, 'shown.key': shown.key })
const trusting = { caCerts: [files['ca.pem']], disableSystemCaPool: true }

interface Seen { url: string, headers: IncomingHttpHeaders, clientCert: string | null, servername: string | null }

/** Starts a server that leads `/to/URL` to the URL, and tells what it saw. */
async function startLeading (t: Teardown, tls?: { cert: string, key: string, ca?: string }) {
  const seen: Seen[] = []
  const answer: RequestListener = (req, res) => {
    const socket = req.socket as TLSSocket & { servername?: string }
    seen.push({ url: req.url!, headers: req.headers, clientCert: socket.encrypted ? (socket.getPeerCertificate().subject as { CN?: string } | undefined)?.CN ?? null : null, servername: socket.servername || null })
    const [, target] = /^\/to\/(.*)$/.exec(req.url!) ?? []
    if (target === undefined) res.end('final')
    else res.writeHead(302, { location: decodeURIComponent(target) }).end()
  }
  const origin = await startOrigin(t, answer, tls && { ...tls, ...tls.ca !== undefined && { requestCert: true, rejectUnauthorized: false } })
  return Object.assign(origin, { seen })
}

const to = (...urls: string[]): string => urls.reduceRight((path, url) => `/to/${encodeURIComponent(url + path)}`, '/')
const redirecting = (t: Teardown, redirects: RedirectSettings, more: ChangedSettings = {}) => startClient(t, { ...more, own: { redirects } })

t.test('redirects.max: one more fails the call, as the tenth does elsewhere', async (t) => {
  const origin = await startLeading(t)
  const client = redirecting(t, { max: 2 })
  t.equal((await call(client.dispatcher, origin.url, to(origin.url, origin.url))).body, 'final')
  const { error, status } = await call(client.dispatcher, origin.url, to(origin.url, origin.url, origin.url))
  t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS', message: /after 3 requests/ })
  t.equal(status, 0)
  t.match(client.stats().origins, [{ failures: { FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS: 1 } }])
})

t.test('redirects.allowed_hosts: leads to those named and to the first host, nowhere else', async (t) => {
  const [first, other] = await Promise.all([startLeading(t), startLeading(t)])
  const local = (url: string): string => url.replace('127.0.0.1', 'localhost')
  const cases: [allowed: string[], target: string, body: string][] = [
    [[], first.url, 'final'],
    [[], other.url, 'final'],
    [[], local(other.url), ''],
    [['localhost'], local(other.url), 'final'],
    [[`localhost:${other.port}`], local(other.url), 'final'],
    [[`localhost:${first.port}`], local(other.url), ''],
    [['*.localhost'], local(other.url), '']
  ]
  for (const [allowedHosts, target, body] of cases) {
    const outcome = await call(redirecting(t, { allowedHosts }).dispatcher, first.url, to(target))
    t.equal(outcome.body, body, `${allowedHosts.join()} to ${target}`)
    if (body === '') t.match(outcome.error, { reason: 'FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED', stage: 'redirect', message: /allowed_hosts does not name localhost$/ })
  }
  // On the second hop too; and the one in between does not become the first.
  const twice = await call(redirecting(t, { allowedHosts: ['localhost'] }).dispatcher, first.url, to(local(other.url), 'http://[::1]:1'))
  t.equal(twice.error?.reason, 'FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED')
})

t.test('redirects.same_origin: another port is another origin', async (t) => {
  const [first, other] = await Promise.all([startLeading(t), startLeading(t)])
  const { dispatcher } = redirecting(t, { sameOrigin: true })
  t.equal((await call(dispatcher, first.url, to(first.url.toUpperCase().replace('HTTP', 'http')))).body, 'final')
  t.match((await call(dispatcher, first.url, to(other.url))).error, { reason: 'FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED', message: /same_origin/ })
  t.equal(other.seen.length, 0)
})

t.test('redirects.strip_headers: stay behind once the origin is left, and do not come back', async (t) => {
  const [first, other] = await Promise.all([startLeading(t), startLeading(t)])
  const { dispatcher } = redirecting(t, { stripHeaders: ['authorization', 'referer', 'x-api-key'] })
  const headers = ['X-Api-Key', 'secret', 'Authorization', 'Basic x', 'X-Other', 'kept']
  await call(dispatcher, first.url, to(first.url, other.url, first.url), { headers })
  t.match(first.seen.map((seen) => seen.headers), [{ 'x-api-key': 'secret' }, { 'x-api-key': 'secret', authorization: 'Basic x' }, { 'x-api-key': undefined, authorization: undefined }])
  t.match(other.seen[0]?.headers, { 'x-api-key': undefined, authorization: undefined, referer: undefined, 'x-other': 'kept' })
})

t.test('redirects.client_certs: shown to the first origin, on every hop there, and to no other, through interceptors as well', async (t) => {
  const [first, other] = await Promise.all([startLeading(t, { ...server, ca: clients.cert }), startLeading(t, { ...server, ca: clients.cert })])
  const tls = { ...trusting, clientCerts: [{ certificate: files['shown.pem'], privateKey: files['shown.key'] }] }
  for (const [title, redirects, expected] of [['by default', {}, 'shown'], ['with origin', { clientCerts: 'origin' }, null]] as const) {
    const client = redirecting(t, redirects, { tls })
    for (const dispatcher of [client.dispatcher, client.intercept((dispatch) => (options, handler) => dispatch({ ...options }, handler))]) {
      first.seen.length = other.seen.length = 0
      t.equal((await call(dispatcher, first.url, to(first.url, other.url, other.url, first.url))).body, 'final')
      t.strictSame(first.seen.map(({ clientCert }) => clientCert), ['shown', 'shown', 'shown'], title)
      t.strictSame(other.seen.map(({ clientCert }) => clientCert), [expected, expected], title)
      // What a hop was refused a call of its own gets.
      t.equal((await call(dispatcher, other.url, '/')).body, 'final')
      t.equal(other.seen.at(-1)?.clientCert, 'shown')
    }
  }
})

t.test('servername: is sent and verified at the origin of the call, not beyond it; Host stays', async (t) => {
  const [origin, other] = await Promise.all([startLeading(t, named), startLeading(t, server)])
  const own: OwnClientSettings = { servername: 'orders.internal' }
  const { dispatcher } = startClient(t, { tls: trusting, own })
  for (let i = 0; i < 2; i++) t.equal((await call(dispatcher, origin.url, '/')).body, 'final')
  t.match(origin.seen, [{ servername: 'orders.internal', headers: { host: `127.0.0.1:${origin.port}` } }, {}])
  t.equal(origin.accepted, 1)
  t.equal((await call(dispatcher, origin.url, to(other.url))).body, 'final', 'a target is verified by its own name')
  t.equal(other.seen[0]?.servername, null)
  t.match((await call(dispatcher, other.url, '/')).error, { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' }, 'as first origin it is verified by the configured one')
  t.match((await call(startClient(t, { tls: trusting }).dispatcher, origin.url, '/')).error, { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' })
})

t.test('pins: a key of the chain lets a server in, also without client_tls or verification; another is an error of its own', async (t) => {
  const origin = await startLeading(t, server)
  const pinOf = ({ cert }: { cert: string }) => createHash('sha256').update(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })).digest('base64')
  const reach = (pins: string[], tls: ChangedSettings['tls'] = trusting) => call(startClient(t, { tls, own: { pins } }, tls === null ? { env: { SSL_CERT_FILE: files['ca.pem'], SSL_CERT_DIR: files.folder } } : {}).dispatcher, origin.url, '/')
  for (const key of [server, ca]) t.equal((await reach([pinOf(named), pinOf(key)])).body, 'final')
  t.equal((await reach([pinOf(server)], null)).body, 'final')
  t.equal((await reach([pinOf(server)], { allowInsecureConnections: true })).body, 'final')
  for (const tls of [trusting, { allowInsecureConnections: true }]) {
    const { error } = await reach([pinOf(named)], tls)
    t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_PINNED_KEY', stage: 'tls', cause: { code: 'CERT_KEY_NOT_PINNED' } })
    t.ok(error?.message.includes(`sha256/${pinOf(server)}`), 'tells the key that there is')
  }
})

t.test('no_proxy: hosts of the list are reached directly, the others through the proxy; environment or not', async (t) => {
  const [origin, proxy] = await Promise.all([startLeading(t), startForwardProxy(t)])
  const address = { protocol: 'http', host: '127.0.0.1', port: proxy.port, username: null, password: null } as const
  const reach = async (noProxy: string[], url: string): Promise<number> => {
    proxy.seen.length = 0
    t.equal((await call(startClient(t, { proxy: address, own: { noProxy } }).dispatcher, url, '/')).body, 'final')
    return proxy.seen.length
  }
  t.equal(await reach([], origin.url), 1, 'loopback addresses are no exception here')
  t.equal(await reach(['127.0.0.0/8'], origin.url), 0)
  t.equal(await reach([`127.0.0.1:${origin.port}`], origin.url), 0)
  t.equal(await reach(['127.0.0.1:1'], origin.url), 1)
  t.equal(await reach(['localhost'], origin.url), 1)
  t.equal(await reach(['localhost'], origin.url.replace('127.0.0.1', 'localhost')), 0)
  t.equal(await reach(['*'], origin.url), 0)
  const { dispatcher } = startClient(t, { own: { noProxy: ['0.0.0.0'] } }, { env: { HTTP_PROXY: proxy.url } })
  proxy.seen.length = 0
  for (const host of ['0.0.0.0', 'origin.test']) t.equal((await call(dispatcher, `http://${host}:${origin.port}`, '/')).body, 'final')
  t.match(proxy.seen, [{ target: /origin\.test/ }])
  t.equal(proxy.seen.length, 1)
})
