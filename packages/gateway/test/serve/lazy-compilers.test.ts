import t from 'tap'
import type { Feature } from '@floodgate/core'
import { createServer, loadConfiguration } from '@floodgate/gateway'

t.test('lazyCompilers: a route of a feature is validated and serialised by its schemas', async (t) => {
  const feature: Feature = {
    namespace: 'acme/admin',
    schemas: { service: { type: 'object' } },
    setup ({ scope }) {
      scope.get('/admin/twice', {
        schema: {
          querystring: { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
          response: { 200: { type: 'object', properties: { twice: { type: 'integer' } } } }
        }
      }, async (request) => ({ twice: 2 * (request.query as { a: number }).a, secret: 'left out' }))
    }
  }
  const config = { version: 3, extra_config: { 'acme/admin': {} }, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }] }
  const loaded = await loadConfiguration(config, { env: {}, features: [feature] })
  const app = await createServer(loaded, { silent: true, features: [feature] })
  t.teardown(() => app.close())
  t.equal((await app.inject('/admin/twice?a=21')).body, '{"twice":42}')
  t.match((await app.inject('/admin/twice?a=x')).json(), { statusCode: 400, message: 'querystring/a must be integer' })
})
