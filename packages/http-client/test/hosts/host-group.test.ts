import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { chooseByWeight, type Client, type Host, type HostGroup } from '@floodgate/http-client'
import { createAuthority, freePort, startForwardProxy, startOrigin, writeFiles, type Teardown } from '@floodgate/testing'
import { call, startCall, startClient } from '../support/clients.ts'

const host = (origin: string, parts: Partial<Host> = {}): Host => ({ origin, base: '', authorization: null, weight: 1, ...parts })

/** A group whose hosts are chosen in the order given. */
function groupOf (client: Client, hosts: readonly Host[]): HostGroup {
  return client.createGroup({ list: () => hosts, choose: ([first]) => first! })
}

/** Answers with what it was sent. */
async function startEcho (t: Teardown, tls?: Parameters<typeof startOrigin>[2]) {
  return startOrigin(t, (request, response) => {
    text(request).then((body) => {
      response.end(JSON.stringify({ method: request.method, url: request.url, host: request.headers.host, authorization: request.headers.authorization ?? null, body }))
    }, () => {})
  }, tls)
}

const refused = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`

t.test('HostGroup: a request that could not be sent goes to another host, with its method and body', async (t) => {
  const client = startClient(t)
  const dead = await refused()
  const alive = await startEcho(t)
  const hosts = groupOf(client, [host(dead), host(alive.url)])
  for (const [method, body] of [['GET', null], ['POST', 'whole'], ['POST', Readable.from([Buffer.from('in '), Buffer.from('parts')])]] as const) {
    const { status, body: answer, error } = await call(client.dispatcher, dead, '/x?y=1', { method, body, hosts })
    t.equal(error, null)
    t.equal(status, 200)
    t.match(JSON.parse(answer), { method, url: '/x?y=1', host: alive.url.slice(7), body: body === null ? '' : body === 'whole' ? body : 'in parts' })
  }
  t.match(client.stats().origins, [
    { origin: dead, failovers: 3, failures: { FG_ERR_HTTP_CLIENT_DIAL: 3 } },
    { origin: alive.url, requests: 3, failovers: 0, failures: {} }
  ])
})

t.test('HostGroup: each host is tried once, and the last failure is the call\'s', async (t) => {
  const client = startClient(t)
  const dead = [await refused(), await refused(), await refused()]
  const hosts = groupOf(client, [...dead, dead[0]!].map((origin) => host(origin)))
  const { error } = await call(client.dispatcher, dead[1]!, '/', { hosts })
  t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_DIAL', code: 'ECONNREFUSED', stage: 'dial' })
  for (const origin of dead) t.match(error!.message, `cannot connect to ${origin.slice(7)}`, 'it names all that were tried')
  t.match(client.stats().origins.map(({ origin, requests }) => [origin, requests]).sort(), dead.map((origin) => [origin, 1]).sort())
})

t.test('HostGroup: a certificate that is not accepted is a reason, a lost answer is none', async (t) => {
  const authority = createAuthority('hosts')
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const client = startClient(t, { tls: { caCerts: [files['ca.pem']] } })
  const expired = await startEcho(t, authority.issue({ cn: 'expired', days: -1 }))
  const valid = await startEcho(t, authority.issue({ cn: 'valid' }))
  t.match(await call(client.dispatcher, expired.url, '/', { hosts: groupOf(client, [host(expired.url), host(valid.url)]) }), { status: 200, error: null })

  const server = net.createServer((socket) => { socket.once('data', () => { socket.destroy() }) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const resetting = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { error } = await call(client.dispatcher, resetting, '/', { hosts: groupOf(client, [host(resetting), host(valid.url)]) })
  t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_HANGUP' }, 'it was sent')
})

t.test('HostGroup: paths and credentials of addresses change with the host', async (t) => {
  const client = startClient(t)
  const dead = await refused()
  const { url } = await startEcho(t)
  const basic = (name: string): string => `Basic ${Buffer.from(`${name}:p`).toString('base64')}`
  const from = host(dead, { base: '/old', authorization: basic('old') })
  const send = async (to: Host, authorization?: string) => {
    const headers = authorization === undefined ? ['x', 'y'] : ['Authorization', authorization]
    return JSON.parse((await call(client.dispatcher, dead, '/old/x', { hosts: groupOf(client, [from, to]), headers })).body) as object
  }
  t.match(await send(host(url, { base: '/new', authorization: basic('new') }), basic('old')), { url: '/new/x', authorization: basic('new') })
  t.match(await send(host(url), basic('old')), { url: '/x', authorization: null })
  t.match(await send(host(url, { authorization: basic('new') }), 'Bearer mine'), { authorization: 'Bearer mine' }, 'the request\'s own stay')
  t.match(await send(host(url, { authorization: basic('new') })), { authorization: basic('new') })
})

t.test('HostGroup: through a forward proxy, a host that it cannot reach is left too', async (t) => {
  const proxy = await startForwardProxy(t, { auth: 'user:secret' })
  const client = startClient(t, { proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port, username: 'user', password: 'secret' } })
  const authority = createAuthority('hosts')
  const secured = await startEcho(t, authority.issue({ cn: 'valid' }))
  const files = writeFiles(t, { 'ca.pem': authority.cert })
  const trusting = startClient(t, { proxy: client.settings.proxy, tls: { caCerts: [files['ca.pem']] } })
  const dead = `https://127.0.0.1:${await freePort()}`
  t.match(await call(trusting.dispatcher, dead, '/', { hosts: groupOf(trusting, [host(dead), host(secured.url)]) }), { status: 200, error: null })

  // A plain request goes to the proxy itself: what it answers is an answer.
  const plain = await startEcho(t)
  const unknown = 'http://nowhere.invalid'
  const { status } = await call(client.dispatcher, unknown, '/', { hosts: groupOf(client, [host(unknown), host(plain.url)]) })
  t.not(status, 200)
})

t.test('HostGroup: with interceptors, and not from the target of a redirect', async (t) => {
  const client = startClient(t)
  const dead = await refused()
  const alive = await startEcho(t)
  let hops = 0
  const dispatcher = client.intercept((dispatch) => (options, handler) => { hops++; return dispatch(options, handler) })
  t.match(await call(dispatcher, dead, '/', { hosts: groupOf(client, [host(dead), host(alive.url)]) }), { status: 200, error: null })
  t.equal(hops, 1)
  const redirecting = await startOrigin(t, (_, response) => { response.writeHead(302, { location: `${dead}/` }).end() })
  for (const through of [client.dispatcher, dispatcher]) {
    const { error } = await call(through, redirecting.url, '/', { hosts: groupOf(client, [host(redirecting.url), host(alive.url)]) })
    t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_DIAL' })
  }
})

t.test('HostGroup: switched off, without hosts, for another origin, and after its end, a call fails where it is', async (t) => {
  const client = startClient(t, { own: { failover: false } })
  const dead = await refused()
  const alive = await startEcho(t)
  t.match((await call(client.dispatcher, dead, '/', { hosts: groupOf(client, [host(dead), host(alive.url)]) })).error, { code: 'ECONNREFUSED' })
  const other = startClient(t)
  t.match((await call(other.dispatcher, dead, '/', { hosts: groupOf(other, [host(alive.url)]) })).error, { code: 'ECONNREFUSED' })
  t.equal(groupOf(other, []).pick(), null)
  const { error } = await call(other.dispatcher, dead, '/', { hosts: groupOf(other, [host(dead), host(alive.url)]), timeout: 1e-6 })
  t.match(error, { reason: 'FG_ERR_HTTP_CLIENT_DEADLINE' }, 'the deadline covers all of it')
})

t.test('HostGroup: an upload that breaks off between two hosts ends the call', async (t) => {
  const client = startClient(t)
  const dead = await refused()
  const alive = await startEcho(t)
  const body = new Readable({ read () {} })
  const hosts = client.createGroup({
    list: () => [host(dead), host(alive.url)],
    choose (hosts) { body.destroy(new Error('gone')); return hosts[0]! }
  })
  t.match((await call(client.dispatcher, dead, '/', { method: 'POST', body, hosts })).error, { reason: 'FG_ERR_HTTP_CLIENT_UPLOAD' })
})

t.test('HostGroup: least-requests chooses the host with the fewest running ones, and counts each until its end', async (t) => {
  const client = startClient(t, { own: { balance: 'least-requests' } })
  const waiting: (() => void)[] = []
  const slow = await startOrigin(t, (_, response) => { waiting.push(() => { response.end() }) })
  const fast = await startEcho(t)
  const dead = await refused()
  const list = [host(slow.url), host(fast.url)]
  const group = client.createGroup({ list: () => list, choose: ([first]) => first! })
  const pick = () => group.pick()!.origin
  const running = call(client.dispatcher, pick(), '/', { hosts: group })
  t.equal(pick(), fast.url)
  for (let i = 0; i < 3; i++) t.match(await call(client.dispatcher, pick(), '/', { hosts: group }), { status: 200 })
  const more = [call(client.dispatcher, fast.url, '/', { hosts: group }), call(client.dispatcher, fast.url, '/', { hosts: group })]
  t.equal(pick(), slow.url, 'one is fewer than two')
  await Promise.all(more)
  while (waiting.length === 0) await new Promise(setImmediate)
  waiting[0]!()
  await running
  t.equal(pick(), slow.url, 'it has ended')

  const others = [host(dead), host(fast.url)]
  const failing = client.createGroup({ list: () => others, choose: ([first]) => first! })
  await call(client.dispatcher, dead, '/', { hosts: failing })
  t.equal(failing.pick()!.origin, dead, 'what went elsewhere does not run there')
})

t.test('HostGroup: least-requests measures running requests by weights; a weight of 0 is for when no other is left', async (t) => {
  const client = startClient(t, { own: { balance: 'least-requests' } })
  const origin = await startOrigin(t, () => {})
  const other = await startOrigin(t, () => {})
  const spare = await startOrigin(t, () => {})
  const list = [host(spare.url, { weight: 0 }), host(origin.url, { weight: 2 }), host(other.url)]
  const group = client.createGroup({ list: () => list, choose: chooseByWeight() })
  for (let i = 0; i < 9; i++) startCall(client.dispatcher, { origin: group.pick()!.origin, path: '/', hosts: group }).ended.catch(() => {})
  const requests = (url: string) => client.stats().origins.find(({ origin }) => origin === url)?.requests
  t.same([requests(origin.url), requests(other.url), requests(spare.url)], [6, 3, undefined])
  t.equal(group.another(new Set([origin.url, other.url]))?.origin, spare.url)
  t.equal(group.another(new Set([origin.url]))?.origin, other.url)
})
