import t from 'tap'
import { stableName, type Service } from '@floodgate/core'

const backend = (endpoint: number, index: number, urlPattern = '/x', hosts = ['http://a']) =>
  ({ index, method: 'GET', urlPattern, hosts, place: ['endpoints', endpoint, 'backend', index] })
const endpoint = (at: number, path: string, backends: object[]) => ({ method: 'GET', path, backends, place: ['endpoints', at] })
const serviceOf = (...endpoints: object[]) => ({ endpoints }) as unknown as Service

t.test('stableName: names what is at a place, wherever it is', (t) => {
  const users = (at: number) => endpoint(at, '/users/{id}', [backend(at, 0, '/u', ['http://a', 'http://b'])])
  const one = serviceOf(users(0))
  const two = serviceOf(endpoint(0, '/new', [backend(0, 0)]), users(1))
  const rest = ['extra_config', 'qos/ratelimit/tiered', 'tiers', 0]
  t.equal(stableName(one, ['endpoints', 0]), 'GET /users/{id}')
  t.equal(stableName(two, ['endpoints', 1, ...rest]), 'GET /users/{id}: extra_config.qos/ratelimit/tiered.tiers.0')
  t.equal(stableName(one, ['endpoints', 0, 'backend', 0, ...rest]), stableName(two, ['endpoints', 1, 'backend', 0, ...rest]))
  t.equal(stableName(one, ['endpoints', 0, 'backend', 0]), 'GET /users/{id} > GET /u at http://a,http://b')
  t.equal(stableName(one, ['extra_config', 'redis']), 'extra_config.redis')
  t.end()
})

t.test('stableName: equal backends of an endpoint have different names', (t) => {
  const service = serviceOf(endpoint(0, '/a', [backend(0, 0), backend(0, 1, '/y'), backend(0, 2)]))
  const names = [0, 1, 2].map((i) => stableName(service, ['endpoints', 0, 'backend', i]))
  t.same(names, ['GET /a > GET /x at http://a', 'GET /a > GET /y at http://a', 'GET /a > GET /x at http://a (2)'])
  t.end()
})

t.test('stableName: an endpoint whose place is not its position in the model', (t) => {
  t.equal(stableName(serviceOf(endpoint(4, '/a', [backend(4, 0)])), ['endpoints', 4, 'backend', 0]), 'GET /a > GET /x at http://a')
  t.end()
})
