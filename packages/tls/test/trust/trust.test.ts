import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import t from 'tap'
import { createAuthority, type Issued, listen, type Teardown, writeFiles } from '@floodgate/testing'
import { parseClientTls } from '@floodgate/http-client'
import { createTls, type ClientTls } from '@floodgate/tls'

// A list of more than sixteen certificates is not loaded whole.
const public1 = createAuthority('public 1')
const public2 = createAuthority('public 2')
const others = Array.from({ length: 20 }, (_, i) => createAuthority(`other ${i}`).cert)
const bundle = [...others, public1.cert, public2.cert].join('')
const company = createAuthority('company')
const stranger = createAuthority('stranger')
const files = writeFiles(t, { bundle, company: company.cert, empty: '' })
const folder = join(files.folder, 'certs')
mkdirSync(folder)
writeFileSync(join(folder, 'public2.pem'), public2.cert)
writeFileSync(join(folder, 'README'), 'no certificate')
symlinkSync('public2.pem', join(folder, 'abcd.0'))
symlinkSync(files.company, join(folder, 'company.pem'))
symlinkSync('/nowhere/at/all', join(folder, 'dangling.pem'))

async function serve (t: Teardown, { cert, key }: Issued): Promise<number> {
  const server = tls.createServer({ cert, key }, (socket) => { socket.on('error', () => {}).end() })
  server.on('tlsClientError', () => {})
  t.teardown(() => { server.close() })
  return await listen(server)
}

/** How many connections it took; rejects when the server is not accepted. */
async function dial (client: ClientTls, port: number): Promise<number> {
  for (let dials = 1; ; dials++) {
    const transport = net.connect(port, '127.0.0.1')
    await once(transport, 'connect')
    let done!: (error: Error | null) => void
    const settled = new Promise<void>((resolve, reject) => { done = (error) => { if (error) reject(error); else resolve() } })
    const socket = client.handshake(transport, { host: '127.0.0.1', port }, done)
    try {
      await settled
      return dials
    } catch (error) {
      if ((error as { code: string }).code !== 'FG_ERR_TLS_DIAL_AGAIN' || dials > 2) throw error
    } finally {
      socket.destroy()
    }
  }
}

const unknownIssuer = { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }
const none = join(files.folder, 'none')

t.test('trust: takes what it needs from a long system store, once', async (t) => {
  const env = { SSL_CERT_FILE: files.bundle, SSL_CERT_DIR: none }
  const one = await serve(t, public1.issue({ cn: 'one' }))
  const two = await serve(t, public2.issue({ cn: 'two' }))
  const strange = await serve(t, stranger.issue({ cn: 'strange' }))
  const client = createTls(null, env)
  t.equal(await dial(client, one), 2)
  t.equal(await dial(client, one), 1)
  t.equal(await dial(client, two), 2)
  t.equal(await dial(client, one), 1)
  await t.rejects(dial(client, strange), unknownIssuer)
  t.equal(await dial(createTls(parseClientTls({}).tls, env), one), 1, 'other settings know it already')
  await t.rejects(dial(createTls(parseClientTls({ disable_system_ca_pool: true }).tls, env), one), unknownIssuer)
})

t.test('trust: takes what it needs from a long list in ca_certs, for these settings only', async (t) => {
  const env = { SSL_CERT_FILE: files.empty, SSL_CERT_DIR: none }
  const one = await serve(t, public1.issue({ cn: 'one' }))
  const { tls } = parseClientTls({ ca_certs: [files.bundle] })
  t.equal(await dial(createTls(tls, env), one), 2)
  await t.rejects(dial(createTls(parseClientTls({}).tls, env), one), unknownIssuer)
})

t.test('trust: an expired certificate of a known authority is looked up once, and refused', async (t) => {
  const old = await serve(t, public1.issue({ cn: 'old', days: -1 }))
  await t.rejects(dial(createTls(null, { SSL_CERT_FILE: files.bundle, SSL_CERT_DIR: `${none}:${none}` }), old), { code: 'CERT_HAS_EXPIRED' })
})

t.test('trust: reads SSL_CERT_DIR and NODE_EXTRA_CA_CERTS', async (t) => {
  const two = await serve(t, public2.issue({ cn: 'two' }))
  const inner = await serve(t, company.issue({ cn: 'inner' }))
  const dir = createTls(null, { SSL_CERT_FILE: files.empty, SSL_CERT_DIR: `${none}:${folder}` })
  t.equal(await dial(dir, two), 2)
  t.equal(await dial(dir, inner), 2)
  const extra = createTls(null, { SSL_CERT_FILE: files.empty, SSL_CERT_DIR: none, NODE_EXTRA_CA_CERTS: files.company })
  t.equal(await dial(extra, inner), 1, 'a short list is loaded whole')
  await t.rejects(dial(extra, two), unknownIssuer)
  const missing = createTls(null, { SSL_CERT_FILE: join(files.folder, 'missing.pem'), SSL_CERT_DIR: none })
  await t.rejects(dial(missing, two), unknownIssuer)
})

t.test('trust: finds a store where nothing names one', async (t) => {
  const strange = await serve(t, stranger.issue({ cn: 'strange' }))
  await t.rejects(dial(createTls(null, {}), strange), unknownIssuer)
})
