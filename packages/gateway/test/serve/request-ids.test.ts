import t from 'tap'
import { createServer, loadConfiguration, type Configuration } from '@floodgate/gateway'
import type { Service } from '@floodgate/core'
import { startOrigin } from '@floodgate/testing'
import { createRequestIds } from '../../src/serve/request-ids.ts'

const idsOf = (requestId?: object, router: object = {}) =>
  createRequestIds({ extra: { router, ...requestId !== undefined && { floodgate: { request_id: requestId } } } } as unknown as Service)
const from = (headers: Record<string, string | string[]>, remoteAddress = '127.0.0.1') => ({ headers, socket: { remoteAddress } }) as never

t.test('request ids: unique over processes and restarts', (t) => {
  const [one, two] = [idsOf(), idsOf()]
  const made = [one(from({})), one(from({})), two(from({})), two(from({}))] as string[]
  t.equal(new Set(made).size, 4)
  t.equal(new Set(made.map((id) => id.split('-')[0])).size, 2)
  for (const id of made) t.match(id, /^[0-9a-f]{12}-[0-9a-z]+$/)
  t.match(one(from({ 'x-request-id': 'mine' })), /^[0-9a-f]{12}-3$/, 'a header is not read without the setting')
  t.end()
})

t.test('request ids: from a header, if it is acceptable and comes from whom it may', (t) => {
  const ids = idsOf({ header: 'X-Correlation-Id' })
  const name = 'x-correlation-id'
  for (const id of ['a', 'A'.repeat(128), '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '1/2:3+4=5@6~7._']) t.equal(ids(from({ [name]: id })), id)
  for (const id of ['', 'a b', 'A'.repeat(129), 'a"b', 'a\tb', 'ä', '{a}', 'a,b', 'a;b', '<a>']) t.match(ids(from({ [name]: id })), /^[0-9a-f]{12}-/, JSON.stringify(id))
  t.match(ids(from({ [name]: ['a', 'b'] })), /^[0-9a-f]{12}-/)
  t.match(idsOf({ trust: false })(from({ 'x-request-id': 'a' })), /^[0-9a-f]{12}-/)
  const proxied = idsOf({}, { trusted_proxies: ['10.0.0.0/8'] })
  t.equal(proxied(from({ 'x-request-id': 'a' }, '::ffff:10.1.2.3')), 'a')
  t.match(proxied(from({ 'x-request-id': 'a' }, '192.0.2.1')), /^[0-9a-f]{12}-/)
  t.end()
})

t.test('request ids: reach backends where that is wanted, whatever their input_headers', async (t) => {
  const seen: (string | undefined)[] = []
  const origin = await startOrigin(t, (request, response) => {
    seen.push(request.headers['x-request-id'] as string | undefined)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  const start = async (requestId?: object) => {
    const config = {
      version: 3,
      timeout: '60s',
      extra_config: { floodgate: { ...requestId !== undefined && { request_id: requestId } } },
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    } as unknown as Configuration
    const app = await createServer(await loadConfiguration(config), { silent: true })
    t.teardown(() => app.close())
    return app
  }
  const app = await start({ forward: true })
  await app.inject({ url: '/a', headers: { 'x-request-id': 'mine' } })
  await app.inject({ url: '/a', headers: { 'x-request-id': 'not mine' } })
  t.equal(seen[0], 'mine')
  t.match(seen[1], /^[0-9a-f]{12}-1$/)
  await (await start({})).inject({ url: '/a', headers: { 'x-request-id': 'mine' } })
  t.equal(seen[2], undefined)
  await t.rejects(start({ header: 'X Request' }), /request_id\.header/)
})
