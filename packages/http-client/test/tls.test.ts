import { once } from 'node:events'
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { createAuthority, type Issued, listen, selfSigned, type Teardown, writeFiles } from '@floodgate/testing'
import type { TlsSettings } from '@floodgate/settings'
import { createTls, type ClientTls, type TlsTarget } from '@floodgate/tls'

const ca = createAuthority('ca-a')
const other = createAuthority('ca-b')
const clients = createAuthority('ca-client')
const inter = ca.intermediate('inter')
const below = inter.issue({ cn: 'below' })
const good = ca.issue({ cn: 'server' })
const rsa = ca.issue({ cn: 'server-rsa', key: 'rsa' })
const foreign = other.issue({ cn: 'foreign' })
const self = selfSigned({ cn: 'self' })
const clientA = clients.issue({ cn: 'client-a', san: [] })
const clientB = other.issue({ cn: 'client-b', san: [] })

const files = writeFiles(t, {
  ca: ca.cert,
  other: other.cert,
  bundle: other.cert + ca.cert,
  inter: inter.cert,
  good: good.cert,
  self: self.cert,
  clientCert: clientA.cert,
  clientKey: clientA.key,
  clientBoth: clientA.cert + clientA.key,
  wrongCert: clientB.cert,
  wrongKey: clientB.key,
  empty: ''
})

const unknownIssuer = 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'
const noStore = { SSL_CERT_FILE: files.empty, SSL_CERT_DIR: files.folder + '/none' }
const caStore = { ...noStore, SSL_CERT_FILE: files.ca }

function settings (own: Partial<TlsSettings> = {}): TlsSettings {
  return {
    allowInsecureConnections: false,
    caCerts: [],
    disableSystemCaPool: false,
    clientCerts: [],
    minVersion: 'TLS13',
    maxVersion: 'TLS13',
    cipherSuites: [],
    curvePreferences: [],
    ...own
  }
}

interface Seen { version: string | null, cipher: string, servername: string | false, clientCert: string | null, reused: boolean, alpn: string | false }

interface Server { port: number, accepted: number, seen: Seen[], last: () => Promise<Seen> }

async function serve (t: Teardown, options: tls.TlsOptions = good): Promise<Server> {
  const waiting: ((seen: Seen) => void)[] = []
  const server = tls.createServer({ minVersion: 'TLSv1.2', ...options }, (socket) => {
    const seen = {
      version: socket.getProtocol(),
      cipher: socket.getCipher().standardName,
      servername: (socket as TLSSocket & { servername: string | false }).servername,
      clientCert: String(socket.getPeerCertificate().subject?.CN ?? '') || null,
      reused: socket.isSessionReused(),
      alpn: socket.alpnProtocol ?? false
    }
    state.seen.push(seen)
    waiting.shift()?.(seen)
    socket.on('error', () => {})
    socket.end('bye')
  })
  server.on('tlsClientError', () => {})
  const state: Server = { port: await listen(server), accepted: 0, seen: [], last: () => new Promise((resolve) => { waiting.push(resolve) }) }
  server.on('connection', () => { state.accepted++ })
  t.teardown(() => { server.close() })
  return state
}

/** Shakes hands, dialling again where it is asked to, and reads what the server says. */
async function dial (client: ClientTls, { port }: Server, own: Partial<TlsTarget> = {}): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const transport = net.connect(port, '127.0.0.1')
    await once(transport, 'connect')
    const { promise, done } = settled()
    const socket = client.handshake(transport, { host: 'localhost', port, ...own }, done)
    try {
      await promise
    } catch (error) {
      if ((error as { code: string }).code === 'FG_ERR_TLS_DIAL_AGAIN' && attempt < 2) continue
      throw error
    }
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
}

function settled (): { promise: Promise<void>, done: (error: Error | null) => void } {
  let done!: (error: Error | null) => void
  const promise = new Promise<void>((resolve, reject) => { done = (error) => { if (error) reject(error); else resolve() } })
  return { promise, done }
}

t.test('createTls: trust', async (t) => {
  interface Row { name: string, server?: Issued, tls: TlsSettings | null, env?: NodeJS.ProcessEnv, host?: string, fails?: string }
  const chain = { cert: below.cert + inter.cert, key: below.key }
  const rows: Row[] = [
    { name: 'nothing set: the system store', tls: null, env: caStore },
    { name: 'nothing set: outside the system store', tls: null, env: noStore, fails: unknownIssuer },
    { name: 'empty client_tls: the system store', tls: settings(), env: caStore },
    { name: 'ca_certs beside the system store', tls: settings({ caCerts: [files.other] }), env: caStore },
    { name: 'ca_certs', tls: settings({ caCerts: [files.ca] }) },
    { name: 'another authority', tls: settings({ caCerts: [files.other] }), fails: unknownIssuer },
    { name: 'second in a bundle', tls: settings({ caCerts: [files.bundle] }) },
    { name: 'second of two files', tls: settings({ caCerts: [files.other, files.ca] }) },
    { name: 'system store disabled', tls: settings({ disableSystemCaPool: true }), env: caStore, fails: unknownIssuer },
    { name: 'system store disabled, ca_certs', tls: settings({ disableSystemCaPool: true, caCerts: [files.ca] }) },
    { name: 'system store disabled, other ca_certs', tls: settings({ disableSystemCaPool: true, caCerts: [files.other] }), env: caStore, fails: unknownIssuer },
    { name: 'the server sends its intermediate', server: chain, tls: settings({ caCerts: [files.ca] }) },
    { name: 'the server does not', server: below, tls: settings({ caCerts: [files.ca] }), fails: unknownIssuer },
    { name: 'only the intermediate is trusted', server: below, tls: settings({ caCerts: [files.inter] }) },
    { name: 'a pinned leaf', tls: settings({ caCerts: [files.good] }) },
    { name: 'a pinned self-signed certificate', server: self, tls: settings({ caCerts: [files.self] }) },
    { name: 'a self-signed certificate', server: self, tls: settings({ caCerts: [files.ca] }), fails: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    { name: 'expired', server: ca.issue({ cn: 'old', days: -1 }), tls: settings({ caCerts: [files.ca] }), fails: 'CERT_HAS_EXPIRED' },
    { name: 'not valid yet', server: ca.issue({ cn: 'new', notBefore: new Date(Date.now() + 3_600_000) }), tls: settings({ caCerts: [files.ca] }), fails: 'CERT_NOT_YET_VALID' },
    { name: 'another name', server: ca.issue({ cn: 'localhost', san: ['elsewhere.test'] }), tls: settings({ caCerts: [files.ca] }), fails: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { name: 'a name in the subject only', server: ca.issue({ cn: 'localhost', san: [] }), tls: settings({ caCerts: [files.ca] }), fails: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { name: 'an address', tls: settings({ caCerts: [files.ca] }), host: '127.0.0.1' },
    { name: 'another address', server: ca.issue({ cn: 'x', san: ['127.0.0.2'] }), tls: settings({ caCerts: [files.ca] }), host: '127.0.0.1', fails: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { name: 'an IPv6 address', server: ca.issue({ cn: 'x', san: ['::1'] }), tls: settings({ caCerts: [files.ca] }), host: '::1' },
    { name: 'another IPv6 address', server: ca.issue({ cn: 'x', san: ['::2', '127.0.0.1', 'localhost'] }), tls: settings({ caCerts: [files.ca] }), host: '::1', fails: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { name: 'an RSA leaf', server: rsa, tls: settings({ caCerts: [files.ca] }) },
    { name: 'insecure: another authority', server: foreign, tls: settings({ allowInsecureConnections: true, caCerts: [files.ca] }) },
    { name: 'insecure: another name', server: ca.issue({ cn: 'x', san: ['elsewhere.test'] }), tls: settings({ allowInsecureConnections: true }) },
    { name: 'insecure: self-signed', server: self, tls: settings({ allowInsecureConnections: true, disableSystemCaPool: true }) },
    { name: 'insecure: expired', server: ca.issue({ cn: 'old', days: -1 }), tls: settings({ allowInsecureConnections: true }) }
  ]
  for (const { name, server = good, tls, env = noStore, host = 'localhost', fails } of rows) {
    const origin = await serve(t, server)
    const client = createTls(tls, env)
    const dialled = dial(client, origin, { host })
    if (fails) await t.rejects(dialled, { code: fails }, name)
    else t.equal(await dialled, 'bye', name)
    if (!fails) t.match(origin.seen, [{ servername: host === 'localhost' ? 'localhost' : false, alpn: false }], `${name}: SNI and no ALPN`)
    t.equal(origin.accepted, 1, `${name}: one connection`)
  }
})

/** Dials one server per row; a row without `seen` has to fail. */
async function tabulate (t: Test, rows: { name: string, server: tls.TlsOptions, tls: TlsSettings | null, seen?: Partial<Seen> }[]): Promise<void> {
  for (const { name, server, tls, seen } of rows) {
    const origin = await serve(t, { ...good, ...server })
    const client = createTls(tls, caStore)
    if (!seen) {
      await t.rejects(dial(client, origin), { code: /^(ERR_SSL|ECONNRESET|EPROTO)/ }, name)
      continue
    }
    t.equal(await dial(client, origin), 'bye', name)
    t.match(origin.seen, [seen], name)
  }
}

t.test('createTls: versions', async (t) => {
  const t10 = { ...rsa, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const t11 = { ...rsa, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const t12 = { maxVersion: 'TLSv1.2' } as const
  const t13 = { minVersion: 'TLSv1.3' } as const
  const cbc = [49171, 49172, 47, 53]
  await tabulate(t, [
    { name: 'no client_tls, TLS 1.2', server: t12, tls: null, seen: { version: 'TLSv1.2', cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' } },
    { name: 'no client_tls, TLS 1.3', server: t13, tls: null, seen: { version: 'TLSv1.3' } },
    { name: 'no client_tls, TLS 1.1', server: t11, tls: null },
    { name: 'empty, TLS 1.2', server: t12, tls: settings() },
    { name: 'empty, TLS 1.3', server: t13, tls: settings(), seen: { version: 'TLSv1.3' } },
    { name: 'min TLS12, TLS 1.2', server: t12, tls: settings({ minVersion: 'TLS12' }), seen: { version: 'TLSv1.2' } },
    { name: 'min TLS12, TLS 1.3', server: t13, tls: settings({ minVersion: 'TLS12' }), seen: { version: 'TLSv1.3' } },
    { name: 'min TLS12, TLS 1.1', server: t11, tls: settings({ minVersion: 'TLS12', cipherSuites: cbc }) },
    { name: 'TLS12 only, both', server: {}, tls: settings({ minVersion: 'TLS12', maxVersion: 'TLS12' }), seen: { version: 'TLSv1.2' } },
    { name: 'TLS12 only, TLS 1.3', server: t13, tls: settings({ minVersion: 'TLS12', maxVersion: 'TLS12' }) },
    { name: 'insecure keeps the minimum', server: t12, tls: settings({ allowInsecureConnections: true }) },
    { name: 'min TLS11 with CBC, TLS 1.1', server: t11, tls: settings({ minVersion: 'TLS11', cipherSuites: cbc }), seen: { version: 'TLSv1.1' } },
    { name: 'min TLS11 with CBC, TLS 1.0', server: t10, tls: settings({ minVersion: 'TLS11', cipherSuites: cbc }) },
    { name: 'min TLS10 with CBC, TLS 1.0', server: t10, tls: settings({ minVersion: 'TLS10', cipherSuites: cbc }), seen: { version: 'TLSv1', cipher: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA' } },
    { name: 'min TLS10 without suites, TLS 1.0', server: t10, tls: settings({ minVersion: 'TLS10' }) },
    { name: 'min TLS10, TLS 1.2', server: t12, tls: settings({ minVersion: 'TLS10' }), seen: { version: 'TLSv1.2' } },
    { name: 'min SSL3.0 with CBC, TLS 1.0', server: t10, tls: settings({ minVersion: 'SSL3.0', cipherSuites: cbc }), seen: { version: 'TLSv1' } },
    { name: 'TLS10 to TLS11, TLS 1.2', server: t12, tls: settings({ minVersion: 'TLS10', maxVersion: 'TLS11', cipherSuites: cbc }) }
  ])
})

t.test('createTls: cipher suites', async (t) => {
  const with12 = (ciphers: string, own: tls.TlsOptions = rsa): tls.TlsOptions => ({ ...own, maxVersion: 'TLSv1.2', ciphers })
  const min12 = (...cipherSuites: number[]): TlsSettings => settings({ minVersion: 'TLS12', cipherSuites })
  const gcm = with12('ECDHE-RSA-AES128-GCM-SHA256')
  const chacha13: tls.TlsOptions = { minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }
  await tabulate(t, [
    { name: 'no client_tls: CBC over ECDHE', server: with12('ECDHE-RSA-AES128-SHA'), tls: null, seen: { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA' } },
    { name: 'no client_tls: RSA key exchange', server: with12('AES128-SHA'), tls: null },
    { name: 'no client_tls: CBC with SHA-256', server: with12('ECDHE-RSA-AES128-SHA256'), tls: null },
    { name: 'no client_tls: DHE', server: with12('DHE-RSA-AES128-GCM-SHA256'), tls: null },
    { name: 'default: GCM', server: gcm, tls: min12(), seen: { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' } },
    { name: 'default: ChaCha20', server: with12('ECDHE-RSA-CHACHA20-POLY1305'), tls: min12(), seen: { cipher: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256' } },
    { name: 'default: CBC', server: with12('ECDHE-RSA-AES128-SHA'), tls: min12() },
    { name: 'default: RSA key exchange', server: with12('AES128-GCM-SHA256'), tls: min12() },
    { name: 'the one listed', server: with12('ECDHE-RSA-AES256-GCM-SHA384'), tls: min12(49200), seen: { cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384' } },
    { name: 'another than listed', server: gcm, tls: min12(49200) },
    { name: 'CBC listed', server: with12('ECDHE-RSA-AES128-SHA'), tls: min12(49171), seen: { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA' } },
    { name: 'CBC with SHA-256 listed', server: with12('ECDHE-RSA-AES128-SHA256'), tls: min12(49191), seen: { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256' } },
    { name: 'RSA key exchange listed', server: with12('AES128-SHA'), tls: min12(49199, 47), seen: { cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA' } },
    { name: 'RSA key exchange with GCM listed', server: with12('AES256-GCM-SHA384'), tls: min12(157), seen: { cipher: 'TLS_RSA_WITH_AES_256_GCM_SHA384' } },
    { name: 'ECDSA', server: with12('ECDHE-ECDSA-AES128-GCM-SHA256', good), tls: min12(49195, 49199), seen: { cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' } },
    { name: 'an RSA suite for an ECDSA certificate', server: with12('ECDHE-ECDSA-AES128-GCM-SHA256', good), tls: min12(49199) },
    { name: 'an unknown id beside a known one', server: gcm, tls: min12(9999, 49199), seen: { version: 'TLSv1.2' } },
    { name: 'RC4 and 3DES beside a usable one', server: gcm, tls: min12(5, 10, 49169, 49199), seen: { version: 'TLSv1.2' } },
    { name: 'RC4 and 3DES alone, TLS 1.2', server: gcm, tls: min12(5, 10) },
    { name: 'only those of TLS 1.3, TLS 1.2', server: gcm, tls: min12(4865, 4866, 4867) },
    { name: 'only unknown ids, TLS 1.3', server: chacha13, tls: min12(9999), seen: { version: 'TLSv1.3' } },
    { name: 'nothing usable, TLS 1.2 only', server: gcm, tls: settings({ minVersion: 'TLS12', maxVersion: 'TLS12', cipherSuites: [4865] }) },
    { name: 'those of TLS 1.3 are not limited', server: chacha13, tls: settings({ cipherSuites: [4865] }), seen: { cipher: 'TLS_CHACHA20_POLY1305_SHA256' } },
    { name: 'those of TLS 1.2 say nothing about TLS 1.3', server: chacha13, tls: settings({ cipherSuites: [49199] }), seen: { version: 'TLSv1.3' } },
    { name: 'Go\'s order, whatever the list\'s', server: { ...rsa, maxVersion: 'TLSv1.2', honorCipherOrder: false }, tls: min12(52392, 49200, 49199), seen: { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' } }
  ])
})

t.test('createTls: curves', async (t) => {
  const on = (ecdhCurve: string): tls.TlsOptions => ({ minVersion: 'TLSv1.3', ecdhCurve })
  const list = (...curvePreferences: number[]): TlsSettings => settings({ curvePreferences })
  const seen = { version: 'TLSv1.3' }
  await tabulate(t, [
    { name: 'no client_tls, X25519', server: on('X25519'), tls: null, seen },
    { name: 'no client_tls, P-521', server: on('P-521'), tls: null, seen },
    { name: 'default, P-256', server: on('P-256'), tls: list(), seen },
    { name: 'default, P-384', server: on('P-384'), tls: list(), seen },
    { name: 'default, P-521', server: on('P-521'), tls: list(), seen },
    { name: 'default, X25519', server: on('X25519'), tls: list() },
    { name: '23, P-256', server: on('P-256'), tls: list(23), seen },
    { name: '23, P-384', server: on('P-384'), tls: list(23) },
    { name: '24, P-384', server: on('P-384'), tls: list(24), seen },
    { name: '25, P-521', server: on('P-521'), tls: list(25), seen },
    { name: '25 and 23, P-256', server: on('P-256'), tls: list(25, 23), seen },
    { name: '29, X25519', server: on('X25519'), tls: list(29), seen },
    { name: 'unknown ones beside 29, X25519', server: on('X25519'), tls: list(4588, 9999, 29), seen },
    { name: '23, TLS 1.2 on P-384', server: { maxVersion: 'TLSv1.2', ecdhCurve: 'P-384' }, tls: settings({ minVersion: 'TLS12', curvePreferences: [23] }) }
  ])
})

t.test('createTls: client certificates', async (t) => {
  const asking: tls.TlsOptions = { ca: clients.cert, requestCert: true, rejectUnauthorized: true }
  const optional: tls.TlsOptions = { ...asking, rejectUnauthorized: false }
  const own = (...clientCerts: TlsSettings['clientCerts']): TlsSettings => settings({ minVersion: 'TLS12', clientCerts })
  const right = { certificate: files.clientCert, privateKey: files.clientKey }
  t.equal(createTls(own(right), noStore).hasClientCertificates, true)
  t.equal(createTls(own(), noStore).hasClientCertificates, false)
  await tabulate(t, [
    { name: 'asked for', server: asking, tls: own(right), seen: { clientCert: 'client-a' } },
    { name: 'asked for over TLS 1.2', server: { ...asking, maxVersion: 'TLSv1.2' }, tls: own(right), seen: { version: 'TLSv1.2', clientCert: 'client-a' } },
    { name: 'certificate and key in one file', server: asking, tls: own({ certificate: files.clientBoth, privateKey: files.clientBoth }), seen: { clientCert: 'client-a' } },
    { name: 'not asked for', server: {}, tls: own(right), seen: { clientCert: null } },
    { name: 'optional, none there', server: optional, tls: own(), seen: { clientCert: null } }
  ])
  // With TLS 1.3 the client is through before the server says no.
  const origin = await serve(t, { ...good, ...asking })
  const refused = { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }
  await t.rejects(dial(createTls(own(), caStore), origin), refused, 'none there')
  await t.rejects(dial(createTls(own({ certificate: files.wrongCert, privateKey: files.wrongKey }), caStore), origin), refused, 'of another authority: none is shown')
})

t.test('createTls: sessions are offered and saved', async (t) => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const origin = await serve(t, { ...good, minVersion: version, maxVersion: version })
    const client = createTls(settings({ minVersion: 'TLS12', caCerts: [files.ca] }), noStore)
    const sessions: Buffer[] = []
    const saveSession = (session: Buffer): void => { sessions.push(session) }
    await dial(client, origin, { saveSession })
    t.ok(sessions.length > 0, `${version}: saved`)
    await dial(client, origin, { session: sessions.at(-1), saveSession })
    t.match(origin.seen, [{ reused: false }, { reused: true }], version)
    const stranger = createTls(settings({ minVersion: 'TLS12' }), noStore)
    const refused: Buffer[] = []
    await t.rejects(dial(stranger, origin, { saveSession: (session) => { refused.push(session) } }), { code: unknownIssuer })
    t.equal(refused.length, 0, `${version}: none of a server that is not accepted`)
  }
})

t.test('createTls: TLS in TLS', async (t) => {
  const origin = await serve(t, good)
  const outer = tls.createServer(good, (socket) => {
    const inner = net.connect(origin.port, '127.0.0.1')
    socket.pipe(inner).pipe(socket)
    socket.on('error', () => {})
    inner.on('error', () => {})
  })
  const port = await listen(outer)
  t.teardown(() => { outer.close() })
  const client = createTls(settings({ caCerts: [files.ca] }), noStore)
  const transport = net.connect(port, '127.0.0.1')
  await once(transport, 'connect')
  const proxied = settled()
  const tunnel = client.handshake(transport, { host: '127.0.0.1', port }, proxied.done)
  await proxied.promise
  const direct = settled()
  const socket = client.handshake(tunnel, { host: 'localhost', port: origin.port }, direct.done)
  await direct.promise
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  t.equal(Buffer.concat(chunks).toString(), 'bye')
})

t.test('createTls: a handshake that is given up, or never ends well, is reported once', async (t) => {
  const silent = net.createServer((socket) => { socket.on('error', () => {}) })
  const port = await listen(silent)
  const client = createTls(settings({ caCerts: [files.ca] }), noStore)
  const transport = net.connect(port, '127.0.0.1')
  await once(transport, 'connect')
  const given = settled()
  client.handshake(transport, { host: 'localhost', port }, given.done).destroy()
  await t.rejects(given.promise, /closed during the TLS handshake/)
  silent.close()

  const plain = net.createServer((socket) => { socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n') })
  const plainPort = await listen(plain)
  t.teardown(() => { plain.close() })
  const other = net.connect(plainPort, '127.0.0.1')
  await once(other, 'connect')
  const failed = settled()
  client.handshake(other, { host: 'localhost', port: plainPort }, failed.done)
  await t.rejects(failed.promise, { code: /^(ERR_SSL|EPROTO)/ })
})

t.test('createTls: prepare builds what the first handshake would, and tells what is wrong with it', async (t) => {
  const client = createTls(settings({ caCerts: [files.ca] }), noStore)
  client.prepare()
  t.equal(await dial(client, await serve(t)), 'bye')
  const broken = createTls(settings({ clientCerts: [{ certificate: files.clientCert, privateKey: files.wrongKey }] }), noStore)
  t.throws(() => { broken.prepare() }, { code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' })
  t.throws(() => { createTls(settings({ caCerts: [files.folder + '/gone'] }), noStore) }, { code: 'ENOENT' })
})
