import t from 'tap'
import { createServer, listen, loadConfiguration } from '@floodgate/gateway'
import { isLong } from '@floodgate/testing'
import { configure, faults, runFault, settings, startHosts } from './bench/host-faults.mjs'

// What `node test/bench/hosts.mjs` measures, in a shorter form: times are longer, because other tests run at the same time.
const floodgate = {
  ...settings.with,
  eject: { ...settings.with.eject, for: '300ms' },
  retry: { ...settings.with.retry, budget: 0.5 },
  response_header_timeout: '1s'
}
const times = isLong ? { rate: 200, warm: 2, first: 10, later: 5, back: 10 } : { rate: 60, warm: 1, first: 2, later: 0.5, back: 1 }

async function run (t: import('tap').Test, fault: string, own: object, way = 'get') {
  const hosts = await startHosts(way)
  t.teardown(() => hosts.close())
  const dir = t.testdir({ 'ca.pem': hosts.ca })
  const loaded = await loadConfiguration(configure(hosts, `${dir}/ca.pem`, own, '20s') as never)
  const app = await createServer(loaded)
  t.teardown(() => app.close())
  const address = await listen(app, loaded.model, 0)
  return runFault(hosts, address.replace('[::]', '127.0.0.1'), fault, times)
}

for (const fault of isLong ? faults : ['refused', 'hanging', 'expired']) {
  t.test(`hosts: one of three fails (${fault}) and comes back: no request fails, and hosts get no more requests than the budget allows`, { timeout: 120_000 }, async (t) => {
    const { first, later, back, extra } = await run(t, fault, floodgate)
    t.same({ first, later, back }, { first: 0, later: 0, back: 0 })
    t.ok(extra <= floodgate.retry.budget, `${extra} more requests`)
  })
}

t.test('hosts: without failover and ejection, as on KrakenD, requests fail as long as the host does', { timeout: 120_000 }, async (t) => {
  const { first, later } = await run(t, 'refused', settings.without)
  t.ok(first > 0.25 && later > 0.25, `${first} ${later}`)
})

for (const way of ['get', 'post', 'proxy', 'http2']) {
  t.test(`hosts: with nothing configured, no request fails while one of three refuses connections (${way})`, { timeout: 120_000 }, async (t) => {
    const { first, later, back, extra } = await run(t, 'refused', settings.defaults, way)
    t.same({ first, later, back, extra }, { first: 0, later: 0, back: 0, extra: 0 })
  })
}
