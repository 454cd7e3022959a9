import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import t from 'tap'
import type { HealthSettings } from '@floodgate/settings'
import { chooseInTurn, probeOrigin, type Client } from '@floodgate/http-client'
import { createAuthority, freePort, startForwardProxy, startOrigin, until, writeFiles } from '@floodgate/testing'
import { call, makeSettings, startClient, startClients, type ChangedSettings } from '../support/clients.ts'

const health: HealthSettings = { path: '/health?deep=1', interval: 100, statuses: [] }
const listOf = (...origins: string[]) => {
  const hosts = origins.map((origin) => ({ origin, base: '', authorization: null, weight: 1 }))
  return { list: () => hosts, choose: chooseInTurn() }
}
const outOf = (client: Client, i = 0) => client.stats().hosts[i]?.out ?? null

t.test('health: a host whose check fails twice is out until one succeeds, and it is told', async (t) => {
  const seen: string[] = []
  let status = 200
  const server = await startOrigin(t, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['user-agent']}`)
    response.writeHead(status).end()
  })
  const other = await startOrigin(t, (_, response) => { response.end() })
  const log: string[] = []
  const client = startClient(t, { own: { health } }, { log: { warn: (message) => { log.push(message) }, info: (message) => { log.push(message) } } })
  const group = client.createGroup(listOf(server.url, other.url))
  await until(() => seen.length >= 2)
  t.equal(outOf(client), null)
  t.equal(seen[0], 'GET /health?deep=1 floodgate-health')
  status = 500
  await until(() => outOf(client) !== null)
  t.match(outOf(client), { by: 'health', until: null, reason: 'GET /health?deep=1 has the status 500' })
  t.equal(group.pick()!.origin, other.url)
  t.equal(group.pick()!.origin, other.url)
  status = 204
  await until(() => outOf(client) === null)
  t.match(log, [
    `the host ${server.url} gets no requests (failed health check): GET /health?deep=1 has the status 500`,
    `the host ${server.url} gets requests again`
  ])
  group.close()
  t.same(client.stats().hosts, [])
  const count = seen.length
  status = 500
  await new Promise((resolve) => { server.server.once('request', resolve); client.dispatch({ origin: server.url, path: '/', method: 'GET' }, { onRequestStart () {}, onResponseError () {} }) })
  t.ok(seen.length <= count + 2, 'no checks without groups')
})

t.test('health: the checks use the TLS of the client, and the verdict of the probe is the reason', async (t) => {
  const authority = createAuthority('health')
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const expired = await startOrigin(t, (_, response) => { response.end() }, authority.issue({ cn: 'expired', days: -1 }))
  const valid = await startOrigin(t, (_, response) => { response.writeHead(418).end() }, authority.issue({ cn: 'valid' }))
  const client = startClient(t, { own: { health: { ...health, statuses: [418] } }, tls: { caCerts: [files['ca.pem']] } })
  client.createGroup(listOf(expired.url, valid.url))
  await until(() => outOf(client) !== null)
  t.match(outOf(client), { by: 'health', reason: /expired/ })
  t.equal(outOf(client, 1), null)
})

t.test('health: not where it is switched off, and a host without an answer is out', async (t) => {
  let asked = 0
  const silent = await startOrigin(t, () => { asked++ })
  const clients = startClients(t, { checks: false })
  clients.acquire(makeSettings({ own: { health } })).createGroup(listOf(silent.url))
  const client = startClient(t, { own: { health } })
  client.createGroup(listOf(silent.url))
  await until(() => outOf(client) !== null)
  t.ok(asked >= 2)
  t.match(outOf(client), { by: 'health' })
  t.match(clients.stats(), [{ hosts: [{ out: null }], origins: [] }])
})

t.test('health: whatever prevents a connection has the verdict that a probe has', async (t) => {
  const authority = createAuthority('verdicts')
  const other = createAuthority('another')
  const clients = createAuthority('clients')
  const files = writeFiles(t, { 'ca.pem': authority.cert, 'other.pem': other.cert })
  const trusting = { caCerts: [files['ca.pem']] }
  const secure = (options: object) => startOrigin(t, (_, response) => { response.end() }, { ...authority.issue({ cn: 'server' }), ...options })
  const plain = await startOrigin(t, (_, response) => { response.end() })
  const guarded = await startForwardProxy(t, { auth: 'user:right' })
  const asking = await secure({ requestCert: true, rejectUnauthorized: true, ca: clients.cert })
  const through = (port: number) => ({ protocol: 'http', host: '127.0.0.1', port, username: null, password: null }) as const
  const cases: Record<string, [string, ChangedSettings]> = {
    expired: [(await startOrigin(t, () => {}, authority.issue({ cn: 'expired', days: -1 }))).url, { tls: trusting }],
    'unknown-authority': [(await secure({})).url, { tls: { caCerts: [files['other.pem']] } }],
    'wrong-name': [(await startOrigin(t, () => {}, authority.issue({ cn: 'named', san: ['elsewhere.test'] }))).url, { tls: trusting }],
    'tls-version': [(await secure({ maxVersion: 'TLSv1.2' })).url, { tls: { ...trusting, minVersion: 'TLS13' } }],
    'client-certificate-required': [asking.url, { tls: trusting }],
    'not-tls': [plain.url.replace('http:', 'https:'), { tls: trusting }],
    refused: [`http://127.0.0.1:${await freePort()}`, {}],
    'proxy-refused': [plain.url, { proxy: through(await freePort()) }],
    'proxy-credentials': [asking.url, { tls: trusting, proxy: through(guarded.port) }]
  }
  await Promise.all(Object.entries(cases).map(async ([fault, [origin, settings]]) => {
    const client = startClient(t, { ...settings, own: { health: { ...health, interval: 2000 } } })
    client.createGroup(listOf(origin))
    const { verdict } = await probeOrigin(client.settings, origin, { env: {} })
    t.equal(verdict?.fault, fault)
    await until(() => outOf(client) !== null)
    t.equal(outOf(client)!.reason, verdict?.sentence, fault)
  }))
})

t.test('health: a check that waits for a connection of max_connections says nothing about the host', async (t) => {
  const answers: (() => void)[] = []
  let checks = 0
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/long') answers.push(() => { response.end() })
    else {
      checks++
      response.end()
    }
  })
  const client = startClient(t, { own: { health, maxConnections: 1 } })
  const long = call(client.dispatcher, origin.url, '/long')
  await until(() => answers.length === 1)
  client.createGroup(listOf(origin.url))
  await until(() => (client.stats().origins[0]!.failures['FG_ERR_HTTP_CLIENT_DEADLINE'] ?? 0) >= 3)
  t.equal(outOf(client), null)
  t.equal(checks, 0)
  answers[0]!()
  await long
})

t.test('health: closing ends checks that hang, and probes', async (t) => {
  const held: ServerResponse[] = []
  const silent = await startOrigin(t, (_, response) => { held.push(response) })
  const clients = startClients(t)
  const client = clients.acquire(makeSettings({ own: { health: { ...health, interval: 60_000 } } }))
  client.createGroup(listOf(silent.url))
  await until(() => held.length === 1)
  await clients.close()
  t.same(client.stats().origins[0]!.failures, { FG_ERR_HTTP_CLIENT_ABORTED: 1 }, 'its own time was not over')
  t.equal(outOf(client), null)

  const sockets = new Set<net.Socket>()
  const mute = net.createServer((socket) => { sockets.add(socket.resume().on('error', () => {}).on('close', () => { sockets.delete(socket) })) }).listen(0, '127.0.0.1')
  t.teardown(() => mute.close())
  await once(mute, 'listening')
  const end = new AbortController()
  const probing = probeOrigin(client.settings, `https://127.0.0.1:${(mute.address() as AddressInfo).port}`, { env: {}, timeout: 600_000, signal: end.signal })
  await until(() => sockets.size === 1)
  end.abort()
  t.match(await probing, { ok: false })
  await until(() => sockets.size === 0)
})

t.test('health: of many hosts no more than 64 are checked at a time', async (t) => {
  let most = 0
  const waiting: ServerResponse[] = []
  const seen = new Set<string | undefined>()
  const server = http.createServer((request, response) => {
    seen.add(request.headers.host)
    most = Math.max(most, waiting.push(response))
  }).listen(0, '0.0.0.0')
  t.teardown(() => new Promise<void>((resolve) => {
    server.close(() => { resolve() })
    server.closeAllConnections()
  }))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = startClient(t, { own: { health: { ...health, interval: 60_000 } } })
  client.createGroup(listOf(...Array.from({ length: 200 }, (_, i) => `http://127.0.1.${i + 1}:${port}`)))
  await until(() => waiting.length === 64)
  while (seen.size < 200) {
    waiting.shift()?.end()
    await new Promise(setImmediate)
  }
  for (const response of waiting) response.end()
  t.equal(most, 64)
  t.ok(client.stats().hosts.every(({ out }) => out === null))
})
