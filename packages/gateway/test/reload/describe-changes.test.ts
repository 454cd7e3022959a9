import t from 'tap'
import { loadConfiguration } from '@floodgate/gateway'
import { describeChanges, findRestartKeys } from '../../src/reload/describe-changes.ts'

const pause = () => null
const backend = (more = {}) => [{ host: ['http://a'], url_pattern: '/x', ...more }]
const model = async (config: object) => (await loadConfiguration({ version: 3, ...config }, { env: {} })).model

t.test('describeChanges: endpoints by what they are, not by where they stand', async (t) => {
  const before = await model({ endpoints: ['/kept', '/gone', '/altered'].map((endpoint) => ({ endpoint, backend: backend() })) })
  const after = await model({
    endpoints: [
      { endpoint: '/new', backend: backend() },
      { endpoint: '/altered', backend: backend({ extra_config: { 'backend/http/client': { no_redirect: true } } }) },
      { endpoint: '/kept', backend: backend() }
    ],
    extra_config: { 'qos/ratelimit/service': { max_rate: 1 } }
  })
  t.same(await describeChanges(before, after, pause), {
    added: ['GET /new'],
    removed: ['GET /gone'],
    altered: ['GET /altered'],
    service: ['qos/ratelimit/service'],
    clients: { added: 1, removed: 0 }
  })
  t.same(await describeChanges(after, after, pause), { added: [], removed: [], altered: [], service: [], clients: { added: 0, removed: 0 } })
})

t.test('describeChanges: inherited keys alter every endpoint that has them', async (t) => {
  const endpoints = [{ endpoint: '/a', backend: backend() }, { endpoint: '/b', timeout: '1s', backend: backend() }]
  t.same((await describeChanges(await model({ endpoints }), await model({ endpoints, timeout: '3s' }), pause)).altered, ['GET /a'])
})

t.test('findRestartKeys: what the listener was opened with', async (t) => {
  const first = await model({ endpoints: [] })
  const after = await model({ endpoints: [], port: 9000, listen_ip: '127.0.0.1', use_h2c: true, idle_timeout: '1s', max_header_bytes: 9000 })
  t.same(findRestartKeys(first, after), ['port', 'listen_ip', 'use_h2c', 'idle_timeout', 'max_header_bytes'])
  t.notOk(findRestartKeys(first, after, true).includes('port'), 'the command names the port')
  t.same(findRestartKeys(first, first), [])
})
