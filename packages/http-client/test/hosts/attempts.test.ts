import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import type { OwnClientSettings, RetrySettings } from '@floodgate/settings'
import type { Client, Host, HostGroup } from '@floodgate/http-client'
import { freePort, startOrigin, until, type Teardown } from '@floodgate/testing'
import { call, startClient, startCall } from '../support/clients.ts'

const retry: RetrySettings = { attempts: 1, on: ['dial', 'hangup', 502, 503], backoff: 1, budget: 1 }
const host = (origin: string): Host => ({ origin, base: '', authorization: null, weight: 1 })

function start (t: Teardown, changed: Partial<RetrySettings> = {}, own: OwnClientSettings = {}, responseHeaderTimeout = 0): Client {
  return startClient(t, { own: { ...own, retry: { ...retry, ...changed } }, transport: { responseHeaderTimeout } })
}

/** A group whose hosts are chosen in the order given. */
function groupOf (client: Client, ...origins: string[]): HostGroup {
  const hosts = origins.map(host)
  return client.createGroup({ list: () => hosts, choose: ([first]) => first! })
}

/** Answers requests one after the other with these statuses, the last one for ever; 0 = it closes the connection. */
async function startStatuses (t: Teardown, ...statuses: number[]) {
  const seen: string[] = []
  const origin = await startOrigin(t, (request: IncomingMessage, response: ServerResponse) => {
    text(request).then((body) => {
      const status = statuses[Math.min(seen.length, statuses.length - 1)]!
      seen.push(`${request.method} ${body}`)
      if (status === 0) request.socket.destroy()
      else response.writeHead(status).end(`status ${status}`)
    }, () => {})
  })
  return { url: origin.url, seen, origin }
}

t.test('retry: a failing answer and a hang-up are repeated, at another host', async (t) => {
  for (const first of [503, 502, 0]) {
    const client = start(t)
    const bad = await startStatuses(t, first)
    const good = await startStatuses(t, 200)
    const answer = await call(client.dispatcher, bad.url, '/', { hosts: groupOf(client, bad.url, good.url) })
    t.match(answer, { status: 200, body: 'status 200', error: null })
    t.match(client.stats().origins, [{ origin: bad.url, repeats: 1, failovers: 0 }, { origin: good.url, requests: 1 }])
  }
})

t.test('retry: at the only host, as often as allowed, and then the answer is the answer', async (t) => {
  const client = start(t, { attempts: 2 })
  const server = await startStatuses(t, 503)
  const hosts = groupOf(client, server.url)
  hosts.budget!.count()
  t.match(await call(client.dispatcher, server.url, '/', { hosts }), { status: 503, body: 'status 503' })
  t.equal(server.seen.length, 3)
  t.equal(server.origin.accepted, 1, 'the rest of an answer is read, so that the connection stays')
  const recovering = await startStatuses(t, 503, 503, 200)
  const others = groupOf(client, recovering.url)
  others.budget!.count()
  t.match(await call(client.dispatcher, recovering.url, '/', { hosts: others }), { status: 200 })
})

t.test('retry: what may not be repeated is not', async (t) => {
  const client = start(t)
  for (const [method, status, headers = {}] of [['POST', 503], ['PATCH', 0], ['GET', 500], ['GET', 404]] as const) {
    const server = await startStatuses(t, status)
    await call(client.dispatcher, server.url, '/', { method, headers, body: method === 'POST' ? 'x' : null, hosts: groupOf(client, server.url) })
    t.equal(server.seen.length, 1, `${method} ${status}`)
  }
})

t.test('retry: bodies that are sent again are sent completely', async (t) => {
  const client = start(t)
  for (const [method, headers, body] of [
    ['PUT', {}, 'whole'],
    ['DELETE', {}, Readable.from([Buffer.from('in '), Buffer.from('parts')])],
    ['POST', { 'idempotency-key': '1' }, 'keyed']
  ] as const) {
    const server = await startStatuses(t, 503, 200)
    t.match(await call(client.dispatcher, server.url, '/', { method, headers, body, hosts: groupOf(client, server.url) }), { status: 200 })
    t.equal(server.seen.length, 2, method)
    t.equal(server.seen[0], server.seen[1])
    t.match(server.seen[0], / (?:whole|in parts|keyed)$/)
  }
})

t.test('retry: a host that sends no headers in time, only if that is a cause', async (t) => {
  const silent = await startOrigin(t, () => {})
  const good = await startStatuses(t, 200)
  const asked = start(t, { on: ['timeout'] }, {}, 20)
  t.match(await call(asked.dispatcher, silent.url, '/', { hosts: groupOf(asked, silent.url, good.url) }), { status: 200 })
  const unasked = start(t, {}, {}, 20)
  t.match((await call(unasked.dispatcher, silent.url, '/', { hosts: groupOf(unasked, silent.url, good.url) })).error, { reason: 'FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT' })
})

t.test('retry: a connection that cannot be opened, at the only host', async (t) => {
  const port = await freePort()
  const client = start(t, { attempts: 1 })
  const { error } = await call(client.dispatcher, `http://127.0.0.1:${port}`, '/', { method: 'POST', body: 'x', hosts: groupOf(client, `http://127.0.0.1:${port}`) })
  t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_DIAL' })
  t.match(client.stats().origins, [{ requests: 2, repeats: 1 }])
})

t.test('retry: the budget limits repetitions, and the deadline ends the wait for one', async (t) => {
  const client = start(t, { budget: 0.2 })
  const server = await startStatuses(t, 503)
  const hosts = groupOf(client, server.url)
  for (let i = 0; i < 50; i++) await call(client.dispatcher, server.url, '/', { hosts })
  t.ok(server.seen.length <= 60, `${server.seen.length} requests of 50 calls`)
  t.ok(server.seen.length > 50)
  const slow = start(t, { backoff: 60_000 })
  t.match((await call(slow.dispatcher, server.url, '/', { hosts: groupOf(slow, server.url), timeout: 30 })).error, { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE' })
  const left = startCall(slow.dispatcher, { origin: server.url, path: '/', hosts: groupOf(slow, server.url) })
  const before = server.seen.length
  while (server.seen.length === before) await new Promise(setImmediate)
  left.abort()
  t.match((await left.ended).error, { reason: 'FG_ERR_HTTP_CLIENT_ABORTED' })
})

t.test('retry: a client that leaves during the wait for the next attempt ends the call', async (t) => {
  let requests = 0
  const failing = await startOrigin(t, (_, response) => { requests++; response.writeHead(503).end() })
  const client = startClient(t, { own: { retry: { attempts: 1, on: [503], backoff: 600_000, budget: 1 } } })
  const list = [{ origin: failing.url, base: '', authorization: null, weight: 1 }]
  const hosts = client.createGroup({ list: () => list, choose: ([first]) => first! })
  const running = startCall(client.dispatcher, { origin: failing.url, path: '/', hosts })
  await until(() => client.stats().origins[0]?.repeats === 1)
  running.abort(new Error('gone'))
  t.match((await running.ended).error, { message: 'gone' })
  t.equal(requests, 1)
  t.equal(client.stats().calls, 0)
})

t.test('retry: an answer whose body does not end is not waited for', async (t) => {
  const client = start(t)
  const endless = await startOrigin(t, (_, response) => { response.writeHead(503).write('and so on') })
  const good = await startStatuses(t, 200)
  t.match(await call(client.dispatcher, endless.url, '/', { hosts: groupOf(client, endless.url, good.url) }), { status: 200 })
})

t.test('eject: hosts that refuse, reset, answer nothing or with a listed status get no requests', async (t) => {
  const eject = { consecutive: 2, for: 60_000, maxPercent: 50, statuses: [503] }
  const resetting = net.createServer((socket) => { socket.on('error', () => {}).once('data', () => { socket.resetAndDestroy() }) }).listen(0, '127.0.0.1')
  await once(resetting, 'listening')
  t.teardown(() => resetting.close())
  const bad: [string, string][] = [
    ['cannot connect', `http://127.0.0.1:${await freePort()}`],
    ['closed the connection without an answer', `http://127.0.0.1:${(resetting.address() as AddressInfo).port}`],
    ['no response', (await startOrigin(t, () => {})).url],
    ['status 503', (await startStatuses(t, 503)).url]
  ]
  const good = await startStatuses(t, 200)
  for (const [reason, origin] of bad) {
    const client = startClient(t, { own: { eject }, transport: { responseHeaderTimeout: 20 } })
    const hosts = groupOf(client, origin, good.url)
    let picked = hosts.pick()!
    for (let i = 0; i < 3 && picked.origin === origin; i++) {
      await call(client.dispatcher, origin, '/', { hosts })
      picked = hosts.pick()!
    }
    t.equal(picked.origin, good.url, reason)
    t.match(client.stats().hosts, [{ origin, out: { by: 'failures', reason: new RegExp(reason) } }, { origin: good.url, out: null }])
  }
})

t.test('eject: a deadline counts while the host is waited for; what the client does, does not', async (t) => {
  const eject = { consecutive: 1, for: 60_000, maxPercent: 50, statuses: [] }
  const silent = await startOrigin(t, () => {})
  const other = await startStatuses(t, 200)
  const client = startClient(t, { own: { eject } })
  const hosts = groupOf(client, silent.url, other.url)
  const left = startCall(client.dispatcher, { origin: silent.url, path: '/', hosts })
  if (silent.accepted === 0) await once(silent.server, 'request')
  left.abort()
  await left.ended
  const upload = new Readable({ read () {} })
  upload.push('never ends')
  await call(client.dispatcher, silent.url, '/', { method: 'POST', body: upload, hosts, timeout: 50 })
  t.equal(hosts.pick()!.origin, silent.url, 'not yet')
  await call(client.dispatcher, silent.url, '/', { hosts, timeout: 50 })
  t.equal(hosts.pick()!.origin, other.url)
})

t.test('eject: after its time one request is the trial', async (t) => {
  const eject = { consecutive: 1, for: 30, maxPercent: 50, statuses: [503] }
  const client = startClient(t, { own: { eject } })
  const recovering = await startStatuses(t, 503, 503, 200)
  const other = await startStatuses(t, 200)
  const hosts = groupOf(client, recovering.url, other.url)
  const statuses: number[] = []
  while (statuses.length < 3 || client.stats().hosts.some(({ out }) => out !== null)) {
    const { origin } = hosts.pick()!
    const { status } = await call(client.dispatcher, origin, '/', { hosts })
    if (origin === recovering.url) statuses.push(status)
  }
  t.same(statuses.slice(0, 3), [503, 503, 200])
  t.match(client.stats().hosts, [{ origin: recovering.url, out: null, ejections: { failures: 2 } }, {}])
})
