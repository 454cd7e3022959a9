import t from 'tap'
import { Call, CoreRequest, type Backend, type Headers } from '@floodgate/core'
import { createHosts, createSrvDirectory, type Balance, type SrvDirectory, type SrvService } from '@floodgate/engine'
import { chooseByWeight, createClients, defaultTransport } from '@floodgate/http-client'
import { startNameServer } from '@floodgate/testing'
import { backend } from '../support/config.ts'

const client = createClients({ env: {} }).acquire({ tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport })
const createBalancer = (backend: Backend, directory?: SrvDirectory): Balance => createHosts(backend, client, directory && { srv: directory }).balance

function choose (balance: Balance, headers: Headers = {}): CoreRequest {
  const request = new CoreRequest(null as never, new Call(0), 'GET', {}, headers, null, null)
  request.target = '/x?y=1'
  balance(request)
  return request
}

t.test('createHosts: one host is always the one', async (t) => {
  const balance = createBalancer(backend({ hosts: ['http://one:1'] }))
  t.match(choose(balance), { origin: 'http://one:1', target: '/x?y=1' })
})

t.test('createHosts: several hosts take turns', async (t) => {
  const hosts = ['http://one:1', 'http://two:2', 'https://three']
  const balance = createBalancer(backend({ hosts }))
  const chosen = Array.from({ length: 6 }, () => choose(balance).origin)
  t.same(new Set(chosen.slice(0, 3)), new Set(hosts))
  t.same(chosen.slice(3), chosen.slice(0, 3))
})

t.test('createHosts: no host is a fault of the request, not of the start', async (t) => {
  t.throws(() => choose(createBalancer(backend({ hosts: [] }))), { name: 'Fault', kind: 'backend', status: 500, code: 'FG_ERR_PROXY_NO_HOST', message: 'no hosts available' })
  t.throws(() => choose(createBalancer(backend({ hosts: ['api:8080'] }))), { code: 'FG_ERR_PROXY_NO_HOST' })
})

t.test('createHosts: a raw host brings its path and credentials', async (t) => {
  t.match(choose(createBalancer(backend({ hosts: ['http://one:1/base'] }))), { origin: 'http://one:1', target: '/base/x?y=1' })
  t.match(choose(createBalancer(backend({ hosts: ['HTTP://one:1/a b'] }))), { origin: 'http://one:1', target: '/a%20b/x?y=1' })
  const secret = createBalancer(backend({ hosts: ['http://user:p%40ss@one:1'] }))
  t.match(choose(secret), { origin: 'http://one:1', headers: { authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` } })
  t.match(choose(secret, { authorization: 'Bearer mine' }), { headers: { authorization: 'Bearer mine' } })
})

t.test('createHosts: sd dns asks the name for its hosts', async (t) => {
  const names = await startNameServer(t)
  names.records.set('_api._tcp.test', [[10, 0, 8080, 'a.test'], [20, 0, 1, 'fallback.test']])
  const directory = createSrvDirectory({ servers: [names.address] })
  t.teardown(() => { directory.close() })
  const balance = createBalancer(backend({ sd: 'dns', hosts: ['_api._tcp.test'], sdScheme: 'https' }), directory)
  t.throws(() => choose(balance), { code: 'FG_ERR_PROXY_NO_HOST', detail: /_api\._tcp\.test/ }, 'before the first answer')
  await directory.ready()
  for (let i = 0; i < 20; i++) t.equal(choose(balance).origin, 'https://a.test:8080', 'only the preferred group')
})

t.test('createSrvDirectory: chooses by weight', async (t) => {
  const names = await startNameServer(t)
  names.records.set('weighted.test', [[1, 90, 1, 'heavy.test'], [1, 10, 2, 'light.test'], [1, 0, 3, 'weightless.test']])
  names.records.set('equal.test', [[1, 1, 1, 'a.test'], [1, 1, 2, 'b.test'], [2, 9, 3, 'other.test']])
  names.records.set('even.test', [[1, 0, 1, 'a.test'], [1, 0, 2, 'b.test']])
  const directory = createSrvDirectory({ servers: [names.address] })
  t.teardown(() => { directory.close() })
  const weighted = directory.watch('weighted.test', 'http')
  const equal = directory.watch('equal.test', 'http')
  const even = directory.watch('even.test', 'http')
  await directory.ready()
  const choose = chooseByWeight()
  const count = ({ hosts }: SrvService): Map<string, number> => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 5000; i++) {
      const { origin } = choose(hosts)
      counts.set(origin, (counts.get(origin) ?? 0) + 1)
    }
    return counts
  }
  const counts = count(weighted)
  t.ok(counts.get('http://heavy.test:1')! > 4000, 'nine of ten')
  t.ok(counts.get('http://light.test:2')! > 250)
  t.equal(counts.get('http://weightless.test:3'), undefined, 'a weight of 0 is no share')
  // Of 5,000 fair draws fewer than 2,300 never happen (5.6 standard deviations); two of three would be 3,333.
  for (const origin of ['http://a.test:1', 'http://b.test:2']) t.ok(count(equal).get(origin)! > 2300, 'equal weights, equal shares')
  t.equal(count(even).size, 2, 'no weights, all alike')
})

t.test('createSrvDirectory: refreshes in the background and keeps what it knows when that fails', async (t) => {
  const names = await startNameServer(t)
  names.records.set('moving.test', [[1, 1, 1, 'old.test']])
  const failures: string[] = []
  const directory = createSrvDirectory({ servers: [names.address], ttl: 1000, onError: (name, error) => { failures.push(`${name} ${(error as NodeJS.ErrnoException).code}`) } })
  t.teardown(() => { directory.close() })
  const service = directory.watch('moving.test', 'http')
  t.equal(directory.watch('moving.test', 'http'), service, 'one lookup for all backends of a name')
  await directory.ready()
  t.equal(service.hosts[0]?.origin, 'http://old.test:1')
  names.records.set('moving.test', [[1, 1, 1, 'new.test']])
  await names.asked()
  while (service.hosts[0]?.origin !== 'http://new.test:1') await new Promise(setImmediate)
  names.records.delete('moving.test')
  await names.asked()
  while (failures.length === 0) await new Promise(setImmediate)
  t.same(failures, ['moving.test ENOTFOUND'])
  t.equal(service.hosts[0]?.origin, 'http://new.test:1')
  names.records.set('moving.test', [[0, 0, 0, '']])
  await names.asked()
  await directory.ready()
  t.equal(service.hosts[0]?.origin, 'http://new.test:1', 'a record that says "not here" changes nothing')
})

t.test('createSrvDirectory: a name without an answer stops nothing, and close ends the wait', async (t) => {
  const names = await startNameServer(t, { silent: true })
  const failures: string[] = []
  const directory = createSrvDirectory({ servers: [names.address], onError: (name) => { failures.push(name) } })
  const service = directory.watch('silent.test', 'http')
  await names.asked()
  directory.close()
  await directory.ready()
  t.same(service.hosts, [])
  t.same(failures, [], 'closing is no failure')
})
