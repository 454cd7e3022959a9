import Fastify from 'fastify'
import t from 'tap'
import type { Endpoint } from '@floodgate/core'
import { endpointOfRoute } from '../../src/build/endpoint-of-route.ts'

t.test('endpointOfRoute: the endpoint of the matched route; null for other routes, and where none matched', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const endpoint = { path: '/a' } as Endpoint
  const seen: (Endpoint | null)[] = []
  app.addHook('onRequest', async (request) => { seen.push(endpointOfRoute(request)) })
  app.get('/a', { config: { floodgate: { kind: 'endpoint', endpoint } } }, async () => '')
  app.get('/own', async () => '')
  for (const path of ['/a', '/own', '/none']) await app.inject(path)
  t.same(seen.map((found) => found === endpoint), [true, false, false])
  t.same(seen.slice(1), [null, null])
})
