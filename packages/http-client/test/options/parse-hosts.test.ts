import t from 'tap'
import { defaultTransport, parseHttpClientOptions, readHostOptions } from '@floodgate/http-client'

function parse (floodgate: object, hosts = {}) {
  const { settings, problems } = parseHttpClientOptions({ floodgate }, { globalTls: null, transport: defaultTransport, hosts })
  return { own: settings.own, problems: problems.map(({ path, code }) => `${path.slice(1).join('.')}: ${code}`) }
}

t.test('readHostOptions: defaults', async (t) => {
  t.same(parse({ eject: {}, retry: {}, health: { path: '/h' } }), {
    own: {
      eject: { consecutive: 5, for: 30_000, maxPercent: 50, statuses: [] },
      retry: { attempts: 1, on: [502, 503, 'dial', 'hangup'], backoff: 25, budget: 0.2 },
      health: { path: '/h', interval: 10_000, statuses: [] }
    },
    problems: []
  })
})

t.test('readHostOptions: values, and what switches off', async (t) => {
  t.same(parse({
    failover: false,
    balance: 'least-requests',
    eject: { consecutive: 2, for: '1m', max_percent: 30, statuses: [503, 500, 503] },
    retry: { attempts: 3, on: ['timeout', 429], backoff: '0s', budget: 1 },
    health: { path: '/h?x', interval: '100ms', status: 204 }
  }), {
    own: {
      failover: false,
      balance: 'least-requests',
      eject: { consecutive: 2, for: 60_000, maxPercent: 30, statuses: [500, 503] },
      retry: { attempts: 3, on: [429, 'timeout'], backoff: 0, budget: 1 },
      health: { path: '/h?x', interval: 100, statuses: [204] }
    },
    problems: []
  })
  t.same(parse({ eject: { max_percent: 0 }, retry: { attempts: 0 }, health: { path: '/', interval: '0s' }, failover: true }), { own: undefined, problems: [] })
})

t.test('readHostOptions: those of the root apply where a key is absent, each as a whole', async (t) => {
  const root = readHostOptions({ failover: false, eject: { consecutive: 9 }, retry: { attempts: 5 } }, () => { t.fail() })
  t.match(parse({}, root).own, root)
  t.match(parse({ eject: { for: '1s' }, failover: true }, root).own, { eject: { consecutive: 5, for: 1000 }, retry: { attempts: 5 } })
  t.equal(parse({ eject: { for: '1s' }, failover: true }, root).own?.failover, undefined)
  t.equal(parse({ retry: { attempts: 0 } }, root).own?.retry, undefined)
})

t.test('readHostOptions: with a limit of connections, hosts with fewer requests come first', async (t) => {
  t.equal(parse({ max_connections: 2 }).own?.balance, 'least-requests')
  t.equal(parse({ max_connections: 2, balance: 'in-turn' }).own?.balance, undefined)
  t.equal(parse({ max_connections: 2 }, { balance: 'in-turn' }).own?.balance, undefined, 'said at the root')
  t.equal(parse({ balance: 'in-turn' }, { balance: 'least-requests' }).own, undefined)
})

t.test('readHostOptions: the greatest age of a connection, of the root and of a backend', async (t) => {
  const root = readHostOptions({ max_connection_age: '5m' }, () => { t.fail() })
  t.equal(parse({}, root).own?.maxConnectionAge, 300_000)
  t.equal(parse({ max_connection_age: '1s' }, root).own?.maxConnectionAge, 1000)
  t.equal(parse({ max_connection_age: '0s' }, root).own, undefined)
  t.same(parse({ max_connection_age: '1ms' }).problems, ['max_connection_age: out-of-range'])
  t.same(parse({ max_connection_age: '-1m' }).problems, ['max_connection_age: out-of-range'])
})

t.test('readHostOptions: weights are numbers by host, and no part of the settings of a client', async (t) => {
  t.same(parse({ weights: { 'http://a': 3, 'http://b': 0 } }), { own: undefined, problems: [] })
  t.same(parse({ weights: { 'http://a': -1, 'http://b': 1.5, 'http://c': 'x' } }).problems.map((text) => text.split(':').slice(0, -1).join(':')), ['weights.http://a', 'weights.http://b', 'weights.http://c'])
})

t.test('readHostOptions: refuses what cannot be', async (t) => {
  t.same(parse({ eject: { for: '0s', consecutive: 0, max_percent: 101, statuses: [99] } }).problems.sort(), [
    'eject.consecutive: out-of-range', 'eject.for: out-of-range', 'eject.max_percent: out-of-range', 'eject.statuses.0: out-of-range'
  ])
  t.same(parse({ retry: { attempts: -1, on: ['dail'], backoff: '-1s', budget: 2 } }).problems.map((text) => text.split(':')[0]).sort(), ['retry.attempts', 'retry.backoff', 'retry.budget', 'retry.on.0'])
  t.same(parse({ health: { path: 'health', interval: '1ms' } }).problems.map((text) => text.split(':')[0]).sort(), ['health.interval', 'health.path'])
  t.same(parse({ health: {} }).problems.map((text) => text.split(':')[0]), ['health.path'])
  t.match(parse({ ejct: {} }).problems, ['ejct: unknown-key'])
})
