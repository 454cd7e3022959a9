import http from 'node:http'
import https from 'node:https'
import net, { type Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { Call, CoreRequest, type Backend } from '@floodgate/core'
import { createAddressDirectory, createBackendHosts, createExchange } from '@floodgate/engine'
import { createClients, defaultTransport, type ClientsLog } from '@floodgate/http-client'
import type { ClientSettings } from '@floodgate/settings'
import { createAuthority, startForwardProxy, startNameServer, trackSockets, until, writeFiles } from '@floodgate/testing'
import { backend } from '../support/config.ts'

interface Machine { readonly address: string, readonly seen: string[], isFailing: boolean, stop (): Promise<void> }

/** Servers on one port of several loopback addresses, like the machines of one name. */
async function startMachines (t: Test, addresses: readonly string[], tls?: https.ServerOptions): Promise<{ port: number, machines: Machine[] }> {
  let port = 0
  const machines: Machine[] = []
  for (const address of addresses) {
    const machine: Machine = { address, seen: [], isFailing: false, stop: async () => {} }
    const answer: http.RequestListener = ({ url, headers, socket }, response) => {
      machine.seen.push(`${url} ${headers.host} ${(socket as TLSSocket).servername ?? ''}`.trim())
      if (url === '/away') response.writeHead(302, { location: '/back' })
      else if (machine.isFailing) response.writeHead(503)
      response.end(address)
    }
    const server: Server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer)
    const sockets = trackSockets(server)
    machine.stop = () => new Promise((resolve) => {
      server.close(() => { resolve() })
      for (const socket of sockets) socket.destroy()
    })
    await new Promise<void>((resolve) => { server.listen(port, address, resolve) })
    port = (server.address() as net.AddressInfo).port
    t.teardown(machine.stop)
    machines.push(machine)
  }
  return { port, machines }
}

interface Options { readonly settings?: Partial<ClientSettings>, readonly checks?: boolean, readonly env?: NodeJS.ProcessEnv }

/** Backends of a name with these addresses. */
async function start (t: Test, addresses: string[], { settings, checks = false, env = {} }: Options = {}) {
  const names = await startNameServer(t)
  names.addresses.set('api.test', addresses)
  const lines: string[] = []
  const log: ClientsLog = { warn (line) { lines.push(line) }, info (line) { lines.push(line) } }
  const clients = createClients({ env, checks, log })
  t.teardown(() => clients.close({ timeout: 1 }))
  const client = clients.acquire({ tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport, ...settings })
  const directory = createAddressDirectory({ servers: [names.address], maxTtl: 1000 })
  t.teardown(() => { directory.close() })
  const hosts = createBackendHosts(clients, () => client, { addresses: directory })

  /** Prepares calls to a backend; each resolves to the status and the text of the answer. */
  async function open (own: Partial<Backend>) {
    const { balance, group } = hosts.hostsFor(backend({ sd: 'dns-a', ...own }))
    await directory.ready()
    const exchange = createExchange({ dispatcher: client.dispatcher, hosts: group, mode: 'collect' })
    return async function ask (path = '/'): Promise<string> {
      const request = new CoreRequest(null as never, new Call(0), 'GET', {}, {}, null, null)
      request.target = path
      balance(request)
      const { status, body } = await exchange(request) as { status: number, body: unknown }
      return `${status} ${String(body)}`
    }
  }
  return { names, lines, client, hosts, open, directory }
}

const many = async (count: number, ask: () => Promise<string>): Promise<string[]> => {
  const answers: string[] = []
  for (let i = 0; i < count; i++) answers.push(await ask())
  return answers.sort()
}

t.test('createHosts: with dns-a each address of a name is a host; the Host header has the name', async (t) => {
  const { port, machines: [one, two] } = await startMachines(t, ['127.0.0.1', '127.0.0.2'])
  const { open, hosts, client } = await start(t, ['127.0.0.1', '127.0.0.2'])
  const ask = await open({ hosts: [`http://api.test:${port}`] })
  t.same(await many(4, ask), ['200 127.0.0.1', '200 127.0.0.1', '200 127.0.0.2', '200 127.0.0.2'])
  t.same(new Set([...one!.seen, ...two!.seen]), new Set([`/ api.test:${port}`]))
  t.match(hosts.hosts(), [{ origin: `http://api.test:${port}`, address: '127.0.0.1', out: null }, { address: '127.0.0.2', out: null }])
  t.match(client.stats().pools, [{ destination: `http://api.test:${port}`, address: /127/, opened: 1 }, { address: /127/, opened: 1 }])

  one!.seen.length = two!.seen.length = 0
  await ask('/away')
  const [[away, back] = []] = [one!.seen, two!.seen].filter(({ length }) => length > 0)
  t.same([away, back], [`/away api.test:${port}`, `/back api.test:${port}`], 'a redirect to the same origin stays at its address')
})

t.test('createHosts: with dns-a TLS has the name', async (t) => {
  const ca = createAuthority('ca')
  const { port, machines } = await startMachines(t, ['127.0.0.1', '127.0.0.2'], ca.issue({ cn: 'api', san: ['api.test'] }))
  const tls = { allowInsecureConnections: false, caCerts: [writeFiles(t, { 'ca.pem': ca.cert })['ca.pem']], disableSystemCaPool: true, clientCerts: [], minVersion: 'TLS12', maxVersion: 'TLS13', cipherSuites: [], curvePreferences: [] } as const
  const { open } = await start(t, ['127.0.0.1', '127.0.0.2'], { settings: { tls } })
  t.same(await many(2, await open({ hosts: [`https://api.test:${port}`] })), ['200 127.0.0.1', '200 127.0.0.2'])
  for (const { seen } of machines) t.same(seen, [`/ api.test:${port} api.test`])
})

t.test('createHosts: with dns-a failover, ejection and an operator are about one address', async (t) => {
  const { port, machines: [one, two, three] } = await startMachines(t, ['127.0.0.1', '127.0.0.2', '127.0.0.3'])
  const own = { eject: { consecutive: 2, for: 60_000, maxPercent: 100, statuses: [503] } }
  const { open, hosts, lines } = await start(t, ['127.0.0.1', '127.0.0.2', '127.0.0.3'], { settings: { own } })
  const ask = await open({ hosts: [`http://api.test:${port}`] })
  await one!.stop()
  for (let i = 0; i < 9; i++) t.match(await ask(), /^200 127\.0\.0\.[23]$/)
  t.match(hosts.hosts(), [
    { address: '127.0.0.1', out: { by: 'failures', reason: new RegExp(`2 failures in a row, the last one: cannot connect to 127.0.0.1:${port}`) } },
    { address: '127.0.0.2', out: null },
    { address: '127.0.0.3', out: null }
  ])
  t.match(lines, [new RegExp(`^the host http://api.test:${port} at 127.0.0.1 gets no requests until`)])
  two!.isFailing = true
  while (hosts.hosts()[1]!.out === null) await ask()
  t.same(await many(3, ask), ['200 127.0.0.3', '200 127.0.0.3', '200 127.0.0.3'])
  two!.isFailing = false
  hosts.restore(`http://127.0.0.2:${port}`)
  hosts.eject(`http://127.0.0.3:${port}`, 'deploy')
  t.same(await many(3, ask), ['200 127.0.0.2', '200 127.0.0.2', '200 127.0.0.2'])
  hosts.restore(`http://api.test:${port}`)
  t.ok(hosts.hosts().every(({ out }) => out === null), 'the name is all its addresses')
  t.throws(() => { hosts.eject('http://127.0.0.9:1') }, { code: 'FG_ERR_GATEWAY_UNKNOWN_HOST' })
  t.same(three!.seen.length > 0, true)
})

t.test('createHosts: with dns-a addresses come and go; what is known of those that stay is kept', async (t) => {
  const { port, machines: [one, two] } = await startMachines(t, ['127.0.0.1', '127.0.0.2', '127.0.0.3'])
  const { open, hosts, names, client } = await start(t, ['127.0.0.1', '127.0.0.2'])
  const ask = await open({ hosts: [`http://api.test:${port}`] })
  await many(2, ask)
  hosts.eject(`http://127.0.0.2:${port}`)
  names.addresses.set('api.test', ['127.0.0.2', '127.0.0.3'])
  while (await ask() !== '200 127.0.0.3');
  t.match(hosts.hosts(), [{ address: '127.0.0.2', out: { by: 'operator' } }, { address: '127.0.0.3' }])
  const pool = (address: string) => client.stats().pools.find((pool) => pool.address === address)!
  await until(() => pool('127.0.0.1').open === 0)
  t.equal(pool('127.0.0.2').open, 1, 'connections to addresses that are gone end')
  const before = one!.seen.length
  names.addresses.set('api.test', ['127.0.0.1'])
  while (await ask() !== '200 127.0.0.1');
  t.ok(one!.seen.length > before)
  await until(() => pool('127.0.0.1').idle === 1)
  t.equal(two!.seen.length, 1)
})

t.test('createHosts: with dns-a each address is checked', async (t) => {
  const { port, machines: [, two] } = await startMachines(t, ['127.0.0.1', '127.0.0.2'])
  const { open, hosts } = await start(t, ['127.0.0.1', '127.0.0.2'], { checks: true, settings: { own: { health: { path: '/health', interval: 100, statuses: [] } } } })
  const ask = await open({ hosts: [`http://api.test:${port}`] })
  await ask()
  two!.isFailing = true
  await until(() => hosts.hosts()[1]!.out !== null)
  t.match(hosts.hosts(), [{ address: '127.0.0.1', out: null }, { out: { by: 'health', reason: 'GET /health has the status 503' } }])
  t.ok(two!.seen.includes(`/health api.test:${port}`))
  await two!.stop()
  await until(() => !hosts.hosts()[1]!.out!.reason.startsWith('GET'))
  t.equal(hosts.hosts()[1]!.out!.reason, `nothing listens at api.test:${port} (127.0.0.2): start it, or correct host`)
})

t.test('createHosts: with dns-a weights are those of each address; several names are one backend', async (t) => {
  const { port } = await startMachines(t, ['127.0.0.1', '127.0.0.2', '127.0.0.3'])
  const { open, names } = await start(t, ['127.0.0.1', '127.0.0.2'])
  names.addresses.set('other.test', ['127.0.0.3'])
  const ask = await open({ hosts: [`http://api.test:${port}`, `http://other.test:${port}`], weights: [2, 1] })
  const answers = await many(10, ask)
  t.same(['1', '2', '3'].map((last) => answers.filter((answer) => answer.endsWith(last)).length), [4, 4, 2])
})

t.test('createHosts: with dns-a a name without an address fails requests, an address needs no name, a proxy looks names up', async (t) => {
  const { port } = await startMachines(t, ['127.0.0.1'])
  const { open } = await start(t, [])
  await t.rejects((await open({ hosts: ['http://gone.invalid.test:1'] }))(), { code: 'FG_ERR_PROXY_NO_HOST', detail: /No address is known for http:\/\/gone\.invalid\.test:1/ })
  t.equal(await (await open({ hosts: [`http://127.0.0.1:${port}`] }))(), '200 127.0.0.1')
  const proxy = await startForwardProxy(t)
  const proxied = await start(t, ['127.0.0.9'], { env: { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` } })
  const ask = await proxied.open({ hosts: [`http://api.test:${port}`] })
  t.equal(await ask(), '200 127.0.0.1')
  t.match(proxied.hosts.hosts(), [{ origin: `http://api.test:${port}`, address: null }])
})

t.test('createHosts: the address does not count for another origin', async (t) => {
  const { port } = await startMachines(t, ['127.0.0.1', '127.0.0.2'])
  const { hosts, client, directory } = await start(t, ['127.0.0.2'])
  const { balance, group } = hosts.hostsFor(backend({ sd: 'dns-a', hosts: [`http://api.test:${port}`] }))
  await directory.ready()
  const request = new CoreRequest(null as never, new Call(0), 'GET', {}, {}, null, null)
  request.target = '/'
  balance(request)
  t.equal(request.fork().address?.address, '127.0.0.2')
  // As Lua, Martian or an override do it.
  request.origin = `http://127.0.0.1:${port}`
  const { body } = await createExchange({ dispatcher: client.dispatcher, hosts: group, mode: 'collect' })(request) as { body: unknown }
  t.equal(String(body), '127.0.0.1')
})
