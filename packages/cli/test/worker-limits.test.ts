import t from 'tap'
import { call, freePort, startOrigin, writeFiles } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

/** Status of a request on a connection of its own: the workers take connections in turn. */
const ask = async (url: string, headers = {}) => (await call(url, { headers })).status

t.test('run --workers: the limits hold for all workers together', { timeout: 180_000 }, async (t) => {
  const origin = await startOrigin(t, (_, res) => { res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}') })
  const port = await freePort()
  const endpoint = (path: string, limits: object, ofBackend = {}) => ({ endpoint: path, timeout: '20s', extra_config: limits, backend: [{ host: [origin.url], url_pattern: '/', extra_config: ofBackend }] })
  const hourly = (rate: number) => ({ max_rate: rate, capacity: rate, every: '1h' })
  const { 'krakend.json': config } = writeFiles(t, {
    'krakend.json': JSON.stringify({
      version: 3,
      port,
      extra_config: { 'qos/ratelimit/service': hourly(150) },
      endpoints: [
        endpoint('/all', { 'qos/ratelimit/router': hourly(5) }),
        endpoint('/client', { 'qos/ratelimit/router': { client_max_rate: 2, client_capacity: 2, every: '1h', strategy: 'header', key: 'x-client' } }),
        endpoint('/tier', { 'qos/ratelimit/tiered': { tier_key: 'x-tier', tiers: [{ tier_value: 'gold', ratelimit: hourly(4) }] } }),
        endpoint('/backend', {}, { 'qos/ratelimit/proxy': hourly(3) }),
        endpoint('/free', {})
      ]
    })
  })
  const gateway = startCommand(t, ['run', '-c', config!, '--workers', '2'])
  await Promise.all([gateway.said(/worker 1 .* serves/), gateway.said(/worker 2 .* serves/)])
  const passed = async (times: number, path: string, refused: number, headers = {}) => {
    const statuses = await Promise.all(Array.from({ length: times }, () => ask(`http://127.0.0.1:${port}${path}`, headers)))
    t.same(statuses.filter((status) => status !== 200 && status !== refused), [], `${path}: 200 or ${refused}`)
    return statuses.filter((status) => status === 200).length
  }
  t.equal(await passed(30, '/all', 503), 5)
  t.same([await passed(10, '/client', 429, { 'x-client': 'a' }), await passed(10, '/client', 429, { 'x-client': 'b' })], [2, 2])
  t.equal(await passed(20, '/tier', 503, { 'x-tier': 'gold' }), 4)
  t.equal(await passed(20, '/backend', 500), 3)
  t.equal(await passed(80, '/free', 503), 150 - 90, 'what is left of the service\'s')
  gateway.kill('SIGTERM')
  await gateway.ended
})
