import { createConfigurationSchema } from '@floodgate/config-loader/schema'
import type { FeatureSchema } from '@floodgate/config-loader'
import t from 'tap'

const settings = { type: 'object', properties: { a: { type: 'string' } } } as const

/** The schema of a namespace for editors. */
function schemaOf (features: readonly FeatureSchema[], level: string, namespace: string): any {
  const { definitions } = createConfigurationSchema(features) as any
  return definitions[`${level}_extra_config`].properties[namespace]
}

t.test('createConfigurationSchema: plugins of one namespace, from several features, are one schema', async (t) => {
  const one = (plugin: string): FeatureSchema => ({ namespace: 'plugin/http-server', plugins: [plugin], schemas: { service: { type: 'object', properties: { name: { type: 'array' }, [plugin]: settings } } } })
  t.strictSame(Object.keys(schemaOf([one('x'), one('y')], 'service', 'plugin/http-server').properties), ['name', 'x', 'y', 'virtualhost'])
})

t.test('createConfigurationSchema: a plugin that is read as another namespace has its schema, where that is implemented', async (t) => {
  const target: FeatureSchema = { namespace: 'validation/response-json-schema', schemas: { endpoint: settings } }
  const name = 'plugin/req-resp-modifier'
  t.match(schemaOf([target], 'endpoint', name).properties['response-schema-validator'], { description: 'Old name: use "validation/response-json-schema".', properties: { a: {} } })
  t.equal(schemaOf([target], 'backend', name).properties, undefined)
  t.strictSame(Object.keys(schemaOf([], 'backend', 'plugin/http-client').properties), ['name', 'no-redirect', 'http-proxy'])
})
