import t from 'tap'
import { backendLabels, endpointLabels, placeLabels, type Backend, type Service } from '../../src/index.ts'

t.test('labels of places: as configured, without queries, and apart from each other', (t) => {
  const backends = ['/b?key=secret', '/b', ''].map((urlPattern, i) => ({ urlPattern, place: ['endpoints', 7, 'backend', i] })) as unknown as Backend[]
  const model = { endpoints: [{ path: '/a/{id}', method: 'GET', place: ['endpoints', 7], backends }] } as unknown as Service
  const own = { endpoint: '/a/{id}', method: 'GET' }
  t.same(endpointLabels(model.endpoints[0]!), own)
  t.same(backends.map((backend) => backendLabels(model, backend)), [{ ...own, backend: '/b' }, { ...own, backend: '/b (2)' }, { ...own, backend: '/' }])
  t.same(placeLabels(model, ['endpoints', 7, 'extra_config', 'x']), own)
  t.same(placeLabels(model, ['extra_config', 'x']), { endpoint: '', method: '' })
  t.same(backendLabels({ endpoints: [] }, backends[1]!), { endpoint: '', method: '', backend: '/b' })
  t.end()
})
