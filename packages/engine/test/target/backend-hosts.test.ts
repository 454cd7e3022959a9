import t, { type Test } from 'tap'
import { createBackendHosts } from '@floodgate/engine'
import { createClients, defaultTransport } from '@floodgate/http-client'
import type { OwnClientSettings } from '@floodgate/settings'
import { backend } from '../support/config.ts'

function start (t: Test, own: OwnClientSettings = {}) {
  const clients = createClients({ env: {}, checks: false })
  t.teardown(() => clients.close())
  const client = clients.acquire({ tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport, own })
  return createBackendHosts(clients, () => client)
}

t.test('createBackendHosts: lists the hosts of backends that have several, and takes them out', async (t) => {
  const { hostsFor, hosts, eject, restore, close } = start(t)
  const several = backend({ hosts: ['http://A:80', 'http://b:8080'] })
  const { group } = hostsFor(several)
  t.equal(hostsFor(several).group, group, 'made once')
  t.equal(hostsFor(backend({ hosts: ['http://alone:1'] })).group, null)
  t.match(hosts(), [{ origin: 'http://a', out: null, failures: 0, client: /^[0-9a-f]{16}$/ }, { origin: 'http://b:8080' }])
  eject('http://a:80/', 'deploy')
  t.match(hosts(), [{ origin: 'http://a', out: { by: 'operator', until: null, reason: 'deploy' } }, { out: null }])
  t.equal(group!.pick()!.origin, 'http://b:8080')
  t.equal(group!.pick()!.origin, 'http://b:8080')
  eject('http://b:8080')
  t.same(new Set([group!.pick()!.origin, group!.pick()!.origin]).size, 2, 'all are out: all are used')
  restore('http://a')
  t.equal(group!.pick()!.origin, 'http://A:80')
  for (const change of [eject, restore]) t.throws(() => { change('http://alone:1') }, { code: 'FG_ERR_GATEWAY_UNKNOWN_HOST', message: /"http:\/\/alone:1" .*those are: http:\/\/a, http:\/\/b:8080$/ })
  close()
  t.same(hosts(), [])
})

t.test('createBackendHosts: one host is watched where it is checked, or requests to it are repeated', async (t) => {
  const alone = backend({ hosts: ['http://alone:1'] })
  const retry = { attempts: 1, on: [503], backoff: 1, budget: 1 } as const
  t.ok(start(t, { retry }).hostsFor(alone).group)
  t.ok(start(t, { health: { path: '/', interval: 1000, statuses: [] } }).hostsFor(alone).group)
  t.notOk(start(t, { eject: { consecutive: 1, for: 1, maxPercent: 100, statuses: [] } }).hostsFor(alone).group)
  t.notOk(start(t, { retry }).hostsFor(backend({ hosts: [] })).group)
  t.notOk(start(t, { retry }).hostsFor(backend({ hosts: ['http://{input_headers.X}.test', 'http://a'] })).group)
})
