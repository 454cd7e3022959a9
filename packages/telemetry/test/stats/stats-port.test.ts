import { test } from 'tap'
import { openStatsPort, readListenAddress } from '../../src/stats/stats-port.ts'

const log = { error () {} }

test('addresses as Go reads them', async (t) => {
  t.same(readListenAddress(':8090'), { host: '', port: 8090 })
  t.same(readListenAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 })
  t.same(readListenAddress('[::1]:80'), { host: '::1', port: 80 })
  for (const wrong of ['', '8090', 'localhost', ':', ':65536', '::1:80', ':http']) t.equal(readListenAddress(wrong), null, wrong)
})

test('one path is served, as JSON', async (t) => {
  const port = await openStatsPort('127.0.0.1:0', () => [{ numbers: [['krakend.router.connected', 3]], samples: [] }], log)
  t.teardown(() => port!.close())
  const response = await fetch(port!.url)
  t.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
  const variables = await response.json() as Record<string, unknown>
  t.match(variables, { cmdline: ['floodgate'], 'krakend.router.connected': 3, memstats: { Alloc: Number } })
  t.same(Object.keys(variables), [...Object.keys(variables)].sort())
  t.equal((await fetch(`${port!.url}/`, { redirect: 'manual' })).status, 301)
  const other = await fetch(port!.url.replace('__stats', 'other'))
  t.equal(other.status, 404)
  t.equal(await other.text(), '404 page not found')
  t.equal((await fetch(port!.url, { method: 'POST' })).status, 405)
})

test('a port that is taken is logged, and nothing ends', async (t) => {
  const first = await openStatsPort('127.0.0.1:0', () => [], log)
  t.teardown(() => first!.close())
  const messages: unknown[] = []
  const second = await openStatsPort(`127.0.0.1:${new URL(first!.url).port}`, () => [], { error: (...line: unknown[]) => { messages.push(line[1]) } })
  t.equal(second, null)
  t.match(messages, [/^telemetry\/metrics: 127\.0\.0\.1:\d+ cannot be opened$/])
})
