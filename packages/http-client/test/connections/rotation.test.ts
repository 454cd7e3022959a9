import fs from 'node:fs'
import https from 'node:https'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import type { Client, Clients } from '@floodgate/http-client'
import { createAuthority, startOrigin, until, waysOfChange, writeFiles, type Authority, type Issued, type Origin } from '@floodgate/testing'
import { call, makeSettings, startCall, startClients } from '../support/clients.ts'

const [oldCa, newCa, clientCa] = [createAuthority('old CA'), createAuthority('new CA'), createAuthority('client CA')]
const [oldServer, newServer] = [oldCa.issue({ cn: 'old server' }), newCa.issue({ cn: 'new server' })]
const [first, second, third] = ['first', 'second', 'third'].map((cn) => clientCa.issue({ cn })) as [Issued, Issued, Issued]

interface Seen extends Origin {
  /** Common names of client certificates, by connection; with a mark where the session was resumed. */
  readonly shown: string[]
  /** Ends the answers to `/slow`. */
  finish (): void
}

/** Starts a server that wants a client certificate, and answers with the name in it. */
async function startServer (t: Test, pair: Issued = oldServer): Promise<Seen> {
  const finishes: (() => void)[] = []
  const origin = await startOrigin(t, (request, response) => {
    const name = nameOf(request.socket as TLSSocket)
    if (request.url !== '/slow') response.end(name)
    else {
      response.write(name)
      finishes.push(() => { response.end(' to the end') })
    }
  }, serverOptions(pair))
  const shown: string[] = []
  origin.server.on('secureConnection', (socket: TLSSocket) => { shown.push(`${nameOf(socket)}${socket.isSessionReused() ? ', resumed' : ''}`) })
  return Object.assign(origin, { shown, finish () { for (const finish of finishes) finish() } })
}

function serverOptions ({ cert, key }: Issued): https.ServerOptions {
  return { cert, key, requestCert: true, rejectUnauthorized: true, ca: [clientCa.cert, oldCa.cert, newCa.cert] }
}

function nameOf (socket: TLSSocket): string {
  return String(socket.getPeerCertificate().subject?.CN)
}

const pairOf = ({ cert, key }: Issued) => ({ 'client.pem': cert, 'client.key': key })
const trustIn = (...authorities: Authority[]) => ({ 'ca.pem': authorities.map(({ cert }) => cert).join('') })
const initial = { ...trustIn(oldCa), ...pairOf(first) }

/** Makes a client of these files, and a log of its registry. */
function startWatching (t: Test, paths: Record<keyof typeof initial, string>, { watch = true, tls = {} } = {}): { client: Client, clients: Clients, log: string[], another (): Client } {
  const log: string[] = []
  const clients = startClients(t, { watch, log: { warn (message) { log.push(`warn: ${message}`) }, info (message) { log.push(`info: ${message}`) } } })
  const settings = { caCerts: [paths['ca.pem']], disableSystemCaPool: true, clientCerts: [{ certificate: paths['client.pem'], privateKey: paths['client.key'] }], ...tls }
  return { clients, log, client: clients.acquire(makeSettings({ tls: settings })), another: () => clients.acquire(makeSettings({ tls: settings, followRedirects: false })) }
}

const renewals = (client: Client, count: number) => until(() => client.stats().rotation.renewed === count)

for (const [way, startFiles] of Object.entries(waysOfChange)) {
  t.test(`rotation: client certificate, CA and both, changed ${way}`, async (t) => {
    const { paths, change } = startFiles(t, initial)
    const origin = await startServer(t)
    const { client } = startWatching(t, paths)
    const ask = () => call(client.dispatcher, origin.url, '/')
    t.match(await ask(), { body: 'first' })

    change(pairOf(second))
    await renewals(client, 1)
    t.match(await ask(), { body: 'second' })

    change(trustIn(newCa))
    await renewals(client, 2)
    t.match(await ask(), { error: { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' } }, 'the old CA is trusted no more')
    const server = await startServer(t, newServer)
    t.match(await call(client.dispatcher, server.url, '/'), { body: 'second' })

    change({ ...trustIn(oldCa, newCa), ...pairOf(third) })
    await renewals(client, 3)
    t.match(await ask(), { body: 'third' })
    t.match(await call(client.dispatcher, server.url, '/'), { body: 'third' })
    t.strictSame([...origin.shown, ...server.shown], ['first', 'second', 'third', 'second', 'third'])
    t.match(client.stats(), { rotation: { renewed: 3, failed: 0, lastError: null }, calls: 0 })
  })
}

for (const version of ['TLS12', 'TLS13'] as const) {
  t.test(`rotation: a resumed session carries nothing over (${version})`, async (t) => {
    const { paths, change } = waysOfChange['in place'](t, initial)
    const origin = await startServer(t)
    // A connection per request.
    const { client } = startWatching(t, paths, { tls: { minVersion: version, maxVersion: version } })
    const ask = () => call(client.dispatcher, origin.url, '/', { headers: { connection: 'close' } })
    const closeAll = async () => {
      for (const socket of origin.sockets) socket.destroy()
      await until(() => client.stats().pools[0]!.open === 0)
    }
    const twice = async () => {
      t.match(await ask(), { status: 200 })
      await closeAll()
      t.match(await ask(), { status: 200 })
      await closeAll()
    }
    await twice()
    t.strictSame(origin.shown, ['first', 'first, resumed'], 'sessions are resumed')
    change(pairOf(second))
    await renewals(client, 1)
    await twice()
    t.strictSame(origin.shown.slice(2), ['second', 'second, resumed'], 'the old certificate is not shown')
    change(trustIn(newCa))
    await renewals(client, 2)
    t.match(await ask(), { error: { reason: 'FG_ERR_HTTP_CLIENT_CERTIFICATE' } }, 'the server is verified again')
  })
}

t.test('rotation: running requests finish, over connections that are kept no longer', async (t) => {
  const { paths, change } = waysOfChange['in place'](t, initial)
  const origin = await startServer(t)
  const { client } = startWatching(t, paths)
  const slow = startCall(client.dispatcher, { origin: origin.url, path: '/slow' })
  await slow.answered
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'first' })
  t.match(client.stats().pools, [{ open: 2, idle: 1 }])
  change(pairOf(second))
  await renewals(client, 1)
  await until(() => client.stats().pools[0]!.open === 1)
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'second' })
  origin.finish()
  t.match(await slow.ended, { body: 'first to the end', error: null })
  await until(() => client.stats().pools[0]!.open === 1)
  t.match(client.stats(), { calls: 0, pools: [{ opened: 3, open: 1, idle: 1, failed: 0 }], origins: [{ requests: 3, failures: {} }] }, 'one row for all generations')
})

t.test('rotation: what is broken or half-written changes nothing, is told once, and can be mended', async (t) => {
  const { paths, change } = waysOfChange['in place'](t, initial)
  const origin = await startServer(t)
  const { client, another, log, clients } = startWatching(t, paths)
  const other = another()
  const failures = (count: number) => until(() => client.stats().rotation.failed === count)
  const broken: [RegExp, Partial<typeof initial>][] = [
    [/client\.key is not the key of the certificate in .*client\.pem; name the key/, { 'client.pem': second.cert }],
    [/client\.pem begins with|client\.pem contains no certificate/, { 'client.pem': second.cert.slice(0, 300) }],
    [/client\.pem is empty/, { 'client.pem': '' }],
    [/client\.key contains no private key/, { ...pairOf(second), 'client.key': second.key.slice(0, 60) }],
    [/ca\.pem ends in the middle of a block/, { ...pairOf(second), 'ca.pem': oldCa.cert + newCa.cert.slice(0, 200) }]
  ]
  for (const [i, [error, files]] of broken.entries()) {
    change(files)
    await failures(i + 1)
    t.match(client.stats().rotation, { renewed: 0, failed: i + 1, lastError: error })
    t.match(await call(client.dispatcher, origin.url, '/'), { body: 'first' })
  }
  fs.rmSync(paths['ca.pem'])
  await failures(6)
  t.match(client.stats().rotation.lastError, /ca\.pem does not exist/)
  t.equal(log.length, 6, 'each once, for all clients')
  t.match(log[0], /^warn: changed certificates cannot be used, the previous ones stay in use: /)
  t.notOk(log.join().includes(second.key.split('\n')[1]!))

  clients.renew()
  t.match(client.stats().rotation, { renewed: 0, failed: 7 }, 'nor by force')
  t.throws(() => { client.renew() }, { code: 'FG_ERR_TLS_UNUSABLE_FILES', message: /ca\.pem does not exist/ })
  t.equal(log.length, 6)

  change(initial)
  await until(() => client.stats().rotation.lastError === null)
  t.equal(client.stats().rotation.renewed, 0, 'what is in use again needs no renewal')
  change({ ...trustIn(oldCa), ...pairOf(second) })
  await renewals(client, 1)
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'second' })
  t.match(client.stats().rotation, { failed: 8, lastError: null })
  t.match(other.stats().rotation, { renewed: 1, lastError: null })
  t.strictSame(log.slice(6), ['info: certificates read again: 2 of 2 distinct client settings renewed'])
  t.match(await call(other.dispatcher, origin.url, '/'), { body: 'second' })
})

t.test('rotation: by force everything is read anew, whether it changed or not', async (t) => {
  const paths = writeFiles(t, initial)
  const origin = await startServer(t)
  const { client, clients, log } = startWatching(t, paths, { watch: false })
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'first' })
  clients.renew()
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'first' })
  t.strictSame(origin.shown, ['first', 'first'], 'a connection and a handshake of its own')
  fs.writeFileSync(paths['client.pem'], second.cert)
  fs.writeFileSync(paths['client.key'], second.key)
  clients.renew()
  t.match(await call(client.dispatcher, origin.url, '/'), { body: 'second' })
  t.match(client.stats().rotation, { renewed: 2, failed: 0, lastRenewed: /^\d{4}-.*Z$/ })
  t.equal(log.length, 2)
})

t.test('rotation: 10 under 1,000 requests per second, no failure, and each new certificate is shown', async (t) => {
  const { paths, change } = waysOfChange['by a link that turns'](t, initial)
  const origin = await startServer(t)
  const { client } = startWatching(t, paths)
  const seen: string[] = []
  let running = 0
  const ask = async (): Promise<void> => {
    running++
    const { status, body, error } = await call(client.dispatcher, origin.url, '/', { timeout: 10_000 })
    running--
    if (status !== 200) t.fail(`a request failed: ${error?.message}`)
    seen.push(body)
  }
  // A machine that cannot answer so many is asked no more than it can.
  const mostAtOnce = 64
  const timer = setInterval(() => {
    for (let due = Math.min(2, mostAtOnce - running); due > 0; due--) ask().catch(t.threw)
  }, 2)
  t.teardown(() => { clearInterval(timer) })
  const issue = (cn: string, authority = clientCa) => pairOf(authority.issue({ cn }))
  // The server follows once both authorities are trusted.
  const follow = (pair: Issued) => { (origin.server as https.Server).setSecureContext(serverOptions(pair)) }
  const rotations: [string, Partial<typeof initial>, Issued?][] = [
    ['client certificate 1', issue('client certificate 1')],
    ['client certificate 2', issue('client certificate 2')],
    ['CA 1', { ...trustIn(oldCa, newCa), ...issue('CA 1') }, newServer],
    ['CA 2', { ...trustIn(newCa), ...issue('CA 2') }],
    ['both 1', { ...trustIn(newCa, oldCa), ...issue('both 1', oldCa) }, oldServer],
    ['both 2', { ...trustIn(oldCa), ...issue('both 2', newCa) }],
    ['CA 3', { ...trustIn(oldCa, newCa), ...issue('CA 3') }, newServer],
    ['both 3', { ...trustIn(newCa), ...issue('both 3', oldCa) }],
    ['client certificate 3', issue('client certificate 3')],
    ['client certificate 4', issue('client certificate 4')]
  ]
  await until(() => seen.length > 3)
  for (const [name, files, pair] of rotations) {
    change(files)
    await until(() => seen.at(-1) === name)
    t.pass(name)
    if (pair !== undefined) follow(pair)
    const count = seen.length
    await until(() => seen.length > count + 200)
  }
  clearInterval(timer)
  await until(() => running === 0)
  t.match(client.stats(), { origins: [{ failures: {} }], pools: [{ failed: 0, handshakeFailures: {} }], rotation: { renewed: rotations.length, failed: 0 } })
})
