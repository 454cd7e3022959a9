import t from 'tap'
import { describeResource, nameInstance } from '../../src/opentelemetry/resource.ts'

t.test('resource: the configuration goes before the environment', (t) => {
  t.strictSame(describeResource({ service_version: '2', deploy_env: 'night' }, { name: 'shop' }, { resource: [['service.name', 'other'], ['host.name', 'h']] }), [
    ['service.name', 'shop'], ['service.version', '2'], ['deployment.environment', 'night'], ['host.name', 'h']
  ])
  t.strictSame(describeResource({ service_name: 'own', service_version: '2' }, { name: 'shop' })[0], ['service.name', 'own'])
  t.strictSame(describeResource({}, { name: '' })[0], ['service.name', 'KrakenD'])
  t.end()
})

t.test('resource: workers have an instance each, also where the environment names one for all', (t) => {
  const resource = [['service.name', 'shop']] as const
  t.equal(nameInstance(resource, null, 'id'), resource)
  t.strictSame(nameInstance(resource, { id: 3 }, 'id'), [...resource, ['service.instance.id', 'id']])
  t.strictSame(nameInstance([['service.instance.id', 'pod-7'], ...resource], { id: 3 }, 'id'), [...resource, ['service.instance.id', 'pod-7-3']])
  t.end()
})
