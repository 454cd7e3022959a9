import t from 'tap'
import { findEndpoints } from '@floodgate/inspect/explain'
import { loadConfiguration } from '@floodgate/gateway/load'

t.test('findEndpoints: takes a path, or a method and a path', async (t) => {
  const backend = [{ host: ['http://a.example.com'], url_pattern: '/' }]
  const { model } = await loadConfiguration({ version: 3, endpoints: [{ endpoint: '/a/{id}', backend }, { endpoint: '/a/{id}', method: 'POST', backend }] }, { env: {} })
  const names = (text: string) => findEndpoints(model, text).map(({ method }) => method)
  t.strictSame([names('/a/{id}'), names('post /a/{id}'), names('PUT /a/{id}'), names('/b')], [['GET', 'POST'], ['POST'], [], []])
})
