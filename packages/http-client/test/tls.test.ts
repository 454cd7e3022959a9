import { once } from 'node:events'
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import t from 'tap'
import { createAuthority, selfSigned, writeFiles, type Issued } from '../../../test/support/certificates.ts'
import { listen, type Teardown } from '../../../test/support/origin.ts'
import { createTls, type ClientTls, type TlsSettings, type TlsTarget } from '@floodgate/http-client'

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
      if ((error as { code: string }).code === 'FG_ERR_HTTP_CLIENT_DIAL_AGAIN' && attempt < 2) continue
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
