import { once } from 'node:events'
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import t from 'tap'
import { createAuthority, type Issued, listen, type Teardown, writeFiles } from '@floodgate/testing'
import { parseClientTls } from '@floodgate/http-client'
import { createTls, type ClientTls } from '@floodgate/tls'

const ca = createAuthority('ca')
const first = createAuthority('clients-1')
const second = createAuthority('clients-2')
const inter = second.intermediate('below-2')
const server = ca.issue({ cn: 'server' })
const a = first.issue({ cn: 'a', san: [] })
const b = second.issue({ cn: 'b', san: [] })
const c = second.issue({ cn: 'c', san: [], key: 'rsa' })
const leaf = inter.issue({ cn: 'below', san: [] })
const below = { cert: leaf.cert + inter.cert, key: leaf.key }

const files = writeFiles(t, { ca: ca.cert, aCert: a.cert, aKey: a.key, bCert: b.cert, bKey: b.key, cCert: c.cert, cKey: c.key, belowCert: below.cert, belowKey: below.key })
const pairs = {
  a: { certificate: files.aCert, private_key: files.aKey },
  b: { certificate: files.bCert, private_key: files.bKey },
  c: { certificate: files.cCert, private_key: files.cKey },
  below: { certificate: files.belowCert, private_key: files.belowKey }
}

function client (...names: (keyof typeof pairs)[]): ClientTls {
  const { tls, problems } = parseClientTls({ ca_certs: [files.ca], disable_system_ca_pool: true, min_version: 'TLS12', client_certs: names.map((name) => pairs[name]) })
  t.strictSame(problems, [])
  return createTls(tls)
}

interface Server { port: number, accepted: number, shown: (string | null)[], options: (options: tls.SecureContextOptions) => void }

async function serve (t: Teardown, options: tls.TlsOptions, issued: Issued = server): Promise<Server> {
  const listener = tls.createServer({ ...issued, requestCert: true, ...options }, (socket) => {
    socket.on('error', () => {})
    state.shown.push(String((socket as TLSSocket).getPeerCertificate().subject?.CN ?? '') || null)
    socket.end('bye')
  })
  listener.on('tlsClientError', () => {})
  const state: Server = { port: await listen(listener), accepted: 0, shown: [], options: (fresh) => { listener.setSecureContext({ ...issued, ...fresh }) } }
  listener.on('connection', () => { state.accepted++ })
  t.teardown(() => { listener.close() })
  return state
}

async function dial (client: ClientTls, { port }: Server): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const transport = net.connect(port, '127.0.0.1')
    await once(transport, 'connect')
    let done!: (error: Error | null) => void
    const settled = new Promise<void>((resolve, reject) => { done = (error) => { if (error) reject(error); else resolve() } })
    const socket = client.handshake(transport, { host: '127.0.0.1', port }, done)
    try {
      await settled
      return await new Promise((resolve, reject) => {
        let text = ''
        socket.on('data', (chunk: Buffer) => { text += chunk }).on('error', reject).on('close', () => { resolve(text) })
      })
    } catch (error) {
      if ((error as { code: string }).code !== 'FG_ERR_TLS_DIAL_AGAIN' || attempt > 1) throw error
    }
  }
}

const flavours: Record<string, tls.TlsOptions> = {
  'TLS 1.3': { minVersion: 'TLSv1.3' },
  'TLS 1.3, AES-128': { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
  'TLS 1.3, ChaCha20': { minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' },
  'TLS 1.3, another curve': { minVersion: 'TLSv1.3', ecdhCurve: 'P-384' },
  'TLS 1.2': { maxVersion: 'TLSv1.2' }
}

for (const [flavour, options] of Object.entries(flavours)) {
  t.test(`client certificates: chosen by issuer, ${flavour}`, async (t) => {
    const rows: { name: string, server: tls.TlsOptions, pairs: (keyof typeof pairs)[], shown: string | null, dials: number }[] = [
      { name: 'the only one', server: { ca: first.cert }, pairs: ['a'], shown: 'a', dials: 1 },
      { name: 'the first of two', server: { ca: first.cert }, pairs: ['a', 'b'], shown: 'a', dials: 1 },
      { name: 'the second of two', server: { ca: second.cert }, pairs: ['a', 'b'], shown: 'b', dials: 2 },
      { name: 'two of one issuer', server: { ca: second.cert }, pairs: ['a', 'c', 'b'], shown: 'c', dials: 2 },
      { name: 'any of several authorities', server: { ca: [first.cert, second.cert] }, pairs: ['b', 'a'], shown: 'b', dials: 1 },
      { name: 'below an intermediate', server: { ca: second.cert }, pairs: ['a', 'below'], shown: 'below', dials: 2 },
      { name: 'none fits', server: { ca: first.cert, rejectUnauthorized: false }, pairs: ['b', 'c'], shown: null, dials: 2 },
      { name: 'not asked for', server: { requestCert: false }, pairs: ['b', 'a'], shown: null, dials: 1 }
    ]
    for (const { name, server, pairs, shown, dials } of rows) {
      const origin = await serve(t, { ...options, ...server })
      const tls = client(...pairs)
      t.equal(await dial(tls, origin), 'bye', name)
      t.equal(origin.accepted, dials, `${name}: connections`)
      t.equal(await dial(tls, origin), 'bye', `${name}, again`)
      t.equal(origin.accepted, dials + 1, `${name}: the choice is kept`)
      t.strictSame(origin.shown, [shown, shown], name)
    }
  })
}

t.test('client certificates: a server that names no authority gets the first', async (t) => {
  // OpenSSL sends no names when it has none of its own, and accepts what is not verified.
  const origin = await serve(t, { rejectUnauthorized: false, ca: [] })
  t.equal(await dial(client('b', 'a'), origin), 'bye')
  t.strictSame([origin.shown, origin.accepted], [['b'], 1])
})

t.test('client certificates: the key has to make a signature that the server takes', async (t) => {
  const origin = await serve(t, { ca: second.cert, sigalgs: 'ecdsa_secp256r1_sha256' })
  t.equal(await dial(client('c', 'b'), origin), 'bye')
  t.strictSame(origin.shown, ['b'])
})

t.test('client certificates: the choice is made again when a server refuses the old one', async (t) => {
  for (const options of [flavours['TLS 1.3'], flavours['TLS 1.2']]) {
    const origin = await serve(t, { ca: first.cert, ...options })
    const tls = client('a', 'b')
    t.equal(await dial(tls, origin), 'bye')
    origin.options({ ca: second.cert })
    t.not(await dial(tls, origin).catch(() => 'refused'), 'bye')
    t.equal(await dial(tls, origin), 'bye')
    t.strictSame(origin.shown, ['a', 'b'])
  }
})

t.test('client certificates: an idle connection does not keep the process alive', async (t) => {
  const origin = await serve(t, { ca: first.cert })
  const transport = net.connect(origin.port, '127.0.0.1')
  await once(transport, 'connect')
  const socket = client('a').handshake(transport, { host: '127.0.0.1', port: origin.port }, () => {})
  const hasRef = (): boolean => (transport as unknown as { _handle: { hasRef (): boolean } })._handle.hasRef()
  socket.unref()
  t.equal(hasRef(), false)
  socket.ref()
  t.equal(hasRef(), true)
  socket.destroy()
})

t.test('client certificates: a large flight in small pieces', async (t) => {
  const many = Array.from({ length: 60 }, (_, i) => createAuthority(`authority ${i} of a server that accepts a lot of them`))
  const origin = await serve(t, { minVersion: 'TLSv1.3', ca: [...many.map(({ cert }) => cert), second.cert] })
  const slow = net.createServer((socket) => {
    const inner = net.connect(origin.port, '127.0.0.1')
    socket.pipe(inner)
    inner.on('data', (chunk: Buffer) => { for (let at = 0; at < chunk.length; at += 100) socket.write(chunk.subarray(at, at + 100)) })
    inner.on('end', () => { socket.end() })
    for (const end of [socket, inner]) end.setNoDelay().on('error', () => {})
  })
  const port = await listen(slow)
  t.teardown(() => { slow.close() })
  t.equal(await dial(client('a', 'b'), { ...origin, port }), 'bye')
  t.strictSame(origin.shown, ['b'])
})

t.test('client certificates: a server that hangs up or speaks no TLS', async (t) => {
  const plain = net.createServer((socket) => { socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n') })
  const cut = net.createServer((socket) => { socket.once('data', () => { socket.resetAndDestroy() }) })
  for (const [listener, code] of [[plain, /^(ERR_SSL|EPROTO)/], [cut, 'ECONNRESET']] as const) {
    const port = await listen(listener)
    t.teardown(() => { listener.close() })
    await t.rejects(dial(client('a', 'b'), { port } as Server), { code })
  }
})
