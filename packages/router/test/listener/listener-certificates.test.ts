import fs from 'node:fs'
import { once } from 'node:events'
import http, { type IncomingMessage, type Server } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import t from 'tap'
import type { ServerTls } from '@floodgate/settings'
import { createListener } from '@floodgate/router'
import { ListenerCertificates } from '@floodgate/tls'
import { createAuthority, until, waysOfChange, type Issued, type Teardown } from '@floodgate/testing'
import { service } from '../support/routing.ts'

const ca = createAuthority('ca')
const [firstClients, secondClients] = [createAuthority('first clients'), createAuthority('second clients')]
const pairOf = ({ cert, key }: Issued) => ({ 'cert.pem': cert, 'key.pem': key })

type Told = (string | null)[]

/** Starts a listener whose `tls` follows its files, and tells what it was told of them. */
async function start (t: Teardown, parts: Pick<ServerTls, 'keys'> & Partial<ServerTls>): Promise<{ port: number, told: Told, certificates: ListenerCertificates, server: Server }> {
  const settings = { minVersion: 'TLS12', maxVersion: 'TLS13', cipherSuites: [], curvePreferences: [], enableMtls: false, caCerts: [], disableSystemCaPool: true, ...parts }
  const told: Told = []
  const certificates = new ListenerCertificates(settings, { onRenewal (error) { told.push(error && error.message) } })
  const server = createListener(service([], { tls: settings }), (_, response) => { response.end('ok') }, certificates)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { http.Server.prototype.closeAllConnections.call(server); server.close() })
  return { port: (server.address() as AddressInfo).port, told, certificates, server }
}

/** The common name that a new connection is shown. */
async function shown (port: number, servername = 'localhost', options: tls.ConnectionOptions = {}): Promise<string> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername, ca: ca.cert, rejectUnauthorized: false, ...options })
  await once(socket, 'secureConnect')
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return String(CN)
}

for (const [way, startFiles] of Object.entries(waysOfChange)) {
  t.test(`listener certificates: shown anew when their files change ${way}; open connections stay`, async (t) => {
    const { paths, change } = startFiles(t, pairOf(ca.issue({ cn: 'first' })))
    const { port, told, certificates } = await start(t, { keys: [{ publicKey: paths['cert.pem'], privateKey: paths['key.pem'] }] })
    t.equal(await shown(port), 'first')
    const session = http2.connect(`https://localhost:${port}`, { ca: ca.cert, rejectUnauthorized: false, lookup: (_name, _options, done) => { done(null, [{ address: '127.0.0.1', family: 4 }]) } })
    t.teardown(() => { session.destroy() })
    await once(session, 'connect')
    change(pairOf(ca.issue({ cn: 'second' })))
    await until(() => told.length > 0)
    t.same(told, [null])
    t.equal(await shown(port), 'second')
    t.equal(await shown(port, 'localhost', { maxVersion: 'TLSv1.2' }), 'second')
    const stream = session.request({ ':path': '/' })
    const [headers] = await once(stream, 'response')
    t.equal(headers[':status'], 200)
    t.match(certificates.stats(), { renewed: 1, failed: 0, lastError: null })
  })
}

t.test('listener certificates: what cannot be used changes nothing, is told once, and can be mended', async (t) => {
  const [first, second] = [ca.issue({ cn: 'first' }), ca.issue({ cn: 'second' })]
  const { paths, change } = waysOfChange['by rename'](t, pairOf(first))
  const { port, told, certificates } = await start(t, { keys: [{ publicKey: paths['cert.pem'], privateKey: paths['key.pem'] }] })
  const cases: [Partial<ReturnType<typeof pairOf>>, RegExp][] = [
    [{ 'cert.pem': second.cert }, /key\.pem is not the key of the certificate in .*cert\.pem/],
    [{ 'cert.pem': second.cert.slice(0, 200) }, /cert\.pem/],
    [{ 'cert.pem': '' }, /cert\.pem is empty/],
    [{ 'cert.pem': second.cert, 'key.pem': 'nonsense' }, /key\.pem/]
  ]
  for (const [i, [contents, error]] of cases.entries()) {
    change(contents)
    await until(() => told.length > i)
    t.match(told.at(-1), error)
    t.equal(await shown(port), 'first')
  }
  change(pairOf(second))
  await until(() => told.length > cases.length)
  t.equal(told.at(-1), null)
  t.equal(await shown(port), 'second')
  t.match(certificates.stats(), { renewed: 1, failed: cases.length, lastError: null })
  fs.rmSync(paths['cert.pem'])
  certificates.renew()
  t.match(told.at(-1), /cert\.pem does not exist/, 'nor by force')
  t.equal(await shown(port), 'second')
})

t.test('listener certificates: chosen by name, they are chosen by the names they have now', async (t) => {
  const issue = (cn: string, name: string) => ca.issue({ cn, san: [name] })
  const [one, two] = [issue('one', 'one.test'), issue('two', 'two.test')]
  const { paths, change } = waysOfChange['by rename'](t, { 'one.pem': one.cert, 'one.key': one.key, 'two.pem': two.cert, 'two.key': two.key })
  const { port, told } = await start(t, { keys: [{ publicKey: paths['one.pem'], privateKey: paths['one.key'] }, { publicKey: paths['two.pem'], privateKey: paths['two.key'] }] })
  t.equal(await shown(port, 'two.test'), 'two')
  const next = issue('new two', 'three.test')
  change({ 'two.pem': next.cert, 'two.key': next.key })
  await until(() => told.length > 0)
  t.equal(await shown(port, 'three.test'), 'new two')
  t.equal(await shown(port, 'two.test'), 'one')
  // For the same names there is nothing to choose any more.
  const same = ca.issue({ cn: 'same', san: ['one.test'] })
  change({ 'two.pem': same.cert, 'two.key': same.key })
  await until(() => told.length > 1)
  t.same(told, [null, null])
  t.equal(await shown(port, 'three.test'), 'one')
})

t.test('listener certificates: clients are trusted by what ca_certs holds now, resumed sessions too', async (t) => {
  const { paths, change } = waysOfChange['in place'](t, { ...pairOf(ca.issue({ cn: 'localhost' })), 'clients.pem': firstClients.cert })
  const { port, told } = await start(t, { keys: [{ publicKey: paths['cert.pem'], privateKey: paths['key.pem'] }], enableMtls: true, caCerts: [paths['clients.pem']] })
  const [first, second] = [firstClients, secondClients].map((authority) => authority.issue({ cn: 'client' })) as [Issued, Issued]
  const agents = new Map([first, second].map((issued) => [issued, new https.Agent({ ...issued, ca: ca.cert, servername: 'localhost', maxVersion: 'TLSv1.2' })]))
  const ask = async (issued: Issued): Promise<string> => {
    try {
      const [response] = await once(https.get({ port, host: '127.0.0.1', agent: agents.get(issued)! }), 'response') as [IncomingMessage]
      response.resume()
      return `${response.statusCode}${(response.socket as tls.TLSSocket).isSessionReused() ? ', resumed' : ''}`
    } catch {
      return 'refused'
    }
  }
  t.equal(await ask(first), '200')
  t.equal(await ask(first), '200, resumed')
  t.equal(await ask(second), 'refused')
  change({ 'clients.pem': secondClients.cert })
  await until(() => told.length > 0)
  t.equal(await ask(first), 'refused')
  t.equal(await ask(second), '200')
})

t.test('listener certificates: a closed server is followed no longer', async (t) => {
  const { paths, change } = waysOfChange['in place'](t, pairOf(ca.issue({ cn: 'first' })))
  const keys = [{ publicKey: paths['cert.pem'], privateKey: paths['key.pem'] }]
  const { server, told, certificates } = await start(t, { keys })
  server.close()
  await once(server, 'close')
  const other = await start(t, { keys })
  change(pairOf(ca.issue({ cn: 'second' })))
  await until(() => other.told.length > 0)
  t.same(told, [])
  // One that listens again later has what the files hold by then.
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.equal(await shown((server.address() as AddressInfo).port), 'second')
  t.match(certificates.stats(), { renewed: 1 })
})
